"""What does the mail sell, offer or threaten, and in how many of the trade's words?

One pass of hyperscan over the folded text finds the phrases of all themes; a little arithmetic per theme weighs them.
The phrases are data: see docs/reference/lexicons.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from fyke.detect.base import Detector, Look
from fyke.detect.hits import SHOWN_BYTES, Hit, hits
from fyke.detect.table import Table, load
from fyke.mail.fold import fold
from fyke.model import Finding, Mail, Message, Symbol

FULL = 6.0  # points of full weight: two strong phrases, or one in the subject
LEAST = 1.5  # points below which nothing is said: one medium phrase
STRONG, MEDIUM = 3.0, 1.5  # points of a phrase; a weak one has fewer
WEAK_MOST = 1.5  # all weak phrases together weigh as one medium one
WEAK_ALONE = 4  # different weak phrases that are company enough for each other
LONG_BYTES = 4_000  # a text of four times this length halves its medium and weak phrases
DETAIL_CHARS = 200
WORD_BYTES = 40  # how far an open ending is shown
NAME_CHARS = 200  # of a sender's or attachment's name; a longer one is an attack on the reader
NAMES = 20  # attachments whose names are read

NAMED, TEXT, QUOTED = 2.0, 1.0, 0.5  # what a phrase counts by where it stands: names and subject, text, quoted thread


class Lexicon(Detector):
    """What does the mail sell, offer or threaten?"""

    name = "lexicon"
    symbols: ClassVar[tuple[Symbol, ...]] = ()  # the files declare them: see `__init__`

    def __init__(self, folders: Sequence[Path] = (), cache: Path | None = None) -> None:
        """Load the shipped themes and those of the folders. Raises LexiconError for a bad file."""
        self._table, self._patterns = load(folders, cache)
        self.symbols = self._table.symbols  # type: ignore[misc]

    def look(self, mail: Mail) -> Look:
        """Yield a finding for each theme with points enough."""
        data, named, quoted = _read(mail.message)
        found = hits(self._table, self._patterns.scan(data), data)
        if found:
            stretch = max(1.0, math.sqrt((quoted - named) / LONG_BYTES))
            yield from _findings(self._table, found, _tallies(self._table, found, named, quoted), stretch, data)


class Tally(Struct, gc=False):
    """What one theme has in one text."""

    strong: float = 0.0
    medium: float = 0.0
    weak: float = 0.0
    innocent: float = 0.0
    weak_count: int = 0

    def points(self, stretch: float) -> float:
        """The points of the theme, where medium and weak phrases have so much more text to turn up in."""
        points = self.strong + self.medium / stretch + self.innocent
        if points > 0 or self.weak_count >= WEAK_ALONE:
            points += min(WEAK_MOST, self.weak) / stretch
        return points


def _read(message: Message) -> tuple[bytes, int, int]:
    """What is scanned (names, subject, text, quoted thread, a line each), and where names and subject, and text end."""
    names = [message.sender.name[:NAME_CHARS]]
    names.extend(part.filename[:NAME_CHARS] for part in message.attachments[:NAMES])
    named = fold(" ".join(names)) + b"\n"
    data = named + message.text.folded
    subject = max(data.find(b"\n", len(named)), 0)
    return data, subject, max(data.find(b"\n", subject + 1), subject)


def _tallies(table: Table, hits: Sequence[Hit], named: int, quoted: int) -> dict[int, Tally]:
    """What each theme has."""
    themes, worth = table.themes, table.points
    tallies: dict[int, Tally] = {}
    for hit in hits:
        number, end = hit.phrase, hit.end
        tally = tallies.get(themes[number])
        if tally is None:
            tally = tallies[themes[number]] = Tally()
        points = worth[number]
        factor = NAMED if end <= named else TEXT if end <= quoted else QUOTED
        if points == MEDIUM:
            tally.medium += points * factor
        elif points == STRONG:
            tally.strong += points * factor
        elif points > 0:
            tally.weak += points * factor
            tally.weak_count += 1
        else:
            tally.innocent += points
    return tallies


def _findings(
    table: Table, hits: Sequence[Hit], tallies: dict[int, Tally], stretch: float, data: bytes
) -> Iterator[Finding]:
    """A finding for each theme with points enough."""
    for theme, tally in tallies.items():
        points = tally.points(stretch)
        if points >= LEAST:
            own = [hit for hit in hits if table.themes[hit.phrase] == theme and table.points[hit.phrase] > 0]
            yield Finding(table.symbols[theme], _detail(table, own, data), weight=min(1.0, points / FULL))


def _detail(table: Table, hits: list[Hit], data: bytes) -> str:
    """The words that were found, strongest first."""
    hits.sort(key=lambda hit: -table.points[hit.phrase])
    detail = ", ".join(dict.fromkeys(_shown(data, hit) for hit in hits))
    return detail if len(detail) <= DETAIL_CHARS else detail[: DETAIL_CHARS - 3].rpartition(", ")[0] + ", …"


def _shown(data: bytes, hit: Hit) -> str:
    """The words of a hit, whole where the phrase leaves an ending open."""
    after = data.find(b" ", hit.end - 1, hit.end + WORD_BYTES)
    return data[max(hit.start, hit.end - SHOWN_BYTES) : max(after, hit.end)].decode("utf-8", "replace").strip()
