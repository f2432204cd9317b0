"""From weighed pairs to networks: who may be joined, and by how much.

A pair counts when its odds are good and at least two families say so, one of which an owner lends to nobody, or three
that he might; where many more differ than agree, it does not count: what two shops share of one paymaster, a PO box
and a merchant id and nothing besides, is an operation's, not a network's.

Two groups are joined by two links that share no site: a single site between them may belong to neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.lab.linking.blocks import blocks
from fyke.lab.linking.marks import FAMILIES, OWNED
from fyke.lab.linking.weigh import Pairs

SURE = float(np.log2(0.99 / 0.01))  # bits from which a pair counts: one in a hundred may be wrong
DIFFERS = -0.5  # bits from which a family says that two are not one owner's: both have such marks, none in common
SPEAKS = 3.0  # bits from which a family counts as one that says so
FEW = 2  # families, where one of them is owned
MANY = 3  # families, where none is

_OWNED = np.array([family in OWNED for family in FAMILIES])


class Joined(Struct, frozen=True):
    """Networks as a label for each site, the links that made them, and those that were held back."""

    labels: NDArray[np.int32]  # by site: the smallest site of its network
    links: NDArray[np.int64]  # of the pairs: those that count and lie within a network
    held: tuple[
        tuple[int, int, int], ...
    ]  # (smallest site, smallest site, pair): groups that one site alone would join


def counts(found: Pairs) -> NDArray[np.bool_]:
    """Which pairs are links."""
    return np.asarray((found.bits >= SURE) & enough(found.shares))


def enough(shares: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which rows of shares have families enough that agree."""
    says = shares[:, : len(FAMILIES)] >= SPEAKS
    agree, differ = says.sum(axis=1), (shares[:, : len(FAMILIES)] <= DIFFERS).sum(axis=1)
    few = says[:, _OWNED].any(axis=1) & (agree >= FEW) & (agree >= differ)
    return np.asarray(few | ((agree >= MANY) & (agree + 1 >= differ)))


def join(found: Pairs, sites: int, barred: Iterable[tuple[int, int]] = ()) -> Joined:
    """Join blocks of links, then what hangs on them; pairs that are barred by a person never come into one network."""
    groups = _Groups(sites, barred)
    chosen = np.flatnonzero(counts(found))
    for block in _blocks(found, chosen, sites):
        groups.begin(block)
    order = chosen[np.lexsort((found.right[chosen], found.left[chosen], -np.round(found.bits[chosen], 3)))]
    for pair in order.tolist():
        groups.link(int(found.left[pair]), int(found.right[pair]), pair)
    labels = groups.labels()
    within = chosen[labels[found.left[chosen]] == labels[found.right[chosen]]]
    return Joined(labels, within, tuple(sorted(groups.held(labels))))


def _blocks(found: Pairs, chosen: NDArray[np.int64], sites: int) -> Iterator[list[int]]:
    """Groups that hang together without any one site. A site in several goes to that with which most bits link it."""
    neighbours: list[list[int]] = [[] for _ in range(sites)]
    for left, right in zip(found.left[chosen].tolist(), found.right[chosen].tolist(), strict=True):
        neighbours[left].append(right)
        neighbours[right].append(left)
    made = sorted(blocks(neighbours))
    of_site: dict[int, list[int]] = {}
    for at, block in enumerate(made):
        for site in block:
            of_site.setdefault(site, []).append(at)
    torn = {site: dict.fromkeys(blocks_of, 0.0) for site, blocks_of in of_site.items() if len(blocks_of) > 1}
    inside = [set(block) for block in made] if torn else []
    for left, right, bits in zip(
        found.left[chosen].tolist(), found.right[chosen].tolist(), found.bits[chosen].tolist(), strict=True
    ):
        for site, other in ((left, right), (right, left)):
            for at in torn.get(site, ()):
                if other in inside[at]:
                    torn[site][at] += bits
    best = {site: max(sorted(weights), key=lambda at: round(weights[at], 2)) for site, weights in torn.items()}
    for at, block in enumerate(made):
        yield [site for site in block if best.get(site, at) == at]


class _Groups:
    """Groups that grow, and what lies between them."""

    def __init__(self, sites: int, barred: Iterable[tuple[int, int]]) -> None:
        self._root = list(range(sites))
        self._members: list[list[int]] = [[site] for site in range(sites)]
        self._between: list[dict[int, list[tuple[int, int, int]]]] = [{} for _ in range(sites)]
        self._barred: dict[int, set[int]] = {}
        for one, other in barred:
            self._barred.setdefault(one, set()).add(other)
            self._barred.setdefault(other, set()).add(one)

    def begin(self, sites: list[int]) -> None:
        """Put these together before any link is taken, unless a person parted some of them."""
        first = sites[0]
        for site in sites[1:]:
            one, other = self._find(first), self._find(site)
            if one != other and not self._is_barred(one, other):
                self._join(one, other)

    def link(self, left: int, right: int, pair: int) -> None:
        """Take a link: join its two groups, or keep it until another one agrees."""
        one, other = self._find(left), self._find(right)
        if one == other:
            return
        waiting = self._between[one].get(other, [])
        waiting.append((left, right, pair) if self._find(left) == one else (right, left, pair))
        alone = min(len(self._members[one]), len(self._members[other])) == 1
        if (alone or _disjoint(waiting)) and not self._is_barred(one, other):
            self._join(one, other)
            return
        self._between[one][other] = waiting
        self._between[other][one] = [(b, a, at) for a, b, at in waiting]

    def labels(self) -> NDArray[np.int32]:
        """By site, the smallest of its group."""
        smallest = {root: min(self._members[root]) for root in {self._find(site) for site in range(len(self._root))}}
        return np.array([smallest[self._find(site)] for site in range(len(self._root))], dtype=np.int32)

    def held(self, labels: NDArray[np.int32]) -> Iterable[tuple[int, int, int]]:
        """What still waits between two groups: the strongest link of each."""
        for root in {self._find(site) for site in range(len(self._root))}:
            for other, waiting in self._between[root].items():
                if other != root and self._find(other) == other:
                    one, two = int(labels[root]), int(labels[other])
                    if one < two:
                        yield one, two, waiting[0][2]

    def _find(self, site: int) -> int:
        root = self._root
        while root[site] != site:
            root[site] = root[root[site]]
            site = root[site]
        return site

    def _is_barred(self, one: int, other: int) -> bool:
        if not self._barred:
            return False
        few, many = sorted((one, other), key=lambda root: len(self._members[root]))
        there = set(self._members[many])
        return any(self._barred.get(site, _NOBODY) & there for site in self._members[few])

    def _join(self, one: int, other: int) -> None:
        """The smaller goes into the larger, and what waits for it goes along."""
        if (len(self._members[one]), -one) < (len(self._members[other]), -other):
            one, other = other, one
        self._root[other] = one
        self._members[one] += self._members[other]
        self._members[other] = []
        moved, self._between[other] = self._between[other], {}
        self._between[one].pop(other, None)
        ready = []
        for third, waiting in moved.items():
            self._between[third].pop(other, None)
            if third == one:
                continue
            both = self._between[one].get(third, []) + waiting
            self._between[one][third] = both
            self._between[third][one] = [(b, a, at) for a, b, at in both]
            ready.append(third)
        for third in sorted(ready):
            root, there = self._find(one), self._find(third)
            waiting = self._between[root].get(there, [])
            if root != there and _disjoint(waiting) and not self._is_barred(root, there):
                self._join(root, there)


_NOBODY: frozenset[int] = frozenset()


def _disjoint(links: list[tuple[int, int, int]]) -> bool:
    """Whether two of them share no site: then no single site is all that joins the groups."""
    if len(links) < 2:
        return False
    first, second, _ = links[0]
    if any(a != first and b != second for a, b, _ in links):
        return True
    lefts = {a for a, b, _ in links if b == second}
    rights = {b for a, b, _ in links if a == first}
    return len(lefts) > 1 and len(rights) > 1 and any(a != first for a in lefts) and any(b != second for b in rights)
