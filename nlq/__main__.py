"""The process of the command `ask`, and `python -m nlq`: one answer, then out.

Neither the cyclic collector nor the interpreter's own tidying up pays for itself in a process that lives for
one answer: together 40 ms of CPU (DESIGN §10). The collector stops before anything else is imported, which
is 3 ms of those: hence a module of its own. `--batch` sets it going again.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """The console script."""
    gc.disable()
    from nlq.cli import run

    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # a second one, while the first was told of
        code = 130
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            continue  # closed at the other end
    os._exit(code)


if __name__ == "__main__":
    main()
