"""The log of a new project, as `seed.md` gives it."""

from __future__ import annotations

from store.log.escape import inline

__all__ = ["NOT_YET", "NO_RUNS", "template"]

NOT_YET = "Not yet established."
NO_RUNS = "(experiments will be logged here)"

_TEMPLATE = f"""\
# {{title}} Experiments

## Summary

| Run | Date | Config | Loss | CORE | Notes |
|-----|------|--------|------|------|-------|
| (no experiments yet) | - | - | - | - | - |

## Best Result

{NOT_YET}

## Things to Try

- [ ] Baseline with default settings
- [ ] Higher/lower learning rates
- [ ] Different depths (12, 20, 24)
- [ ] Longer training (Chinchilla ratio)
- [ ] Different window patterns

## Experiments

{NO_RUNS}
"""


def template(title: str) -> str:
    """The text of an empty log.

    Args:
        title: what the experiments are about, such as the project's name.
    """
    return _TEMPLATE.format(title=inline(title))
