"""How often the words of a phrase stand in ordinary mail: a guess that serves to choose what is looked for first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from fyke.detect.phrases import Word

RARE = 2.0**-11  # how often a word stands in a message that frequency.txt does not name


def frequency(words: Sequence[Word]) -> float:
    """How often the words stand together in a message: half as often for each word beside the rarest."""
    return min(_of_word(word) for word in words) * float(2.0 ** (1 - len(words)))


@cache
def _of_word(word: Word) -> float:
    known = _known()
    if word.open:
        return sum(count for other, count in known.items() if other.startswith(word.literal)) + RARE
    return known.get(word.literal, RARE)


@cache
def _known() -> dict[bytes, float]:
    """The words of frequency.txt, whose lines begin with bits: 3 is once in eight messages."""
    known: dict[bytes, float] = {}
    for line in (Path(__file__).parent / "data" / "frequency.txt").read_bytes().splitlines():
        bits, *words = line.split()
        if bits != b"#":
            known.update(dict.fromkeys(words, 2.0 ** -int(bits)))
    return known
