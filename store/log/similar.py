"""Earlier runs with the same parameters, and those that come nearest: "did I already try this?"."""

from __future__ import annotations

from collections.abc import Mapping

from store.log.acts import params_of
from store.log.document import Document
from store.records import RunRecord, Value
from store.slotted import slotted

__all__ = ["Near", "similar"]

AT_MOST = 3
_APART = frozenset(
    ("nproc_per_node", "model_tag", "run_name", "output_dir", "out_dir", "device", "num_workers", "seed")
)
"""Parameters that make no other experiment; a seed is told, but repeats one."""


@slotted
class Near:
    """An earlier run, and what differs: parameter, its value there, its value here (None: not told)."""

    run: RunRecord
    differs: tuple[tuple[str, Value, Value], ...]


def similar(doc: Document, params: Mapping[str, Value], name: str = "") -> list[Near]:
    """The earlier runs that differ least from these parameters, at most three, those alike first.

    Args:
        doc: the log.
        params: of the run about to start.
        name: that run, left out.

    Returns:
        Runs with the same parameters have nothing in `differs`. A run of which the log records none of these
        parameters is not compared.
    """
    wanted = {key: value for key, value in params.items() if key not in _APART}
    found: list[Near] = []
    for run in doc.runs:
        held = {key: value for key, value in params_of(doc, run).items() if key not in _APART}
        if run.name == name or not held.keys() & wanted.keys():
            continue
        keys = dict.fromkeys([*wanted, *held])
        differs = tuple((k, held.get(k), wanted.get(k)) for k in keys if held.get(k) != wanted.get(k))
        if len(differs) <= max(2, len(keys) // 2):
            found.append(Near(run, differs))
    found.sort(key=lambda near: len(near.differs))  # of equals, the earlier
    same = [near for near in found if not near.differs]
    return same or found[:AT_MOST]
