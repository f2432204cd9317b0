"""Clusters of one text: mails that are alike, and those that are alike to these.

Rows are taken in the order of their ids, so the order in which mail came changes nothing.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fyke.lab.campaigns.likeness import alike, band_keys, is_short
from fyke.lab.campaigns.members import Rows

Labels = NDArray[np.int64]  # of each row the number of its group: the smallest row in it


class Bands(Protocol):
    """Compares rows of one key in each band, and joins the groups of those that are alike."""

    def __call__(self, rows: Rows, labels: Labels, *, strict: bool) -> Labels:
        """The groups, joined."""


def here(rows: Rows, labels: Labels, *, strict: bool) -> Labels:
    """In this process."""
    for keys in band_keys(rows):
        labels = joined(labels, *neighbours(rows, keys, labels, strict=strict))
    return labels


def clusters(rows: Rows, bands: Bands = here) -> Labels:
    """Of each row its cluster. Rows are sorted by id."""
    labels = np.arange(len(rows), dtype=np.int64)
    if not len(rows):
        return labels
    short = is_short(rows)
    _join_equal(rows, np.flatnonzero(short), labels)
    with_text = np.flatnonzero(~short)
    if len(with_text):
        own = rows[with_text] if len(with_text) < len(rows) else rows
        labels[with_text] = with_text[texts(own, bands=bands)]
    return labels


def joined(labels: Labels, one: NDArray[np.intp], other: NDArray[np.intp]) -> Labels:
    """The groups with these pairs of rows joined; each is named by its smallest."""
    if not len(one):
        return labels
    count = len(labels)
    group: NDArray[Any] = labels.astype(np.int32) if count < 1 << 31 else labels  # half as wide, and faster
    one, other = group[one], group[other]
    if len(one) >= count // 2:
        near = _hooked(one, other, count)
        one, other, group = near[one], near[other], near[group]
        apart = one != other
        one, other = one[apart], other[apart]
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(count, count))
    _, number = connected_components(graph, directed=False)
    number = number[group]
    least = np.empty(count, np.int64)
    least[number[::-1]] = np.arange(count - 1, -1, -1)  # what is written last stays
    found: Labels = least[number]
    return found


def _hooked(one: NDArray[Any], other: NDArray[Any], count: int) -> NDArray[Any]:
    """Of each row one of its component that is near: with many pairs most are then of one, and fall away."""
    near = np.arange(count, dtype=one.dtype)
    np.minimum.at(near, np.maximum(one, other), np.minimum(one, other))
    for _ in range(2):
        near = near[near]
    return near


def texts(rows: Rows, *, strict: bool = False, bands: Bands = here) -> Labels:
    """Clusters of rows that have text: in each band, whoever has the same key is compared with the next."""
    return bands(rows, _copies(rows), strict=strict)


def neighbours(
    rows: Rows, keys: NDArray[np.uint64], labels: Labels, *, strict: bool
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of rows that are alike, of those that have the same key and are of two groups."""
    one, other = candidates(keys, labels)
    good = alike(rows, one, other, strict=strict)
    return one[good], other[good]


def candidates(keys: NDArray[np.uint64], labels: Labels) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of places next to each other by group, of those that have the same key and are of two groups."""
    order = np.lexsort((labels, keys))
    one, other = order[:-1], order[1:]
    is_pair = (keys[one] == keys[other]) & (keys[one] != 0) & (labels[one] != labels[other])
    return one[is_pair], other[is_pair]


def _copies(rows: Rows) -> Labels:
    """Rows that are equal in all but their id."""
    data = np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), -1)[:, 16:]
    _, first, number = np.unique(_digests(data), return_index=True, return_inverse=True)
    return first[number].astype(np.int64)


def copies_of(rows: Rows) -> NDArray[np.uint64]:
    """Of each row a hash of its words: equal for equal texts."""
    return _digests(np.ascontiguousarray(rows["words"]).view(np.uint8))


def _digests(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """A hash of each row of bytes, whose length is a multiple of four."""
    numbers = data.reshape(len(data), -1, 4).copy().view(np.uint32)[:, :, 0]
    factors = np.arange(1, numbers.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) | np.uint64(1)
    found = np.zeros(len(data), np.uint64)
    for at, factor in enumerate(factors):
        found += (numbers[:, at] ^ (found >> np.uint64(32))) * factor
    return found


def _join_equal(rows: Rows, places: NDArray[np.intp], labels: Labels) -> None:
    """Rows of few words: those with the same words, which link to the same, or not at all."""
    first: dict[tuple[int, int, bool], int] = {}
    for place in places.tolist():
        row = rows[place]
        whole, has_words = int(row["exact"]), bool(row["words"][0] != 0xFFFFFFFF)
        ends = [int(each) for each in (row["paths"] if has_words else row["leads"]) if each != 0xFFFFFFFF]
        if has_words and not ends:
            ends = [int(each) for each in row["leads"] if each != 0xFFFFFFFF] or [0]
        group = min([first.get((whole, end, has_words), place) for end in ends] or [place])
        labels[place] = labels[group]
        for end in ends:
            first.setdefault((whole, end, has_words), group)
