"""How much the phrases of a theme say together: points, and the finding that they make.

Six points are full weight. A phrase counts once, in the subject more and in the quoted thread less; medium and weak
phrases count less in a long text, where they have more room to turn up by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from fyke.detect.lexicon.hits import SHOWN_BYTES, Hit
from fyke.detect.lexicon.table import Table
from fyke.model import Finding

FULL = 6.0  # points of full weight: two strong phrases, or one in the subject
LEAST = 1.5  # points below which nothing is said: one medium phrase
STRONG, MEDIUM = 3.0, 1.5  # points of a phrase; a weak one has fewer
WEAK_MOST = 1.5  # all weak phrases together weigh as one medium one
ONE_MOST = 2.9  # one medium phrase, whatever weak ones stand beside it, stays below half weight
COUNTED = 100  # phrases of one theme that are weighed, strongest first; thirty are full weight many times over
LONG_BYTES = 4_000  # a text of four times this length halves its medium and weak phrases
DETAIL_CHARS = 200
WORD_BYTES = 40  # how far an open ending is shown

# What a phrase counts by where it stands: a strong one in names and subject, another one there, text, quoted thread.
NAMED_STRONG, NAMED, TEXT, QUOTED = 2.0, 1.5, 1.0, 0.5


class Text(Struct, frozen=True, gc=False):
    """What is read of a message, a line each: names, subject, text, quoted thread, hosts; and where they end."""

    data: bytes
    hosts: bytes
    named: int  # end of the subject
    current: int  # end of the text
    thread: int  # end of the quoted thread

    @classmethod
    def of(cls, plain: bytes, hosts: bytes) -> Text:
        """The text of the first four lines and the hosts."""
        named = max(plain.find(b"\n", plain.find(b"\n") + 1), 0)
        current = max(plain.find(b"\n", named + 1), named)
        return cls(plain + b"\n" + hosts, hosts, named, current, len(plain))

    @property
    def stretch(self) -> float:
        """How much room medium and weak phrases have to turn up by chance: the square root of the text's length."""
        return max(1.0, math.sqrt((self.current - self.named) / LONG_BYTES))

    def factor(self, end: int) -> float:
        """What a phrase counts that ends there."""
        if end <= self.named:
            return NAMED
        return QUOTED if self.current < end <= self.thread else TEXT


class Tally(Struct, frozen=True, gc=False):
    """What one theme has in one text."""

    strong: float = 0.0
    medium: float = 0.0
    weak: float = 0.0
    innocent: float = 0.0
    medium_count: int = 0

    def points(self, stretch: float) -> float:
        """The points of the theme."""
        points = self.strong + self.medium / stretch + self.innocent
        if points > 0:
            points += min(WEAK_MOST, self.weak) / stretch
        return points if self.strong or self.medium_count > 1 else min(points, ONE_MOST)


def findings(table: Table, found: Sequence[Hit], text: Text) -> Iterator[Finding]:
    """A finding for each theme with points enough."""
    by_theme: dict[int, list[Hit]] = {}
    themes = table.themes
    for hit in found:
        by_theme.setdefault(themes[hit.phrase], []).append(hit)
    for theme, own in by_theme.items():
        counted = _counted(table, own)
        points = _tally(table, counted, text).points(text.stretch)
        if points >= LEAST:
            yield Finding(table.symbols[theme], _detail(table, counted, text.data), weight=min(1.0, points / FULL))


def _counted(table: Table, found: list[Hit]) -> list[Hit]:
    """The hits, strongest first, without those that are words of a stronger one."""
    if len(found) == 1:
        return found
    worth = table.points
    counted: list[Hit] = []
    ranks = sorted((-abs(worth[hit.phrase]), hit.start - hit.end, place) for place, hit in enumerate(found))
    for _, _, place in ranks[:COUNTED]:
        hit = found[place]
        start, end = hit.start, hit.end
        for other in counted:
            if other.start <= start and end <= other.end:
                break
        else:
            counted.append(hit)
    return counted


def _tally(table: Table, counted: Iterable[Hit], text: Text) -> Tally:
    """What the hits of one theme have together."""
    strong = medium = weak = innocent = 0.0
    medium_count = 0
    worth = table.points
    for hit in counted:
        points = worth[hit.phrase]
        if points <= 0:
            innocent += points
            continue
        factor = text.factor(hit.end)
        if points == MEDIUM:
            medium += points * factor
            medium_count += 1
        elif points == STRONG:
            strong += points * (NAMED_STRONG if factor == NAMED else factor)
        else:
            weak += points * factor
    return Tally(strong, medium, weak, innocent, medium_count)


def _detail(table: Table, counted: Iterable[Hit], data: bytes) -> str:
    """The words that were found, strongest first."""
    worth = table.points
    detail = ", ".join(dict.fromkeys([_shown(data, hit) for hit in counted if worth[hit.phrase] > 0]))
    return detail if len(detail) <= DETAIL_CHARS else detail[: DETAIL_CHARS - 3].rpartition(", ")[0] + ", …"


def _shown(data: bytes, hit: Hit) -> str:
    """The words of a hit, whole where the phrase leaves an ending open."""
    start = data.rfind(b" ", max(0, hit.start - WORD_BYTES), hit.start + 1)
    end = data.find(b" ", hit.end - 1, hit.end + WORD_BYTES)
    start, end = start if start >= 0 else hit.start, max(end, hit.end)
    return data[max(start, end - SHOWN_BYTES) : end].decode("utf-8", "replace").strip()
