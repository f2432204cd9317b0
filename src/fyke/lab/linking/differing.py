"""What two sites say differently: one company's name on both counts for less where telephone and address are not one.

A name may be two people's. Where two sites share something of a family and also differ in other kinds of it, each such
kind takes back what it is worth that two sites of one owner differ in it, too: strangers nearly always do. And what a
site gives beside another value of its own may be a rival's, planted there.
"""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from fyke.lab.linking.marks import FAMILIES, FAMILY, OWNED, Marks
from fyke.lab.linking.training import AGREE
from fyke.lab.linking.weigh import Pairs

BITS = float(np.log2(1 - AGREE))  # for each kind that differs: one owner's sites agree in a kind about as often as not
CONTESTED = 2.0  # bits of a family whose marks all stand beside others: it has no voice at the gate
MOST = 3  # kinds of a family that take something back: beyond, they are no longer apart from one another
VALUES = 4  # of a kind that are compared of a site; who has more is not said to differ in it
CHUNK = 1 << 20  # pairs at a time
KINDS = tuple(kind for kind, family in FAMILY.items() if family in OWNED and kind not in {"registered", "issued"})


def differing(
    marks: Marks, left: NDArray[np.int32], right: NDArray[np.int32]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A row a pair, a column for each of FAMILIES.

    First in how many kinds that both have they share nothing; then whether all that they share in KINDS stands beside
    another value that only one of them has, as what was planted does.
    """
    differ = np.zeros((len(left), len(FAMILIES)), dtype=np.uint8)
    clean, contested = (np.zeros((len(left), len(FAMILIES)), dtype=np.bool_) for _ in range(2))
    for kind in KINDS:
        known = marks.known.get(kind)
        if known is None:
            continue
        values, is_full = _values(marks, kind)
        counts = marks.counts.get(kind)  # a network has several values as a matter of course
        column = FAMILIES.index(FAMILY[kind])
        for at in range(0, len(left), CHUNK):
            one, other = left[at : at + CHUNK], right[at : at + CHUNK]
            asked = np.flatnonzero(known[one] & known[other] & ~is_full[one] & ~is_full[other])
            here, there = values[one[asked]], values[other[asked]]
            equal = (here[:, :, None] == there[:, None, :]) & (here[:, :, None] >= 0)
            shared = equal.sum(axis=(1, 2))
            differ[at + asked[shared == 0], column] += 1
            same = np.ones(len(asked), dtype=np.bool_)
            if counts is not None:
                same = (shared == counts[one[asked]]) & (shared == counts[other[asked]])
            clean[at + asked[(shared > 0) & same], column] = True
            contested[at + asked[(shared > 0) & ~same], column] = True
    return differ, contested & ~clean


def taken_back(marks: Marks, found: Pairs, each: float = BITS) -> Pairs:
    """The pairs with what they differ in, in bits for each kind; a family that shares nothing has said so already."""
    differ, contested = differing(marks, found.left, found.right)
    shares = found.shares.copy()
    told = shares[:, : len(FAMILIES)]
    less = np.where(told > 0, told + np.minimum(differ, MOST) * each, told)
    less = np.where(contested, np.minimum(less, CONTESTED), less).astype(np.float32)
    back = (less - told).sum(axis=1)
    shares[:, : len(FAMILIES)] = less
    return replace(found, shares=shares, bits=found.bits + back)


def _values(marks: Marks, kind: str) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """By site, the marks of that kind, -1 where there are fewer; and which sites have more."""
    values = np.full((len(marks.sites), VALUES), -1, dtype=np.int32)
    count = np.zeros(len(marks.sites), dtype=np.int32)
    for at, mark in enumerate(marks.marks):
        if mark.kind == kind:
            held = mark.holders[count[mark.holders] < VALUES]
            values[held, count[held]] = at
            count[mark.holders] += 1
    return values, count > VALUES
