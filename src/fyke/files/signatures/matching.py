"""Whether a signature that may match does: its blocks are looked for one after the other, and its expression weighed.

Linear: a run is found by `bytes.find`, a block has one length, and of the places of one block at most `PLACES` are
carried on to the next. A file that holds a run more often than that may hide a match behind them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache

from msgspec import Struct

from fyke.files.signatures.bodies import Block
from fyke.files.signatures.logical import Limits, Part, Signature
from fyke.files.signatures.places import Layout
from fyke.files.signatures.views import CONTAINERS

PLACES = 1_000  # of one block that are carried on
TRIES = 20_000  # of one block's run, or of places without one


class Subject:
    """One view of a file, and what is computed of it once."""

    def __init__(self, data: bytes, layout: Layout, size: int, within: tuple[str, ...]) -> None:
        self.data, self.layout, self.size, self.within = data, layout, size, within

    @cached_property
    def lower(self) -> bytes:
        """The bytes in lower case, in which runs without case are found."""
        return self.data.lower()


Regex = Callable[[bytes, bytes, int], int]  # a compiled database, data, the most: how often it matches


@lru_cache(maxsize=4_096)
def compiled(pattern: bytes) -> re.Pattern[bytes]:
    """A block's regex; it has no repetition, so nothing is tried twice."""
    return re.compile(pattern, re.DOTALL)


def matches(signature: Signature, subject: Subject, regex: Regex) -> bool:
    """Whether the signature matches."""
    if not _fits(signature.limits, subject):
        return False
    most = signature.tree.most
    counts = [0 if part.regex else count(part, subject, most) for part in signature.parts]
    for number, part in enumerate(signature.parts):
        if part.regex and part.gate is not None and part.gate.holds(counts):
            counts[number] = regex(part.regex, subject.data, most)
    return signature.tree.holds(counts)


def _fits(limits: Limits, subject: Subject) -> bool:
    """Whether the file is of the size, in the container, and so built."""
    if limits.size and not limits.size[0] <= subject.size <= limits.size[1]:
        return False
    kinds = CONTAINERS[limits.container] if limits.container else ()
    if kinds and (not subject.within or subject.within[-1] not in kinds):
        return False
    if limits.entry and not limits.entry[0] <= subject.layout.entry <= limits.entry[1]:
        return False
    return not limits.sections or limits.sections[0] <= len(subject.layout.sections) <= limits.sections[1]


def count(part: Part, subject: Subject, most: int) -> int:
    """How often a part matches: the different places where it ends, up to the most."""
    first, last = subject.layout.span(part.place)
    if last < first:
        return 0
    found: set[int] = set()
    for form in part.forms:
        found.update(_ends(form, part.is_caseless, subject, first, last))
        if len(found) >= most:
            break
    return min(len(found), most)


def _ends(blocks: tuple[Block, ...], is_caseless: bool, subject: Subject, first: int, last: int) -> list[int]:
    """Where a body ends that begins between two places."""
    ends: list[int] = []
    for number, block in enumerate(blocks):
        if number == 0:
            ranges: list[tuple[int, int]] = [(first, last)]
        elif block.high < 0:
            ranges = [(ends[0] + block.low, len(subject.data))]
        else:
            ranges = _joined((end + block.low, end + block.high) for end in ends)
        ends = sorted(set(_found(block, is_caseless, subject, ranges)))
        if not ends:
            return []
    return ends


class _Range(Struct):
    low: int
    high: int


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in rising order, without what they share."""
    joined: list[_Range] = []
    for low, high in ranges:
        if joined and low <= joined[-1].high + 1:
            joined[-1].high = max(joined[-1].high, high)
        else:
            joined.append(_Range(low, high))
    return [(each.low, each.high) for each in joined]


def _found(block: Block, is_caseless: bool, subject: Subject, ranges: list[tuple[int, int]]) -> Iterator[int]:
    """Where the block ends that begins in one of the ranges."""
    data, got = subject.data, 0
    patterns = [compiled(pattern) for pattern in block.patterns]
    for start in _starts(block, is_caseless, subject, ranges):
        for pattern in patterns:
            if match := pattern.match(data, start):
                got += 1
                yield match.end()
        if got >= PLACES:
            return


def _starts(block: Block, is_caseless: bool, subject: Subject, ranges: list[tuple[int, int]]) -> Iterator[int]:
    """Places where it is worth trying."""
    tries = 0
    if not block.literal:
        for low, high in ranges:
            for start in range(low, min(high, len(subject.data), low + TRIES) + 1):
                yield start
                tries += 1
                if tries > TRIES:
                    return
        return
    text, literal, at = subject.lower if is_caseless else subject.data, block.literal, block.at
    lows = [low for low, _ in ranges]
    place = text.find(literal, ranges[0][0] + at)
    end = ranges[-1][1] + at + len(literal)
    while place >= 0 and tries < TRIES:
        number = bisect_left(lows, place - at + 1) - 1
        if number >= 0 and place - at <= ranges[number][1]:
            yield place - at
            place = text.find(literal, place + 1, end)
        elif number + 1 < len(ranges):
            place = text.find(literal, ranges[number + 1][0] + at, end)
        else:
            return
        tries += 1
