"""How mail speaks of itself: the phrases of `wording.toml`, found in one pass over folded text and shared by detectors.

Each phrase is written out as plain literals, which hyperscan finds at the speed of memory. The same pass finds the
signs without which other detectors of words need not read the text at all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path

from msgspec import Struct

from fyke.mail.fold import fold
from fyke.mail.patterns import ONCE, Expression, load
from fyke.model import Message

SOURCE = Path(__file__).with_suffix(".toml")
VARIANTS = 120  # plain phrases that one with choices may stand for; more would be a grammar

# What every sum of money and every odd word has in it (`content.money`, `content.odd_words`), under a name each.
SUMS, ODD_WORDS = "sums", "odd words"
SIGNS: Mapping[str, Sequence[bytes]] = {
    SUMS: (
        rb"[0-9] [0-9]{3} [0-9]{3}",
        rb"[0-9] ?(?:million|mio|millionen|millones|milhoes|milh\xc3\xb5es|millions) ",
    ),
    ODD_WORDS: (rb"[a-z][013$!][a-z]", rb" [a-z] [a-z] [a-z] [a-z] [a-z] "),
}

_PLACE = re.compile(r"\(([^()]*)\)(\??)|([^\s()]+)")


class Said(Struct, frozen=True, gc=False):
    """A phrase that stands in a text, and where its first occurrence ends (bytes of `Text.folded`)."""

    phrase: str
    end: int


class Wording:
    """Named lists of phrases and signs, compiled once."""

    def __init__(self, lists: Mapping[str, Sequence[str]], signs: Mapping[str, Sequence[bytes]] = {}) -> None:
        rows: dict[bytes, tuple[str, list[str]]] = {}
        for name, sources in lists.items():
            for source in sources:
                for variant in expand(source):
                    rows.setdefault(fold(variant), (variant, []))[1].append(name)
        shown = [(name, sign) for name, own in signs.items() for sign in own]
        self._rows = [*rows.values(), *(("", [name]) for name, _ in shown)]
        self._patterns = load(
            [Expression(pattern, ONCE) for pattern in (*map(re.escape, rows), *(sign for _, sign in shown))]
        )
        self._last: tuple[bytes, dict[str, list[Said]]] = (b"", {})

    def said(self, message: Message) -> dict[str, list[Said]]:
        """The phrases that stand in subject or text, by list, in the order of the text; a sign has no phrase."""
        folded, found = self._last
        if folded is not message.text.folded:  # several detectors ask of one message in a row: it is read once
            folded = message.text.folded
            found = self.read(folded)
            self._last = folded, found
        return found

    def read(self, folded: bytes) -> dict[str, list[Said]]:
        """The phrases that stand in folded text."""
        found: dict[str, list[Said]] = {}
        for match in self._patterns.scan(folded):
            phrase, names = self._rows[match.index]
            for name in names:
                found.setdefault(name, []).append(Said(phrase, match.end))
        return found


@cache
def wording() -> Wording:
    """The shipped wording. Reading it takes about 10 ms."""
    tables = tomllib.loads(SOURCE.read_text("utf-8"))
    return Wording(
        {name: [phrase for phrases in table.values() for phrase in phrases] for name, table in tables.items()}, SIGNS
    )


def expand(source: str) -> list[str]:
    """All plain phrases that a phrase with choices stands for. Raises ValueError for none, or more than `VARIANTS`."""
    places: list[Sequence[str]] = []
    for choice, optional, word in _PLACE.findall(source):
        places.append((word,) if word else (*choice.split("|"), "") if optional else choice.split("|"))
    variants = [" ".join(" ".join(words).split()) for words in product(*places)]
    if len(variants) > VARIANTS or not all(variants):
        raise ValueError(f"{source!r} stands for {len(variants)} phrases, or for an empty one")
    return variants
