"""Wording that a detector looks for: lists of plain phrases under names, found in one pass over folded text.

A phrase is words; `(a|b)` is a choice, `(a|b)?` may be absent. Each is written out as plain literals, which hyperscan
finds at the speed of memory. What the words of a mail want is the lexicons' business; these say how it is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product

from fyke.mail.fold import fold
from fyke.mail.patterns import ONCE, Expression, load

_PLACE = re.compile(r"\(([^()]*)\)(\??)|([^\s()]+)")
VARIANTS = 500  # of one phrase; more would be a grammar


class Wording:
    """Named lists of phrases, compiled once."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        literals: dict[bytes, tuple[str, str]] = {}
        for name, sources in lists.items():
            for source in sources:
                for variant in expand(source):
                    literals.setdefault(fold(variant), (name, variant))
        self._rows = list(literals.values())
        self._patterns = load([Expression(re.escape(literal), ONCE) for literal in literals])

    def found(self, folded: bytes) -> dict[str, list[str]]:
        """The phrases that stand in the text, by list, in the order of the text."""
        found: dict[str, list[str]] = {}
        for match in self._patterns.scan(folded):
            name, phrase = self._rows[match.index]
            found.setdefault(name, []).append(phrase)
        return found


def expand(source: str) -> list[str]:
    """All plain phrases that a phrase with choices stands for. Raises ValueError for more than `VARIANTS`."""
    places: list[Sequence[str]] = []
    for choice, optional, word in _PLACE.findall(source):
        places.append((word,) if word else (*choice.split("|"), "") if optional else choice.split("|"))
    variants = [" ".join(" ".join(words).split()) for words in product(*places)]
    if len(variants) > VARIANTS or not all(variants):
        raise ValueError(f"{source!r} stands for {len(variants)} phrases, or for nothing")
    return variants
