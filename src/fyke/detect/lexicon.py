"""What does the mail sell, offer or threaten, and in how many of the trade's words?

One pass of hyperscan over the folded text finds the phrases of all themes; a little arithmetic per theme weighs them.
The phrases are data: see docs/reference/lexicons.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
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
ONE_MOST = 2.9  # one medium phrase, whatever weak ones stand beside it, stays below half weight
LONG_BYTES = 4_000  # a text of four times this length halves its medium and weak phrases
DETAIL_CHARS = 200
WORD_BYTES = 40  # how far an open ending is shown
NAME_CHARS = 200  # of a sender's or attachment's name; a longer one is an attack on the reader
NAMES = 20  # attachments whose names are read

# What a phrase counts by where it stands: a strong one in names and subject, another one there, text, quoted thread.
NAMED_STRONG, NAMED, TEXT, QUOTED = 2.0, 1.5, 1.0, 0.5


class Lexicon(Detector):
    """What does the mail sell, offer or threaten?"""

    name = "lexicon"
    symbols: ClassVar[tuple[Symbol, ...]] = ()  # the files declare them: see `__init__`

    def __init__(self, folders: Sequence[Path] = (), cache: Path | None = None) -> None:
        """Load the shipped themes and those of the folders. Raises LexiconError for a bad file."""
        self._table, self._telling, self._company = load(folders, cache)
        self.symbols = self._table.symbols  # type: ignore[misc]

    def look(self, mail: Mail) -> Look:
        """Yield a finding for each theme with points enough."""
        data, named, quoted = _read(mail.message)
        found = self.find(data)
        if found:
            yield from findings(self._table, found, data, named, quoted)

    def find(self, data: bytes) -> list[Hit]:
        """The phrases in a folded text; weak and innocent ones only of themes that have others."""
        table = self._table
        found = hits(table, table.telling, self._telling.scan(data), data)
        if found:
            told = {table.themes[hit.phrase] for hit in found}
            company = hits(table, table.company, self._company.scan(data), data)
            found.extend(hit for hit in company if table.themes[hit.phrase] in told)
        return found


class Tally(Struct, gc=False):
    """What one theme has in one text."""

    strong: float = 0.0
    medium: float = 0.0
    weak: float = 0.0
    innocent: float = 0.0
    medium_count: int = 0

    def points(self, stretch: float) -> float:
        """The points of the theme, where medium and weak phrases have so much more text to turn up in."""
        points = self.strong + self.medium / stretch + self.innocent
        if points > 0:
            points += min(WEAK_MOST, self.weak) / stretch
        return points if self.strong or self.medium_count > 1 else min(points, ONE_MOST)


def _read(message: Message) -> tuple[bytes, int, int]:
    """What is scanned (names, subject, text, quoted thread, a line each), and where names and subject, and text end."""
    names = [message.sender.name[:NAME_CHARS]]
    names.extend(part.filename[:NAME_CHARS] for part in message.attachments[:NAMES])
    named = fold(" ".join(names)) + b"\n"
    data = named + message.text.folded
    subject = max(data.find(b"\n", len(named)), 0)
    return data, subject, max(data.find(b"\n", subject + 1), subject)


def findings(table: Table, found: Sequence[Hit], data: bytes, named: int, quoted: int) -> Iterator[Finding]:
    """A finding for each theme with points enough; names and subject, and the text, end where the numbers say."""
    stretch = max(1.0, math.sqrt((quoted - named) / LONG_BYTES))
    by_theme: dict[int, list[Hit]] = {}
    for hit in found:
        by_theme.setdefault(table.themes[hit.phrase], []).append(hit)
    for theme, own in by_theme.items():
        counted = _counted(table, own)
        points = _tally(table, counted, named, quoted).points(stretch)
        if points >= LEAST:
            yield Finding(table.symbols[theme], _detail(table, counted, data), weight=min(1.0, points / FULL))


def _counted(table: Table, found: list[Hit]) -> list[Hit]:
    """The hits, strongest first, without those that are words of a stronger one."""
    worth = table.points
    counted: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (-abs(worth[hit.phrase]), hit.start - hit.end)):
        if not any(other.start <= hit.start and hit.end <= other.end for other in counted):
            counted.append(hit)
    return counted


def _tally(table: Table, counted: Iterable[Hit], named: int, quoted: int) -> Tally:
    """What the hits of one theme have together."""
    tally = Tally()
    for hit in counted:
        points = table.points[hit.phrase]
        factor = NAMED if hit.end <= named else TEXT if hit.end <= quoted else QUOTED
        if points == MEDIUM:
            tally.medium += points * factor
            tally.medium_count += 1
        elif points == STRONG:
            tally.strong += points * (NAMED_STRONG if factor == NAMED else factor)
        elif points > 0:
            tally.weak += points * factor
        else:
            tally.innocent += points
    return tally


def _detail(table: Table, counted: Iterable[Hit], data: bytes) -> str:
    """The words that were found, strongest first."""
    detail = ", ".join(dict.fromkeys(_shown(data, hit) for hit in counted if table.points[hit.phrase] > 0))
    return detail if len(detail) <= DETAIL_CHARS else detail[: DETAIL_CHARS - 3].rpartition(", ")[0] + ", …"


def _shown(data: bytes, hit: Hit) -> str:
    """The words of a hit, whole where the phrase leaves an ending open."""
    after = data.find(b" ", hit.end - 1, hit.end + WORD_BYTES)
    return data[max(hit.start, hit.end - SHOWN_BYTES) : max(after, hit.end)].decode("utf-8", "replace").strip()
