"""What may stand directly beside the anchor of a phrase: one look at a word spares most of the regexes."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from fyke.detect.lexicon.phrases import Item, Run

_SIGNS = ("$", "€", "£")
_NUMBER_BEGINS = tuple(sign.encode() for sign in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", *_SIGNS))
_NUMBER_ENDS = (*_NUMBER_BEGINS, b"%")


class Neighbours(Struct, frozen=True):
    """The words that may stand there: whole, or known by how they begin (after the anchor) or end (before it)."""

    words: frozenset[bytes]
    parts: tuple[bytes, ...]

    @property
    def count(self) -> int:
        """In how many ways something may stand there."""
        return len(self.words) + len(self.parts)

    def before(self, anchors: Iterable[bytes]) -> list[bytes]:
        """Literals of anchors, each with all that may stand before it."""
        beside = [*self.parts, *(b" " + word for word in sorted(self.words) if not word.endswith(self.parts))]
        return [word + anchor for anchor in anchors for word in beside]

    def after(self, anchors: Iterable[bytes]) -> list[bytes]:
        """Literals of anchors, each with all that may stand after it."""
        beside = [*self.parts, *(word + b" " for word in sorted(self.words) if not word.startswith(self.parts))]
        return [anchor + word for anchor in anchors for word in beside]


def after(items: tuple[Item, ...], anchor_end: int) -> Neighbours | None:
    """What may follow an anchor; None where anything may."""
    if any(run[-1].open for run in items[anchor_end - 1].choices):
        return None  # the anchor ends within a word
    words: set[bytes] = set()
    parts: set[bytes] = set()
    for item in items[anchor_end:]:
        if item.is_gap:
            return None
        for run in item.choices:
            first, *rest = run[0].literal.split() or [b""]
            if run[0].is_number:
                parts.update(_NUMBER_BEGINS)
            elif run[0].open and not rest:
                parts.add(first)
            else:
                words.add(first)
        if not item.optional:
            return Neighbours(frozenset(words), tuple(sorted(parts)))
    return None


def before(items: tuple[Item, ...], anchor: int) -> Neighbours | None:
    """What may precede an anchor; None where anything may."""
    words: set[bytes] = set()
    parts: set[bytes] = set()
    for item in reversed(items[:anchor]):
        if item.is_gap or _is_open(item.choices):
            return None
        for run in item.choices:
            if run[-1].is_number:
                parts.update(_NUMBER_ENDS)
            else:
                words.add(run[-1].literal.split()[-1])
        if not item.optional:
            return Neighbours(frozenset(words), tuple(sorted(parts)))
    return None


def _is_open(choices: Iterable[Run]) -> bool:
    return any(run[-1].open for run in choices)
