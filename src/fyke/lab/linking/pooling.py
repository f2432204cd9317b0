"""Once more, with what a network knows as a whole: its evidence is pooled, and sites and networks are held against it.

A site may share a merchant with one site of a network and a telephone with another, and both with none. This is done
once: networks made of networks made of networks drift.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from fyke.lab.engine import LOCAL, Engine
from fyke.lab.linking.contrast import Contrast, measured
from fyke.lab.linking.differing import taken_back
from fyke.lab.linking.gate import DIFFERS, FEW, MANY, SPEAKS, SURE
from fyke.lab.linking.marks import FAMILIES, OWNED, Marks
from fyke.lab.linking.training import Probabilities
from fyke.lab.linking.weigh import Pairs, level, pairs

OWNED_BOTH = 2  # owned families in which two networks must agree: what two rivals rent together is any number


class Pooled(Struct, frozen=True):
    """What pooling found. A network is named by the smallest of its sites."""

    labels: NDArray[np.int32]  # by site, after the merge
    marks: Marks  # of networks
    seen: Contrast
    pairs: Pairs  # of networks, or a site and a network
    merged: NDArray[np.int64]  # which pairs were joined


def pooled(marks: Marks, labels: NDArray[np.int32], seen: Contrast) -> tuple[Marks, Contrast]:
    """The marks of each network as a whole: a site in them stands for its network, the others have none."""
    made = tuple(replace(mark, holders=np.unique(labels[mark.holders])) for mark in marks.marks)
    lone = {}
    for family, each in marks.lone.items():
        lone[family] = np.zeros(len(marks.sites), dtype=np.bool_)
        lone[family][labels[each]] = True
    known = {}
    for kind, each in marks.known.items():
        known[kind] = np.zeros(len(marks.sites), dtype=np.bool_)
        known[kind][labels[each]] = True
    sizes = np.bincount(labels, minlength=len(marks.sites))
    innocent = np.zeros(len(marks.sites), dtype=np.bool_)
    innocent[labels[seen.honest]] = True
    owners = np.where(sizes >= 2, np.arange(len(marks.sites)), -1).astype(np.int32)
    whole = Marks(marks.sites, made, lone, known)
    return whole, measured(whole, innocent, owners, seen.doubt, mains=2)


def merge(
    marks: Marks,
    labels: NDArray[np.int32],
    seen: Contrast,
    *,
    learned: Probabilities | None = None,
    barred: Iterable[tuple[int, int]] = (),
    engine: Engine = LOCAL,
) -> Pooled:
    """Join what agrees as a whole."""
    whole, contrast = pooled(marks, labels, seen)
    found = taken_back(whole, pairs(whole, contrast, learned, engine))
    sizes = np.bincount(labels, minlength=len(labels))
    apart = {frozenset((int(labels[one]), int(labels[other]))) for one, other in barred}
    bearers = _Bearers(marks, labels, contrast)
    root = np.arange(len(labels), dtype=np.int32)
    merged = []
    order = np.lexsort((found.right, found.left, -np.round(found.bits, 3)))
    for pair in order[found.bits[order] >= SURE].tolist():
        left, right = int(found.left[pair]), int(found.right[pair])
        both = sizes[left] >= 2 and sizes[right] >= 2
        if sizes[left] < 2 and sizes[right] < 2:
            continue  # weighed before, one by one
        if frozenset((left, right)) in apart or not _is_enough(found.shares[pair], both=bool(both)):
            continue
        if both and not bearers.hold(left, right):
            continue
        if not both and _find(root, left if sizes[left] < 2 else right) != (left if sizes[left] < 2 else right):
            continue  # a site goes to the network that fits best, and draws no other one along
        one, other = sorted((_find(root, left), _find(root, right)))
        root[other] = one
        merged.append(pair)
    final = np.array([_find(root, int(label)) for label in labels], dtype=np.int32)
    return Pooled(final, whole, contrast, found, np.array(sorted(merged), dtype=np.int64))


def _is_enough(shares: NDArray[np.float32], *, both: bool) -> bool:
    if both:
        return agree(shares)
    says = shares[: len(FAMILIES)] >= SPEAKS
    return int(says.sum()) >= (FEW if says[_IS_OWNED].any() else MANY)


def agree(shares: NDArray[np.float32]) -> bool:
    """Whether two networks agree in what is owned, and in more of it than they differ in.

    A mark that just two networks have is either one owner's or was planted by one of them on the other. Who plants one
    or two still pays, registers and counts by himself.
    """
    owned = shares[: len(FAMILIES)][_IS_OWNED]
    says, differs = int((owned >= SPEAKS).sum()), int((owned <= DIFFERS).sum())
    return says >= OWNED_BOTH and says > differs


_IS_OWNED = np.array([family in OWNED for family in FAMILIES])


class _Bearers:
    """Which sites of a network bear which marks."""

    def __init__(self, marks: Marks, labels: NDArray[np.int32], seen: Contrast) -> None:
        self._of: dict[int, dict[int, NDArray[np.int32]]] = {}
        self._families = [mark.family for mark in marks.marks]
        for at, mark in enumerate(marks.marks):
            if mark.family not in OWNED or seen.rented[at] or level(float(seen.strangers[at])) < 0:
                continue
            roots = labels[mark.holders]
            for label in np.unique(roots).tolist():
                self._of.setdefault(label, {})[at] = mark.holders[roots == label]

    def hold(self, left: int, right: int) -> bool:
        """Whether two owned families still agree without any one site of either."""
        one, other = self._of.get(left, {}), self._of.get(right, {})
        shared = one.keys() & other.keys()
        return all(self._without(side, shared) for side in (one, other))

    def _without(self, side: dict[int, NDArray[np.int32]], shared: Iterable[int]) -> bool:
        lone: dict[int, set[str]] = {}  # by site: families that only it bears
        by_family: dict[str, set[int]] = {}
        for at in shared:
            by_family.setdefault(self._families[at], set()).update(side[at].tolist())
        for family, sites in by_family.items():
            if len(sites) == 1:
                lone.setdefault(next(iter(sites)), set()).add(family)
        return len(by_family) - max((len(families) for families in lone.values()), default=0) >= OWNED_BOTH


def _find(root: NDArray[np.int32], site: int) -> int:
    while root[site] != site:
        root[site] = root[root[site]]
        site = int(root[site])
    return site
