"""Answers as a scan keeps them: each under the name of its question, and what comes of them when they are read again.

From memory they come as they were; from a file as plain JSON, which becomes what it was by the kind of its question.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fyke.model.campaign import Copies
from fyke.model.known import Acquaintance
from fyke.model.query import UNKNOWN, Listing, Query, Records

ANSWERS: Final[dict[str, type[Any]]] = {"Dns": Records, "Listed": Listing, "Seen": Acquaintance, "Alike": Copies}


def name_of(query: Query[Any]) -> str:
    """The name under which the answer to a question is kept; no customer's key is in it."""
    return repr(query)


def revived(name: str, answer: Any) -> Any:
    """The answer to the question of that name. What cannot be one is `UNKNOWN`, as if nobody had answered."""
    kind = ANSWERS.get(name.partition("(")[0])
    if kind is None or answer is UNKNOWN:
        return UNKNOWN
    if isinstance(answer, kind):
        return answer
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError:  # also "unknown", as UNKNOWN is written
        return UNKNOWN
