"""How far a mark is to be doubted where nobody knows its holders: by whether they agree in anything else.

Sites that share an owner's telephone share his merchant id or his registration too, now and then; sites that share a
large host, a popular kit or a common name of a company never do. No list of honest sites is needed to see that.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fyke.lab.linking.marks import OWNED, Marks

SERVICES = frozenset({"processor"})  # kinds that are a trader's name: whoever pays him is his customer, nobody's proof
CHANCE = 0.05  # strangers that a batch may hold by coincidence and still be owned
SAMPLE = 24  # holders of a mark that are compared with each other: 276 pairs say enough of any
WEIGHT = 10.0  # pairs that what is known of the kind is worth beside what is seen of the mark
USUAL = 0.3  # share of pairs that agree, where nothing was seen of the kind
LEAST = 0.1  # of a holder of whom nothing is known: an owner's sites need not agree in much
TYPICAL = 0.3  # share of pairs of one owner's sites that agree in another owned family: careful ones in no more


class _Owned:
    """What sites have of owned families."""

    def __init__(self, marks: Marks) -> None:
        self._held: list[dict[str, set[int]]] = [{} for _ in marks.sites]
        for at, mark in enumerate(marks.marks):
            if mark.family in OWNED and mark.kind not in SERVICES and mark.chance <= CHANCE:
                for site in mark.holders.tolist():
                    self._held[site].setdefault(mark.family, set()).add(at)
        for family in OWNED & marks.lone.keys():
            for site in np.flatnonzero(marks.lone[family]).tolist():
                self._held[site].setdefault(family, set())

    def agreeing(self, holders: NDArray[np.int32], family: str) -> tuple[float, float]:
        """Pairs of holders that share something of another owned family, and those of which both have such a thing."""
        step = max(1, len(holders) // SAMPLE)
        agree = pairs = 0
        for one, other in combinations(holders[::step][:SAMPLE].tolist(), 2):
            left, right = self._held[one], self._held[other]
            if both := (left.keys() & right.keys()) - {family}:
                pairs += 1
                agree += any(not left[each].isdisjoint(right[each]) for each in both)
        return agree, pairs


def doubts(marks: Marks) -> NDArray[np.float64]:
    """By mark: how much of a stranger a holder is of whom nothing is known, from `LEAST` to 1."""
    owned = _Owned(marks)
    seen = np.array([owned.agreeing(mark.holders, mark.family) for mark in marks.marks], dtype=np.float64)
    seen = seen.reshape(len(marks.marks), 2)
    by_kind: dict[str, NDArray[np.float64]] = {}
    for mark, counts in zip(marks.marks, seen, strict=True):
        by_kind[mark.kind] = by_kind.get(mark.kind, np.zeros(2)) + counts
    usual = {kind: (agree + USUAL * WEIGHT) / (pairs + WEIGHT) for kind, (agree, pairs) in by_kind.items()}
    lean = np.array([usual[mark.kind] for mark in marks.marks], dtype=np.float64)
    share = (seen[:, 0] + lean * WEIGHT) / (seen[:, 1] + WEIGHT)
    return np.clip(1 - share / TYPICAL, LEAST, 1.0)
