"""The learned model: online logistic regression over hashed features, once for all accounts and once for each.

Linear, so a verdict's share of every feature is known exactly: weights are whole numbers of 1/512 bit, a family's sum
is exact whatever the order, and only then is it scaled. The shared half learns with a rate of its own for each slot
(AdaGrad: Duchi, Hazan, Singer 2011; the same as FTRL-Proximal without its two penalties). An account's half moves by
the passive-aggressive rule (Crammer et al. 2006): just as far as the correction asks, most on what is rarest.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.learn import base as base_of
from fyke.learn import categories, kernel
from fyke.learn.base import Base, bent
from fyke.learn.features import CONSTANTS, Codes, Family, Features, own_slots_of, slots_of
from fyke.learn.kernel import Scales
from fyke.learn.table import OWN_SLOTS, SLOTS, UNIT, Table, Weights

LN2 = math.log(2)

# Length of the vector of each family, whatever it holds: measured on splits of four packs, see docs/explanation.
SCALES = {
    Family.WORDS: 1.8,
    Family.PAIRS: 1.8,
    Family.GRAMS: 2.2,
    Family.SUBJECT: 1.2,
    Family.SENDER: 0.6,
    Family.LINKS: 0.7,
    Family.STRUCTURE: 0.5,
    Family.SYMBOLS: 0.9,
}
_SCALES = [SCALES[family] for family in Family]
_FAMILIES = len(Family)

RATE = 1.0  # of the shared half, in nats
CALM = 0.2  # what the root of a slot's squared gradients is counted from: the smaller, the bolder the first steps
STEPS = 3  # down the slope for one label, at most: online there is no second time
MARGIN = 8.0  # nats beyond which a label that was foreseen teaches nothing
SLOPE_STEPS = 1 << 24  # slopes are rounded, so that libraries whose exponentials differ in the last bit agree
TRUST = 0.3  # share of the rules' bits that the shared half leans on while it learns: the rest it learns itself

OWN_TARGET = {True: 6.0, False: -2.0}  # bits of the whole verdict that a correction asks for
OWN_STEP = 20.0  # bits that one correction may move its own mail by: it must hold against all that speaks otherwise
# Bits that the base and the shared half count for beside a reader's own word, as the shipped policy caps them.
BASE_LEAST, BASE_MOST = -3.0, 1.0
SITE_LEAST, SITE_MOST = -8.0, 12.0
OWN_CAUTION = 10.0  # how much less slots move that the base knows well
NUDGE = 0.02  # bits that the label of one account may move its mail for all others

_LIMIT = 32_767  # of a weight, either way
_EXACT = 100  # bits behind the point that hold a squared share whole: the least is 2**-17, and it has 53
_READS = 3  # tries to read between two labels


class Learned(Struct, frozen=True):
    """What the model says of one message, in bits: positive speaks for unwanted mail."""

    base: float  # the package's base model, bent
    shared: float  # what all labels here taught
    own: float  # what this account taught


class Lesson(Struct, frozen=True):
    """A mail and what it is for all accounts."""

    features: Features
    spam: bool
    rules_bits: float = 0.0  # what the rules say of it


class Vector(Struct, frozen=True):
    """Features as the model multiplies them. A family of which the message has none is left out."""

    codes: Codes
    slots: NDArray[np.intp]
    signs: NDArray[np.int32]  # +1 or -1
    starts: list[int]  # where each family begins
    sizes: list[int]  # features in each family
    shares: list[float]  # the length of each family, divided evenly among its features

    def values(self) -> NDArray[np.float64]:
        """What each feature counts."""
        found: NDArray[np.float64] = self.signs * np.repeat(self.shares, self.sizes)
        return found

    def squared(self) -> float:
        """The sum of the squared values, rounded once: all features of a family have the same."""
        exact = sum(
            size * int(math.ldexp(share * share, _EXACT)) for share, size in zip(self.shares, self.sizes, strict=True)
        )
        return exact / (1 << _EXACT)


def vector_of(features: Features) -> Vector:
    """Slots, signs and families of the codes."""
    codes = features.codes
    starts, sizes, shares = [], [], []
    start = 0
    for scale, end in zip(_SCALES, features.ends, strict=True):
        if end > start:
            starts.append(start)
            sizes.append(end - start)
            shares.append(scale / math.sqrt(end - start))
            start = end
    signs = codes.view(np.int32) >> 31
    signs |= 1
    return Vector(codes, slots_of(codes), signs, starts, sizes, shares)


def account_mask(account: str) -> int:
    """Which bits of a slot's number are turned for an account. 0 is nobody's."""
    return zlib.crc32(account.lower().encode("utf-8", "replace")) & (OWN_SLOTS - 1) or 1


class Model:
    """Reads the table that a learner writes; many may, in many processes."""

    def __init__(self, table: Table | None = None, base: Base | None = None, *, native: bool = True) -> None:
        self.table = table
        self.base = base_of.packaged() if base is None else base
        library = kernel.loaded(CONSTANTS) if native else None
        self._scales = kernel.Scales(library, (SLOTS, SLOTS, OWN_SLOTS)) if library else None

    @property
    def id(self) -> str:
        """Which base and how many labels: with it a verdict can be told again."""
        return f"{self.base.digest[:12]}+{self.table.finished if self.table else 0}"

    def weigh(self, features: Features, account: str = "") -> Learned:
        """The bits of a message for an account."""
        if self._scales:
            return self._weigh_natively(self._scales, features, account)
        return self._weigh(vector_of(features), account)

    def _weigh_natively(self, scales: Scales, features: Features, account: str) -> Learned:
        table = self.table if self.table is not None and self.table.labels else None
        shared = own = None
        mask = 0
        if table is not None:
            shared = table.shared
            own, mask = (table.own, account_mask(account)) if account else (None, 0)
        for _ in range(_READS):
            before = table.finished if table else 0
            sums = scales.sums(features.codes, features.ends, (self.base.weights, shared, own), mask)
            if table is None or table.begun == before:
                break
        of_base, of_shared, of_own = _scaled(features.ends, sums)
        return Learned(bent(of_base / base_of.UNIT), of_shared / UNIT, of_own / UNIT)

    def _weigh(self, vector: Vector, account: str) -> Learned:
        slots = vector.slots
        base = self._base_bits(vector)
        table = self.table
        if table is None or not table.labels:
            return Learned(base, 0.0, 0.0)
        for _ in range(_READS):
            before = table.finished
            shared = _dot(table.shared.take(slots), vector) / UNIT
            own = (
                _dot(table.own.take(own_slots_of(vector.codes, account_mask(account))), vector) / UNIT
                if account
                else 0.0
            )
            if table.begun == before:
                break
        return Learned(base, shared, own)

    def _base_bits(self, vector: Vector) -> float:
        return bent(_dot(self.base.weights.take(vector.slots), vector) / base_of.UNIT)


class Learner(Model):
    """The one writer of a table."""

    def __init__(self, path: Path, base: Base | None = None) -> None:
        super().__init__(Table(path, writable=True) if path.exists() else Table.create(path), base)
        self._categories = categories.packaged()
        self._rates = 1 / (1 + np.sqrt(OWN_CAUTION * self.base.known()))

    def learn(
        self,
        number: int,
        features: Features,
        *,
        spam: bool,
        account: str = "",
        rules_bits: float = 0.0,
        category: str = "",
        again: Lesson | None = None,
    ) -> None:
        """Apply one label. `number` is its number in the store of labels, `rules_bits` what the rules say.

        A label for all may bring an earlier one `again`: what was learned first must not fade.
        """
        assert self.table is not None
        lesson, vector = Lesson(features, spam, rules_bits), vector_of(features)
        self.table.begin(number)
        if vector.starts:
            if account:
                self._bend(vector, lesson, account)
            else:
                self._descend(vector, lesson)
        if again is not None and again.features.ends[-1]:
            self._descend(vector_of(again.features), again)
        if category in categories.CATEGORIES:
            self._categories.correct(self.table.trades, features, category)
        self.table.finish(number)

    def _descend(self, vector: Vector, lesson: Lesson) -> None:
        """A few steps of the shared half down the slope of the logistic loss."""
        assert self.table is not None
        rest = lesson.rules_bits * TRUST + self._base_bits(vector)
        slots, values = vector.slots, vector.values()
        place = _Place(self.table, slots)
        weights = self.table.shared.take(slots)
        for _ in range(STEPS):
            bits = rest + _dot(weights, vector) / UNIT
            logit = max(-35.0, min(35.0, bits * LN2))
            if (logit if lesson.spam else -logit) > MARGIN:
                break
            slope = round((1 / (1 + math.exp(-logit)) - lesson.spam) * SLOPE_STEPS) / SLOPE_STEPS
            weights = place.step(slope * values)
        place.write(weights)

    def _bend(self, vector: Vector, lesson: Lesson, account: str) -> None:
        """Turn the account's half as the correction asks, and the shared half by a hair."""
        learned = self._weigh(vector, account)
        base = max(BASE_LEAST, min(BASE_MOST, learned.base))
        shared = max(SITE_LEAST, min(SITE_MOST, learned.shared))
        bits = lesson.rules_bits + base + shared + learned.own
        values = vector.values()
        if self._correct(vector, values, bits, account, spam=lesson.spam):  # saying again what is known moves nobody
            self._nudge(vector, values, spam=lesson.spam)

    def _nudge(self, vector: Vector, values: NDArray[np.float64], *, spam: bool) -> None:
        """A tiny step of the shared half: one account moves others' mail by a hair, a thousand accounts move it."""
        assert self.table is not None
        place = _Place(self.table, vector.slots)
        place.write(place.shift((NUDGE if spam else -NUDGE) * LN2 / vector.squared() / RATE * values))

    def _correct(self, vector: Vector, values: NDArray[np.float64], bits: float, account: str, *, spam: bool) -> bool:
        """Move the account's half so far that this mail comes out as it was told; whether it had to move."""
        assert self.table is not None
        missing = OWN_TARGET[spam] - bits
        if (missing <= 0) == spam:
            return False
        missing = max(-OWN_STEP, min(OWN_STEP, missing))
        rates = self._rates.take(vector.slots)
        length = math.fsum((rates * values * values).tolist())  # exact: no order of adding
        own, at = self.table.own, own_slots_of(vector.codes, account_mask(account))
        moved = np.rint(missing * UNIT / length * rates * values)
        own[at] = _whole(moved + own.take(at))
        return True

    def known(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The shared weights in nats, exact, and the squared gradients behind each: what a base model is made of."""
        assert self.table is not None
        place = _Place(self.table, np.arange(SLOTS))
        return -RATE * place.pulled, place.squares.astype(np.float64)


class _Place:
    """The learner's state at some slots of the shared half, taken out of the table until it is written back."""

    def __init__(self, table: Table, slots: NDArray[np.intp]) -> None:
        self._table, self._slots = table, slots
        self.pulls = table.state[0].take(slots)
        self.squares = table.state[1].take(slots)
        self._settle()

    def _settle(self) -> None:
        self.roots = np.sqrt(self.squares.astype(np.float64))
        self.pulled = self.pulls / (CALM + self.roots)  # the weights in nats are this times -RATE

    def step(self, gradient: NDArray[np.float64]) -> Weights:
        """Follow a gradient (AdaGrad); the weights that come of it."""
        after = self.squares + gradient * gradient
        self.pulls = (self.pulls + (gradient + (np.sqrt(after) - self.roots) * self.pulled)).astype(np.float32)
        self.squares = after.astype(np.float32)
        self._settle()
        return self._weights()

    def shift(self, step: NDArray[np.float64]) -> Weights:
        """Move the weights by so many nats, and the state only so far that it agrees."""
        self.pulls = (self.pulls - step * (CALM + self.roots)).astype(np.float32)
        self._settle()
        return self._weights()

    def _weights(self) -> Weights:
        """The weights as readers see them: rounded."""
        return _whole(np.rint(self.pulled * (-RATE * UNIT / LN2)))

    def write(self, weights: Weights) -> None:
        """Put all back."""
        table, slots = self._table, self._slots
        table.state[0][slots], table.state[1][slots], table.shared[slots] = self.pulls, self.squares, weights


def _whole(weights: NDArray[np.float64]) -> Weights:
    return weights.clip(-_LIMIT, _LIMIT, out=weights).astype(np.int16)


def _scaled(ends: Sequence[int], sums: list[int]) -> tuple[float, float, float]:
    """Three sums by family, each scaled in the order in which `_dot` does it."""
    base = shared = own = 0.0
    start = 0
    for scale, end, of_base, of_shared, of_own in zip(
        _SCALES, ends, sums[:_FAMILIES], sums[_FAMILIES : 2 * _FAMILIES], sums[2 * _FAMILIES :], strict=True
    ):
        if end > start:
            share = scale / math.sqrt(end - start)
            base += share * of_base
            shared += share * of_shared
            own += share * of_own
            start = end
    return base, shared, own


def _dot(weights: NDArray[np.int8] | NDArray[np.int16], vector: Vector) -> float:
    """The product of weights and vector in the weights' unit: exact within a family, then scaled in fixed order."""
    if not vector.starts:
        return 0.0
    total = 0.0
    # At most 2**15 features of weights below 2**15: 32 bits hold the sum.
    sums = np.add.reduceat(weights * vector.signs, vector.starts, dtype=np.int32)
    for share, found in zip(vector.shares, sums.tolist(), strict=True):
        total += share * found
    return total
