"""Small words of a spoken report, by the part they play between a name and its number."""

from __future__ import annotations

__all__ = [
    "ABOUT", "BEFORE_TIME", "COMPARED", "CONNECTING", "DENYING", "DIRECT", "DONE", "FILLING",
    "JOINING", "PART", "QUALIFYING", "UNSAID",
]  # fmt: skip

ABOUT = frozenset("around about approximately roughly approx ca circa".split())
"""Right before a number these make it one that is not exact."""

DIRECT = ABOUT | frozenset(
    "is was of at to reached hit now only just still equals stands stayed being".split()
)
"""What may stand right before the number: "loss of 2.71", "loss dropped to 2.71"."""

CONNECTING = DIRECT | frozenset(
    "went dropped fell came down up improved decreased increased rose climbed converged settled "
    "plateaued ended finished got goes has had ending".split()
)
"""What may stand between a name and its number: "loss went down to 2.71"."""

FILLING = CONNECTING | frozenset(
    "a an the with and but while though in on its it this that our my we i final finally last end "
    "ends finishes get gets reaches hits achieved achieves achieving have gave gives giving shows "
    "showed so then as were are run training score metric value estimate result results done "
    "completed complete after took trained ran".split()
)
"""What says nothing more beside a result."""

JOINING = frozenset(("and", "but", "with", "while", "though", "although"))
"""What begins a part of a clause that may stand for itself."""

DENYING = frozenset(
    "no not never without if should would could might may expect expected expecting hope hoped hoping "
    "target goal unless until than vs versus compared below above under over from between previous "
    "previously old prior baseline want wanted need needs almost nearly before by minus plus against "
    "instead didn't doesn't isn't wasn't cannot can't beats beat".split()
)
"""After one of these a number is no result of this run: "baseline loss 2.65", "loss improved by 0.1"."""

COMPARED = frozenset(
    "lower higher better worse more less above below than off ahead behind points point improvement "
    "drop increase decrease gain reduction up down smaller larger bigger faster slower later earlier "
    "ago".split()
)
"""After a number these make it a difference: "loss 0.02 lower than the baseline"."""

QUALIFYING = frozenset(
    "train training val validation valid test eval dev mean avg average best min minimum max maximum "
    "peak total raw ema smoothed macro micro".split()
)
"""Words that belong to the metric's name behind them."""

UNSAID = frozenset("per ter der return ms us hours minutes seconds elapsed it s".split())
"""Names of metrics that are too common as words to name a number with no sign between."""

BEFORE_TIME = frozenset("after in took takes taking within lasted ran trained for".split())
"""What makes a duration the time of the run: "loss 2.71 after 2.8h"."""

PART = frozenset(
    "step steps each every epoch epochs per first last eval another more next warmup warm-up of these "
    "final iteration".split()
)
"""A duration or count after one of these is that of a part: "every 100 steps", "each epoch took 3h"."""

DONE = frozenset("finished completed complete done succeeded successful successfully finishes".split())
"""What says that a run came to its end as it should."""
