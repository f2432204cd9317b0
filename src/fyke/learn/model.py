"""The learned model: online logistic regression over hashed features, once for all accounts and once for each.

Linear, so a verdict's share of every feature is known exactly: weights are whole numbers of 1/512 bit, a family's sum
is exact whatever the order, and only then is it scaled. The shared half learns with a rate of its own for each slot
(AdaGrad: Duchi, Hazan, Singer 2011; the same as FTRL-Proximal without its two penalties). An account's half moves by
the passive-aggressive rule (Crammer et al. 2006): just as far as the correction asks, most on what is rarest.
"""

from __future__ import annotations

import math
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.learn import base as base_of
from fyke.learn.base import Base, bent
from fyke.learn.features import Family, Features
from fyke.learn.table import SLOTS, UNIT, Table

LN2 = math.log(2)

# Length of the vector of each family, whatever it holds: measured on splits of four packs, see docs/explanation.
SCALES = {
    Family.WORDS: 1.5,
    Family.PAIRS: 1.5,
    Family.GRAMS: 2.0,
    Family.SUBJECT: 1.0,
    Family.SENDER: 0.6,
    Family.LINKS: 0.8,
    Family.STRUCTURE: 0.7,
    Family.SYMBOLS: 0.7,
}
_SCALES = np.array([SCALES[family] for family in Family])

RATE = 1.0  # of the shared half, in nats
CALM = 0.2  # what the root of a slot's squared gradients is counted from: the smaller, the bolder the first steps
STEPS = 3  # down the slope for one label, at most: online there is no second time
MARGIN = 8.0  # nats beyond which a label that was foreseen teaches nothing
SLOPE_STEPS = 1 << 24  # slopes are rounded, so that libraries whose exponentials differ in the last bit agree
TRUST = 0.3  # share of the rules' bits that the shared half leans on while it learns: the rest it learns itself

OWN_TARGET = {True: 6.0, False: -2.0}  # bits of the whole verdict that a correction asks for
OWN_STEP = 12.0  # bits that one correction may move its own mail by
OWN_CAUTION = 10.0  # how much less slots move that the base knows well
NUDGE = 0.02  # bits that the label of one account may move its mail for all others

_SIGN = np.uint32(31)
_SLOT = np.uint32(SLOTS - 1)
_READS = 3  # tries to read between two labels


class Learned(Struct, frozen=True):
    """What the model says of one message, in bits: positive speaks for unwanted mail."""

    base: float  # the package's base model, bent
    shared: float  # what all labels here taught
    own: float  # what this account taught


class Vector(Struct, frozen=True):
    """Features as the model multiplies them."""

    slots: NDArray[np.intp]
    signs: NDArray[np.int64]  # +1 or -1
    sizes: tuple[int, ...]  # features in each family


def vector_of(features: Features) -> Vector:
    """Slots and signs of the codes."""
    codes = features.codes
    ends = (0, *features.ends)
    return Vector(
        (codes & _SLOT).astype(np.intp),
        1 - 2 * (codes >> _SIGN).astype(np.int64),
        tuple(end - start for start, end in pairwise(ends)),
    )


def account_mask(account: str) -> int:
    """Where an account's own slots lie: a permutation of the shared ones. 0 is nobody's."""
    return zlib.crc32(account.lower().encode("utf-8", "replace")) & (SLOTS - 1) or 1


class Model:
    """Reads the table that a learner writes; many may, in many processes."""

    def __init__(self, table: Table | None = None, base: Base | None = None) -> None:
        self.table = table
        self.base = base_of.packaged() if base is None else base

    @property
    def id(self) -> str:
        """Which base and how many labels: with it a verdict can be told again."""
        return f"{self.base.digest[:12]}+{self.table.finished if self.table else 0}"

    def weigh(self, features: Features, account: str = "") -> Learned:
        """The bits of a message for an account."""
        vector = vector_of(features)
        base = bent(_dot(self.base.weights[vector.slots], vector) / base_of.UNIT)
        table = self.table
        if table is None or not table.labels:
            return Learned(base, 0.0, 0.0)
        for _ in range(_READS):
            before = table.finished
            shared = _dot(table.weights[0, vector.slots], vector) / UNIT
            own = _dot(table.weights[1, vector.slots ^ account_mask(account)], vector) / UNIT if account else 0.0
            if table.begun == before:
                break
        return Learned(base, shared, own)


class Learner(Model):
    """The one writer of a table."""

    def __init__(self, path: Path, base: Base | None = None) -> None:
        super().__init__(Table(path, writable=True) if path.exists() else Table.create(path), base)
        self._known = self.base.known()

    def learn(self, number: int, features: Features, *, spam: bool, account: str = "", rules_bits: float = 0.0) -> None:
        """Apply one label. `number` is its number in the store of labels, `rules_bits` what the rules say."""
        assert self.table is not None
        vector = vector_of(features)
        learned = self.weigh(features, account)
        self.table.begin(number)
        if account:
            self._correct(vector, rules_bits + learned.base + learned.shared + learned.own, account, spam=spam)
            self._nudge(vector, spam=spam)
        else:
            self._descend(vector, rules_bits * TRUST + learned.base, spam=spam)
        self.table.finish(number)

    def _descend(self, vector: Vector, rest: float, *, spam: bool) -> None:
        """A few steps of the shared half down the slope of the logistic loss; `rest` is what else speaks, in bits."""
        assert self.table is not None
        slots, values = vector.slots, _values(vector)
        pulls, squares = self.table.state
        for _ in range(STEPS):
            bits = rest + _dot(self.table.weights[0, slots], vector) / UNIT
            logit = max(-35.0, min(35.0, bits * LN2))
            if (logit if spam else -logit) > MARGIN:
                break
            slope = round((1 / (1 + math.exp(-logit)) - spam) * SLOPE_STEPS) / SLOPE_STEPS
            gradient = slope * values
            before = squares[slots].astype(np.float64)
            after = before + gradient * gradient
            pulls[slots] += gradient - (np.sqrt(after) - np.sqrt(before)) / RATE * self._exact(slots)
            squares[slots] = after
            self._publish(slots)

    def _nudge(self, vector: Vector, *, spam: bool) -> None:
        """A tiny step of the shared half: one account moves others' mail by a hair, a thousand accounts move it."""
        assert self.table is not None
        values, slots = _values(vector), vector.slots
        length = math.fsum((values * values).tolist())
        if not length:
            return
        step = (NUDGE if spam else -NUDGE) * LN2 / length * values
        pulls, squares = self.table.state
        pulls[slots] = pulls[slots] - step * (CALM + np.sqrt(squares[slots].astype(np.float64))) / RATE
        self._publish(slots)

    def _correct(self, vector: Vector, bits: float, account: str, *, spam: bool) -> None:
        """Move the account's half so far that this mail comes out as it was told."""
        assert self.table is not None
        missing = OWN_TARGET[spam] - bits
        if (missing <= 0) == spam:
            return
        missing = max(-OWN_STEP, min(OWN_STEP, missing))
        values, slots = _values(vector), vector.slots
        rates = 1 / (1 + np.sqrt(OWN_CAUTION * self._known[slots]))
        length = math.fsum((rates * values * values).tolist())  # exact: no order of adding
        if not length:
            return
        own, at = self.table.weights[1], slots ^ account_mask(account)
        moved = own[at] + np.rint(missing * UNIT / length * rates * values)
        own[at] = np.clip(moved, -32767, 32767).astype(np.int16)

    def known(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The shared weights in nats, exact, and the squared gradients behind each: what a base model is made of."""
        assert self.table is not None
        return self._exact(np.arange(SLOTS)), self.table.state[1].astype(np.float64)

    def _exact(self, slots: NDArray[np.intp]) -> NDArray[np.float64]:
        """Shared weights in nats, before they are rounded."""
        assert self.table is not None
        pulls, squares = self.table.state
        found: NDArray[np.float64] = -RATE * pulls[slots] / (CALM + np.sqrt(squares[slots].astype(np.float64)))
        return found

    def _publish(self, slots: NDArray[np.intp]) -> None:
        """Round the exact weights into what readers see."""
        assert self.table is not None
        rounded = np.rint(self._exact(slots) * (UNIT / LN2))
        self.table.weights[0, slots] = np.clip(rounded, -32767, 32767).astype(np.int16)


def _values(vector: Vector) -> NDArray[np.float64]:
    """The message's vector: each family has its own length, shared evenly among its features."""
    sizes = np.array(vector.sizes)
    found: NDArray[np.float64] = vector.signs * np.repeat(_SCALES / np.sqrt(np.maximum(sizes, 1)), sizes)
    return found


def _dot(weights: NDArray[np.int8] | NDArray[np.int16], vector: Vector) -> float:
    """The product of weights and vector in the weights' unit: exact within a family, then scaled in fixed order."""
    total, start = 0.0, 0
    signed = weights * vector.signs
    for scale, size in zip(_SCALES.tolist(), vector.sizes, strict=True):
        if size:
            total += scale / math.sqrt(size) * int(signed[start : start + size].sum())
            start += size
    return total
