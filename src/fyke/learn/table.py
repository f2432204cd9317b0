"""The file of what was learned: of fixed size, mapped into memory, written by one learner and read by all workers.

Layout, little-endian: a head of 4,096 bytes (magic, slot bits, numbers of the last label begun and finished, how many
labels), then 2**18 shared and 2**20 own weights of 2 bytes, then the learner's state: two sums of 4 bytes for each
shared slot, then 2**15 weights of 2 bytes for each category. A label that was begun and not finished tells that its
learner died on the way.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fyke.learn.categories import CATEGORIES
from fyke.learn.categories import SLOTS as TRADE_SLOTS
from fyke.learn.features import OWN_SLOT_BITS, SLOT_BITS

MAGIC = b"FYKELRN3"
SLOTS = 1 << SLOT_BITS
OWN_SLOTS = 1 << OWN_SLOT_BITS
UNIT = 512  # weights are whole numbers of 1/512 bit: fine enough for a share of one word, and up to 64 bits

_HEAD = struct.Struct("<8sIIQQQ")  # magic, slot bits, unit, begun, finished, labels
_HEAD_BYTES = 4096
_BEGUN_AT, _FINISHED_AT, _LABELS_AT = 16, 24, 32
_NUMBER = struct.Struct("<Q")
_OWN_AT = _HEAD_BYTES + SLOTS * 2
_STATE_AT = _OWN_AT + OWN_SLOTS * 2
_TRADES_AT = _STATE_AT + 2 * SLOTS * 4
SIZE_BYTES = _TRADES_AT + TRADE_SLOTS * len(CATEGORIES) * 2

Weights = NDArray[np.int16]


class TableError(ValueError):
    """The file is not a table of this version; one sentence says what is wrong."""


class Table:
    """The mapped file. `shared` holds for all accounts, `own` what each account taught."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self.path = path
        descriptor = os.open(path, os.O_RDWR if writable else os.O_RDONLY)
        try:
            size = os.fstat(descriptor).st_size
            if size != SIZE_BYTES:
                raise TableError(f"{path}: {size} bytes long, a table of learned weights has {SIZE_BYTES}")
            self.inode = os.fstat(descriptor).st_ino
            access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
            self._map = mmap.mmap(descriptor, SIZE_BYTES, access=access)
        finally:
            os.close(descriptor)
        magic, slot_bits, unit, *_ = _HEAD.unpack_from(self._map)
        if (magic, slot_bits, unit) != (MAGIC, SLOT_BITS, UNIT):
            raise TableError(f"{path}: not a table of learned weights of this version")
        self.shared: Weights = np.frombuffer(self._map, np.dtype("<i2"), SLOTS, _HEAD_BYTES)
        self.own: Weights = np.frombuffer(self._map, np.dtype("<i2"), OWN_SLOTS, _OWN_AT)
        state = np.frombuffer(self._map, np.dtype("<f4"), 2 * SLOTS, _STATE_AT)
        self.state: NDArray[np.float32] = state.reshape(2, SLOTS)
        self.trades: Weights = np.frombuffer(
            self._map, np.dtype("<i2"), TRADE_SLOTS * len(CATEGORIES), _TRADES_AT
        ).reshape(TRADE_SLOTS, len(CATEGORIES))

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new file in which nothing was learned, whole or not there at all. Replaces what stood there."""
        fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
        with fresh.open("wb") as file:
            file.write(_HEAD.pack(MAGIC, SLOT_BITS, UNIT, 0, 0, 0))
            file.truncate(SIZE_BYTES)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        return cls(path, writable=True)

    @property
    def begun(self) -> int:
        """Number of the last label that the learner began to apply; 0 for none."""
        return int(_NUMBER.unpack_from(self._map, _BEGUN_AT)[0])

    @property
    def finished(self) -> int:
        """Number of the last label that was applied whole; the same as `begun` unless a learner is at work or died."""
        return int(_NUMBER.unpack_from(self._map, _FINISHED_AT)[0])

    @property
    def labels(self) -> int:
        """How many labels stand in the weights."""
        return int(_NUMBER.unpack_from(self._map, _LABELS_AT)[0])

    def begin(self, number: int) -> None:
        """Say that a label is being applied."""
        _NUMBER.pack_into(self._map, _BEGUN_AT, number)

    def finish(self, number: int) -> None:
        """Say that it was applied whole."""
        _NUMBER.pack_into(self._map, _LABELS_AT, self.labels + 1)
        _NUMBER.pack_into(self._map, _FINISHED_AT, number)

    def flush(self) -> None:
        """Bring all to the disk: what follows may rely on it after a power cut."""
        self._map.flush()
