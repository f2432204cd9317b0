"""Mails compared band by band on a cluster: rows of one key come together in one place, and are compared there.

The same pairs are compared, in the same order, as in one process (`fyke.lab.campaigns.clusters`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fyke.lab.campaigns.clusters import Labels, joined, neighbours
from fyke.lab.campaigns.likeness import band_keys
from fyke.lab.campaigns.members import Rows
from fyke.lab.spark.components import Edges, components

PIECE = 20_000  # rows of one task: some 20 MB with their keys

Piece = tuple[int, Rows, NDArray[np.uint64]]  # place of the first row, rows, a row of keys a band
Share = tuple[NDArray[np.intp], NDArray[np.uint64], Rows]  # places, keys in one band, rows


def compared(context: Any, rows: Rows, labels: Labels, *, strict: bool) -> Labels:
    """The groups, with those joined whose rows are alike."""
    tasks = max(context.defaultParallelism, -(-len(rows) // PIECE))
    starts = np.linspace(0, len(rows), tasks + 1).astype(int).tolist()
    pieces = [(start, np.array(rows[start:end])) for start, end in itertools.pairwise(starts) if end > start]
    held = context.parallelize(pieces, len(pieces)).map(_keyed).persist()
    try:
        for band in range(len(list(band_keys(rows[:0])))):
            told = context.broadcast(labels)
            shares = held.flatMap(lambda piece, band=band: _dealt(piece, band, tasks)).partitionBy(tasks, int)
            edges = components(shares.mapPartitions(lambda held, told=told: _edges(held, told.value, strict)))
            labels = joined(labels, edges[0], edges[1])
            told.unpersist()
    finally:
        held.unpersist()
    return labels


def _keyed(piece: tuple[int, Rows]) -> Piece:
    return piece[0], piece[1], np.stack(list(band_keys(piece[1])))


def _dealt(piece: Piece, band: int, tasks: int) -> Iterator[tuple[int, Share]]:
    """The rows of a piece that have a key in that band, by where they are compared."""
    start, rows, keys = piece
    of_band = keys[band]
    task = np.where(of_band == 0, tasks, (of_band >> np.uint64(7)) % np.uint64(tasks)).astype(np.intp)
    for at in np.unique(task[task < tasks]).tolist():
        places = np.flatnonzero(task == at)
        yield at, (places + start, of_band[places], rows[places])


def _edges(held: Iterable[tuple[int, Share]], labels: Labels, strict: bool) -> Iterator[Edges]:
    """Pairs of places that are alike."""
    shares = sorted((share for _, share in held), key=lambda share: int(share[0][0]))
    if shares:
        places, keys, rows = (np.concatenate(each) for each in zip(*shares, strict=True))
        one, other = neighbours(rows, keys, labels[places], strict=strict)
        yield np.stack((places[one], places[other])).astype(np.int64)
