"""Matches of a table's expressions as hits of its phrases: each phrase once, where it first stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from fyke.detect.table import Table
from fyke.mail.patterns import Match

SHOWN_BYTES = 120  # how far before its end a match may begin


class Hit(Struct, frozen=True, gc=False):
    """A phrase by its number in the table, and where it stands."""

    phrase: int
    start: int
    end: int


def hits(table: Table, matches: Iterable[Match], data: bytes) -> list[Hit]:
    """The phrases among the matches."""
    owners, lengths, confirms = table.owners, table.lengths, table.confirms
    found: dict[int, Hit] = {}
    for match in matches:
        number, end = match.index, match.end
        owner = owners[number]
        if owner in found:
            continue
        start = end - lengths[number] if lengths[number] else _begin(table.heads[owner], data, end)
        confirm = confirms.get(owner)
        if confirm is not None:
            whole = compiled(confirm.pattern).search(data, max(0, start - confirm.before), end + confirm.after)
            if whole is None:
                continue
            start, end = whole.span()
        found[owner] = Hit(owner, start, end)
    return list(found.values())


@cache
def compiled(pattern: bytes) -> re.Pattern[bytes]:
    """A regex, compiled when it is first needed: most phrases of a lexicon never are."""
    return re.compile(pattern)


def _begin(heads: tuple[bytes, ...], data: bytes, end: int) -> int:
    """Where a match of an expression that is no literal begins: the nearest word that the phrase may begin with."""
    least = max(0, end - SHOWN_BYTES)
    start = max((data.rfind(head, least, end) for head in heads), default=-1)
    return start if start >= 0 else data.rfind(b" ", 0, data.rfind(b" ", 0, end - 1)) + 1  # begins with a number
