"""How well a partition fits the truth: B-cubed, pairs, adjusted Rand index. Callers leave out what has no truth.

B-cubed: Bagga and Baldwin 1998; adjusted Rand index: Hubert and Arabie 1985.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from msgspec import Struct


class Score(Struct, frozen=True):
    """Precision: what is together belongs together. Recall: what belongs together is. 1 for no items."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Cells:
    """How many items each pair of a found and a true group has in common."""

    def __init__(self, found: Sequence[Hashable], truth: Sequence[Hashable]) -> None:
        """Raises ValueError where they are not of the same items."""
        self.cells = Counter(zip(found, truth, strict=True))
        self.found, self.truth = Counter(found), Counter(truth)
        self.count = len(found)


def b_cubed(found: Sequence[Hashable], truth: Sequence[Hashable]) -> Score:
    """For each item the share of its group that is of its truth, and of its truth that is in its group; their means."""
    of = Cells(found, truth)
    if not of.count:
        return Score(1.0, 1.0)
    precision = sum(count * count / of.found[group] for (group, _), count in of.cells.items())
    recall = sum(count * count / of.truth[true] for (_, true), count in of.cells.items())
    return Score(precision / of.count, recall / of.count)


def pairwise(found: Sequence[Hashable], truth: Sequence[Hashable]) -> Score:
    """The share of pairs that are together rightly, and of pairs that belong together and are. Large groups decide."""
    of = Cells(found, truth)
    right = sum(map(_pairs, of.cells.values()))
    joined, true = sum(map(_pairs, of.found.values())), sum(map(_pairs, of.truth.values()))
    return Score(right / joined if joined else 1.0, right / true if true else 1.0)


def adjusted_rand(found: Sequence[Hashable], truth: Sequence[Hashable]) -> float:
    """How much of the agreement of pairs is more than chance: 1 for equal partitions, about 0 for random ones."""
    of = Cells(found, truth)
    right, all_pairs = sum(map(_pairs, of.cells.values())), _pairs(of.count)
    joined, true = sum(map(_pairs, of.found.values())), sum(map(_pairs, of.truth.values()))
    chance = joined * true / all_pairs if all_pairs else 0.0
    best = (joined + true) / 2
    return (right - chance) / (best - chance) if best != chance else 1.0


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
