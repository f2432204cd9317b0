"""The base model of the package: weights of one byte, and how well each slot is known, learned from public mail.

It is old beside the mail it meets, so it is modest: its sum is bent towards a cap, and it never learns in place.
"""

from __future__ import annotations

import hashlib
import math
from functools import cache
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.learn.table import SLOTS

MAGIC = b"FYKEBAS1"
PACKAGED = Path(__file__).with_name("base.bin")
CAP_BITS = 3.0  # more than this no old mail may say about a new one
UNIT = 32  # weights are whole numbers of 1/32 bit
COUNT_STEPS = 8  # a count is kept as log2 in eighths: 1 byte from 2**-16 to 2**15


class Base(Struct, frozen=True):
    """Frozen weights and counts of all slots."""

    weights: NDArray[np.int8]  # in 1/32 bit
    counts: NDArray[np.uint8]  # 0: never seen, else 8 * log2(sum of squared gradients) + 129
    digest: str  # sha256 of the file, hex: the id of the base on a scan

    def known(self) -> NDArray[np.float64]:
        """The sums of squared gradients that stand behind the weights, one a slot."""
        sums = np.exp2((self.counts.astype(np.float64) - 129) / COUNT_STEPS)
        return np.where(self.counts == 0, 0.0, sums)


def pack(weights_bits: NDArray[np.float64], squares: NDArray[np.float64]) -> bytes:
    """The file's bytes for weights in bits and sums of squared gradients."""
    weights = np.clip(np.rint(weights_bits * UNIT), -127, 127).astype(np.int8)
    with np.errstate(divide="ignore"):
        steps = np.rint(np.log2(squares) * COUNT_STEPS) + 129
    counts = np.where(squares > 0, np.clip(steps, 1, 255), 0).astype(np.uint8)
    return MAGIC + weights.tobytes() + counts.tobytes()


def unpack(data: bytes) -> Base:
    """A base from its bytes. Raises ValueError for what is none."""
    if len(data) != len(MAGIC) + 2 * SLOTS or not data.startswith(MAGIC):
        raise ValueError("not a base model of this version")
    return Base(
        np.frombuffer(data, np.int8, SLOTS, len(MAGIC)),
        np.frombuffer(data, np.uint8, SLOTS, len(MAGIC) + SLOTS),
        hashlib.sha256(data).hexdigest(),
    )


def bent(bits: float) -> float:
    """The sum bent towards the cap: near zero it stays what it is."""
    return CAP_BITS * math.tanh(bits / CAP_BITS)


@cache  # of one package there is one
def packaged() -> Base:
    """The base that comes with fyke."""
    return unpack(PACKAGED.read_bytes())


def empty() -> Base:
    """A base that knows nothing."""
    return unpack(pack(np.zeros(SLOTS), np.zeros(SLOTS)))
