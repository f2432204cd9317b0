"""Matches of a table's expressions as hits of its phrases: each phrase once, where it first stands in the text."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from functools import cache

import msgspec
from msgspec import Struct

from fyke.detect.lexicon.pieces import Confirm
from fyke.detect.lexicon.table import Finders, Table
from fyke.mail.patterns import Match

LOOKS = 6  # how often a text is searched in vain around the anchor of one phrase
SHOWN_BYTES = 120  # how far before its end a match may begin


class Hit(Struct, frozen=True, gc=False):
    """A phrase by its number in the table, and where it stands."""

    phrase: int
    start: int
    end: int


def hits(
    table: Table,
    finders: Finders,
    matches: Iterable[Match],
    data: bytes,
    offset: int = 0,
    *,
    themes: Container[int] | None = None,
) -> list[Hit]:
    """The phrases among the matches in the data, which stands so far into the text; of some themes, or of all."""
    owners, shared, lengths, confirms = finders.owners, finders.shared, finders.lengths, table.confirms
    found: dict[int, Hit] = {}
    looked: dict[int, int] = {}
    for match in matches:
        number, end = match.index, match.end
        first = owners[number]
        for owner in (first,) if first >= 0 else shared[-1 - first]:
            if owner in found or (themes is not None and table.themes[owner] not in themes):
                continue
            length = lengths[number]
            packed = confirms.get(owner)
            if packed is None:
                start = end - length if length else _begin(table.wholes[owner], data, end)
                found[owner] = Hit(owner, offset + start, offset + end)
                continue
            confirm = unpacked(packed)
            if is_possible(confirm, data, end - length, end) and looked.get(owner, 0) < LOOKS:
                whole = _whole(confirm, data, end - length, end)
                if whole is None:
                    looked[owner] = looked.get(owner, 0) + 1
                else:
                    found[owner] = Hit(owner, offset + whole.start(), offset + whole.end())
    return list(found.values())


def _whole(confirm: Confirm, data: bytes, start: int, end: int) -> re.Match[bytes] | None:
    """The whole phrase around an anchor. One that begins with its anchor is not looked for anywhere else."""
    pattern = compiled(confirm.pattern)
    if confirm.begins:
        return pattern.match(data, start, end + confirm.after)
    return pattern.search(data, max(0, start - confirm.before), end + confirm.after)


@cache
def unpacked(packed: bytes) -> Confirm:
    """A confirmation, unpacked when it is first needed: most of them never are."""
    return msgspec.msgpack.decode(packed, type=Confirm)


def is_possible(confirm: Confirm, data: bytes, start: int, end: int) -> bool:
    """Whether the words beside an anchor can belong to its phrase. They mostly do not, and this is cheap to see."""
    right, left = confirm.right, confirm.left
    if right is not None:
        word = data[end : data.find(b" ", end)]
        if word not in right.words and not word.startswith(right.parts):
            return False
    if left is not None:
        word = data[data.rfind(b" ", 0, start) + 1 : start]
        return word in left.words or word.endswith(left.parts)
    return True


@cache
def compiled(pattern: bytes) -> re.Pattern[bytes]:
    """A regex, compiled when it is first needed."""
    return re.compile(pattern)


def _begin(pattern: bytes, data: bytes, end: int) -> int:
    """Where a match begins that hyperscan found whole."""
    whole = compiled(pattern).search(data, max(0, end - SHOWN_BYTES), end)
    return whole.start() if whole else max(0, end - SHOWN_BYTES)
