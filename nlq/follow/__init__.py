"""A question that goes on from the one before it: the last query, edited.

    (last Query, new words) ─cues→ what ties them ─edit→ what they say ─merge→ Query

    cues     "what about", "only", "instead", "their", "the second one": cut out, and what is left is linked
             and parsed as any question is (`grammar/words/follow.toml`)
    edit     the pieces of a reading as parts of a query: conditions, columns, functions, an end, an order;
             numbers without a column (`numbers.py`), or so much more than the last one (`relative.py`);
             columns that point at those of the last question (`pointed.py`)
    context  the same words behind a mean, or a column that is shown, may be another edit
    merge    the last query with these parts put in the place of its own, or beside them
               conditions  `conditions.py`: of the same column one for the other, of another one beside it
               a selection `selection.py`: what is computed (`functions.py`), in which groups (`groups.py`),
                           or which rows (`rows.py`), in which order (`order.py`), columns (`shown.py`)
               by step     `stepwise.py`: the same places of other metrics, other places of the same
               the rest    in `merge.py`: cards, values tried; comparisons in `comparison.py`
    sound    whether the query that came of it can be answered, and says all that was asked
    pronoun  "did it diverge": no edit, but a question by itself about the run that was told
    topic    whether the words are a follow-up at all, or a question of their own

Pure functions of plain data: the engine links, parses and runs. A value takes the place of the value of
the same column, a column that of a column in the same role; nothing here knows a particular question.
"""

from __future__ import annotations

from nlq.follow.cues import Cues, find_cues
from nlq.follow.following import Followed, follow
from nlq.follow.pronoun import with_name, with_value
from nlq.follow.stepwise import gone_on
from nlq.follow.topic import Topic, topic_of

__all__ = [
    "Cues",
    "Followed",
    "Topic",
    "find_cues",
    "follow",
    "gone_on",
    "topic_of",
    "with_name",
    "with_value",
]
