"""Networks as wholes: their marks, weighed as those of sites are, and which marks prevail in them.

A mark prevails in a network that gives it wherever it gives one of its kind: all its shops name that PO box, or are
paid through that account. What a rival plants on some of his shops stands beside his own.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from fyke.lab.linking.contrast import Contrast
from fyke.lab.linking.differing import taken_back
from fyke.lab.linking.link import Linked
from fyke.lab.linking.marks import OWNED, Mark, Marks
from fyke.lab.linking.pooling import pooled
from fyke.lab.linking.weigh import Pairs, pairs

PREVAILS = 0.8  # share of a network's sites with that kind; the rest is what was read wrongly or has changed
BEARERS = 2  # sites of each network: what one site bears may have come with it
APART = -0.4  # bits of a kind in which two networks differ: three of four of one operation's would, too
PRIOR_MOST = 0.2  # that two networks are one operation's, before anything is known, where there are few
STRANGERS = 1.0  # that may have it too


class Wholes(Struct, frozen=True):
    """Networks, weighed pair by pair. Numbers are places in `labels`."""

    labels: NDArray[np.int32]  # of the networks, ascending
    marks: Marks
    seen: Contrast
    pairs: Pairs
    prevailing: tuple[frozenset[int], ...]  # by network, the owned marks that prevail in it


def wholes(linked: Linked, labels: NDArray[np.int32]) -> Wholes:
    """The networks of two sites or more, as `labels` has them by site."""
    count = len(labels)
    nets = np.flatnonzero(np.bincount(labels, minlength=count) >= 2).astype(np.int32)
    place = np.full(count, -1, dtype=np.int32)
    place[nets] = np.arange(len(nets))
    whole, seen = pooled(linked.marks, labels, linked.seen)
    kept, made = [], []
    for at, mark in enumerate(whole.marks):
        holders = place[mark.holders]
        holders = holders[holders >= 0]
        if len(holders) >= 2:
            kept.append(at)
            made.append(_with(mark, np.sort(holders)))
    marks = Marks(
        tuple(linked.marks.sites[at] for at in nets.tolist()),
        tuple(made),
        {family: each[nets] for family, each in whole.lone.items()},
        {kind: each[nets] for kind, each in whole.known.items()},
    )
    contrast = Contrast(
        np.full(len(nets), -1, dtype=np.int32),
        seen.honest[nets],
        seen.strangers[kept],
        seen.purity[kept],
        seen.rented[kept],
        seen.doubt[kept],
    )
    found = taken_back(marks, _begun(pairs(marks, contrast, linked.pairs.learned), len(nets)), APART)
    return Wholes(nets, marks, contrast, found, _prevailing(linked, labels, kept, contrast, place))


def _begun(found: Pairs, count: int) -> Pairs:
    """The pairs from another prior: as if each network had one companion."""
    share = min(PRIOR_MOST, 1 / max(count - 1, 1))
    prior = float(np.log2(share / (1 - share)))
    return replace(found, bits=found.bits + np.float32(prior - found.prior), prior=prior)


def _with(mark: Mark, holders: NDArray[np.int32]) -> Mark:
    return Mark(mark.kind, mark.value, holders, mark.chance)


def _prevailing(
    linked: Linked, labels: NDArray[np.int32], kept: list[int], seen: Contrast, place: NDArray[np.int32]
) -> tuple[frozenset[int], ...]:
    count = int(place.max(initial=-1)) + 1
    found: list[set[int]] = [set() for _ in range(count)]
    known = {kind: _count(place[labels[np.flatnonzero(each)]], count) for kind, each in linked.marks.known.items()}
    for at, original in enumerate(kept):
        mark = linked.marks.marks[original]
        if mark.family not in OWNED or seen.rented[at] or seen.strangers[at] > STRANGERS:
            continue
        bearers = _count(place[labels[mark.holders]], count)
        wanted = np.maximum(BEARERS, PREVAILS * known[mark.kind]) if mark.kind in known else np.full(count, np.inf)
        for network in np.flatnonzero(bearers >= wanted).tolist():
            found[network].add(at)
    return tuple(frozenset(each) for each in found)


def _count(places: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    return np.bincount(places[places >= 0], minlength=count)
