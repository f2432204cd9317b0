"""How often the words of a phrase stand in ordinary mail: a guess that serves to choose what is looked for first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from fyke.detect.lexicon.phrases import Word

SOURCE = Path(__file__).parent / "frequency.txt"
RARE = 2.0**-11  # how often a word stands in a message that the file does not name


def frequency(words: Sequence[Word]) -> float:
    """How often the words stand together in a message: an eighth as often for each word beside the rarest."""
    return min(map(_of_word, words)) * float(8.0 ** (1 - len(words)))


@cache
def _of_word(word: Word) -> float:
    known = _known()
    if word.open:
        names = _names()
        begin, end = bisect_left(names, word.literal), bisect_left(names, word.literal + b"\xff")
        return sum(known[name] for name in names[begin:end]) + RARE
    return known.get(word.literal, RARE)


@cache
def _known() -> dict[bytes, float]:
    """The words of the file, whose lines begin with bits: 3 is once in eight messages."""
    known: dict[bytes, float] = {}
    for line in SOURCE.read_bytes().splitlines():
        bits, *words = line.split()
        if bits != b"#":
            known.update(dict.fromkeys(words, 2.0 ** -int(bits)))
    return known


@cache
def _names() -> list[bytes]:
    return sorted(_known())
