"""Mails compared band by band on a cluster: what has one key comes together in one place, and is compared there.

The same pairs are compared, in the same order, as in one process (`fyke.lab.campaigns.clusters`). Rows go to each host
once, as a file that its workers map; what is shuffled is keys, once for all bands. A band is then one stage of tasks
that fetch their keys, hear of the groups so far, and tell who is alike.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from fyke.lab.campaigns.clusters import Labels, candidates, joined
from fyke.lab.campaigns.likeness import alike, band_keys
from fyke.lab.campaigns.members import ROW, Rows

PIECE = 20_000  # rows of which one task makes the keys: some 20 MB
SHARE = 200_000  # keys of a band that one task compares

Edges = NDArray[np.int64]  # two rows: one place of each pair, and the other
Keyed = tuple[NDArray[np.intp], NDArray[np.uint64]]  # places of rows, and their keys in one band


class Compared:
    """Compares rows on the cluster of a context. Files of rows stay in a folder as long as the session lives."""

    def __init__(self, context: Any, folder: Path) -> None:
        self._context, self._folder = context, folder

    def __call__(self, rows: Rows, labels: Labels, *, strict: bool) -> Labels:
        """The groups, with those joined whose rows are alike. Raises OSError."""
        name = self._sent(rows)
        least = self._context.defaultParallelism
        tasks = max(least, -(-len(rows) // SHARE))
        places = np.linspace(0, len(rows), max(least, -(-len(rows) // PIECE)) + 1).astype(int).tolist()
        pieces = [piece for piece in itertools.pairwise(places) if piece[0] < piece[1]]
        bands = len(list(band_keys(rows[:0])))
        dealt = (
            self._context.parallelize(pieces, len(pieces))
            .flatMap(lambda piece: _dealt(name, piece, tasks))
            .partitionBy(bands * tasks, int)
        )
        for band in range(bands):
            labels = self._band(dealt, range(band * tasks, (band + 1) * tasks), name, labels, strict)
        return labels

    def _band(self, dealt: Any, partitions: range, name: str, labels: Labels, strict: bool) -> Labels:
        told = self._context.broadcast(labels)
        found: list[Edges] = self._context.runJob(
            dealt, lambda shares: _edges(name, shares, told.value, strict), list(partitions)
        )
        told.unpersist()
        for edges in found:
            labels = joined(labels, edges[0], edges[1])
        return labels

    def _sent(self, rows: Rows) -> str:
        """The name under which every host has the rows."""
        path = self._folder / f"fyke-rows-{uuid4().hex}"
        with path.open("wb") as file:
            for start in range(0, len(rows), PIECE):
                file.write(np.ascontiguousarray(rows[start : start + PIECE]).tobytes())
        self._context.addFile(str(path))
        return path.name


def _rows(name: str) -> Rows:
    from pyspark import SparkFiles  # noqa: PLC0415  an extra

    return np.memmap(SparkFiles.get(name), ROW, "r")


def _dealt(name: str, piece: tuple[int, int], tasks: int) -> Iterator[tuple[int, Keyed]]:
    """The keys of a piece in each band, by the task that compares them."""
    start, end = piece
    rows = np.array(_rows(name)[start:end])
    for band, keys in enumerate(band_keys(rows)):
        task = np.where(keys == 0, tasks, (keys >> np.uint64(7)) % np.uint64(tasks)).astype(np.intp)
        for at in range(tasks):
            places = np.flatnonzero(task == at)
            if len(places):
                yield band * tasks + at, (places + start, keys[places])


def _edges(name: str, shares: Iterable[tuple[int, Keyed]], labels: Labels, strict: bool) -> Iterator[Edges]:
    """Pairs of places that are alike."""
    held = sorted((share for _, share in shares), key=lambda share: int(share[0][0]))
    if held:
        places, keys = (np.concatenate(each) for each in zip(*held, strict=True))
        one, other = (places[each] for each in candidates(keys, labels[places]))
        good = alike(_rows(name), one, other, strict=strict)
        yield np.stack((one[good], other[good])).astype(np.int64)
