"""What trade a mail is in, by its words: one linear model for each category, beside the lexicons.

The lexicons teach it: mail in which they name a trade is an example of it, so it finds the same trade in words that no
lexicon lists. It reads words, pairs, subject and links, and none of the lexicons' own symbols.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.learn.features import Family, Features
from fyke.model import Finding, Symbol

CATEGORIES = (
    *("adult", "advance_fee", "b2b", "dating", "diploma", "drugs", "extortion", "finance", "gambling", "investment"),
    *("job", "malware", "marketing", "phishing", "replica", "software"),
)
SYMBOLS = tuple(
    Symbol(f"TRADE_{name.upper()}", f"Its words are those of {name.replace('_', ' ')}", "trade", 1.0, category=name)
    for name in CATEGORIES
)

MAGIC = b"FYKECAT1"
PACKAGED = Path(__file__).with_name("categories.bin")
SLOT_BITS = 15  # 2**15 rows of one byte for each category: half a megabyte
SLOTS = 1 << SLOT_BITS
UNIT = 16  # weights are whole numbers of 1/16 bit
LEARNED_UNIT = 512  # what labels of a site taught is kept in 1/512 bit
LEAST_BITS = 2.0  # from which a category is worth naming
TAUGHT_BITS = 6.0  # that a category has in a mail of which a label names it
MOST_NAMED = 2  # a mail is seldom in more than two trades

FAMILIES = {Family.WORDS: 1.5, Family.PAIRS: 1.5, Family.SUBJECT: 1.0, Family.LINKS: 0.8}
_RATE = 1.0
_CALM = 0.2
_MARGIN = 5.0  # nats
_LN2 = math.log(2)

Corrections = NDArray[np.int16]  # [slot, category], in 1/512 bit
Examples = Iterable[tuple[Features, Collection[str]]]  # what is in no category of ours is an example of none


class Categories(Struct, frozen=True):
    """Weights of all categories."""

    weights: NDArray[np.int8]  # [slot, category], in 1/16 bit
    offsets: NDArray[np.float32]  # [category], bits

    def bits(self, features: Features, learned: Corrections | None = None) -> NDArray[np.float64]:
        """Log2 odds of each category, in the order of `CATEGORIES`; `learned` is what labels of the site taught."""
        placed = _placed(features)
        found = self.offsets + _sums(placed, self.weights) / UNIT
        return found if learned is None else found + _sums(placed, learned) / LEARNED_UNIT

    def correct(self, learned: Corrections, features: Features, category: str) -> None:
        """Teach what a mail is in: the category as far up as it takes, others that would be named as far down."""
        slots, values = _vector(features)
        if not len(slots):
            return
        bits = self.bits(features, learned)
        named = np.array([name == category for name in CATEGORIES])
        up = np.where(named, np.maximum(0.0, TAUGHT_BITS - bits), 0.0)
        down = np.where(named, 0.0, np.maximum(0.0, bits - LEAST_BITS / 2))
        length = math.fsum((values * values).tolist())
        steps = np.rint((values / length)[:, None] * (up - down) * LEARNED_UNIT)
        learned[slots] = np.clip(learned[slots] + steps, -32_767, 32_767).astype(np.int16)

    def findings(self, features: Features, learned: Corrections | None = None) -> list[Finding]:
        """The likeliest categories, where they are likely enough."""
        bits = self.bits(features, learned)
        likely = sorted(((-size, at) for at, size in enumerate(bits.tolist()) if size >= LEAST_BITS))[:MOST_NAMED]
        return [Finding(SYMBOLS[at], weight=round(-size, 2)) for size, at in likely]


def pack(categories: Categories) -> bytes:
    """The file's bytes."""
    return MAGIC + categories.offsets.astype("<f4").tobytes() + categories.weights.tobytes()


def unpack(data: bytes) -> Categories:
    """Categories from their bytes. Raises ValueError for what are none."""
    count = len(CATEGORIES)
    if len(data) != len(MAGIC) + 4 * count + SLOTS * count or not data.startswith(MAGIC):
        raise ValueError("not a model of categories of this version")
    offsets = np.frombuffer(data, np.dtype("<f4"), count, len(MAGIC))
    return Categories(
        np.frombuffer(data, np.int8, SLOTS * count, len(MAGIC) + 4 * count).reshape(SLOTS, count), offsets
    )


@cache  # of one package there is one
def packaged() -> Categories:
    """The model that comes with fyke."""
    return unpack(PACKAGED.read_bytes())


def empty() -> Categories:
    """A model that names nothing."""
    count = len(CATEGORIES)
    return Categories(np.zeros((SLOTS, count), np.int8), np.full(count, -np.inf, np.float32))


def fit(examples: Examples, passes: int) -> Categories:
    """Learn all categories from examples in their order (AdaGrad, each against the rest)."""
    count = len(CATEGORIES)
    weights, squares = np.zeros((SLOTS, count)), np.zeros((SLOTS, count))
    offsets, offset_squares = np.full(count, -3.0), np.zeros(count)
    ready = [(*_vector(features), _told(categories)) for features, categories in examples]
    for _ in range(passes):
        for slots, values, told in ready:
            logits = np.clip(values @ weights[slots] + offsets, -35, 35)
            slopes = 1 / (1 + np.exp(-logits)) - told
            slopes[np.where(told > 0, logits, -logits) > _MARGIN] = 0.0
            if not slopes.any():
                continue
            steps = values[:, None] * slopes
            squares[slots] += steps * steps
            weights[slots] -= _RATE * steps / (_CALM + np.sqrt(squares[slots]))
            offset_squares += slopes * slopes
            offsets -= 0.1 * slopes / (1 + np.sqrt(offset_squares))
    rounded = np.clip(np.rint(weights / _LN2 * UNIT), -127, 127).astype(np.int8)
    return Categories(rounded, (offsets / _LN2).astype(np.float32))


def _told(categories: Collection[str]) -> NDArray[np.float64]:
    return np.array([name in categories for name in CATEGORIES], np.float64)


class _Placed(Struct, frozen=True):
    """The features of the families that tell a trade, family after family."""

    slots: NDArray[np.intp]
    signs: NDArray[np.int32]  # 0 where an earlier feature has the slot: each counts once
    shares: list[float]  # what one feature of each family counts
    sizes: list[int]  # how many each family has


def _placed(features: Features) -> _Placed:
    """Where the features stand, and how much each counts."""
    parts, shares = [], []
    start = 0
    for family, end in zip(Family, features.ends, strict=True):
        if family in FAMILIES and end > start:
            parts.append(features.codes[start:end])
            shares.append(FAMILIES[family] / math.sqrt(end - start))
        start = end
    codes = np.concatenate(parts) if parts else np.zeros(0, np.uint32)
    slots = (codes & np.uint32(SLOTS - 1)).astype(np.intp)
    numbers = np.arange(len(codes), dtype=np.int16)  # a message has less than 2**14
    first = np.empty(SLOTS, np.int16)
    first[slots[::-1]] = numbers[::-1]
    signs = (codes.view(np.int32) >> 31 | 1) * (first.take(slots) == numbers)
    return _Placed(slots, signs, shares, list(map(len, parts)))


def _sums(placed: _Placed, weights: NDArray[np.int8] | Corrections) -> NDArray[np.float64]:
    """What the features have for each category, in the weights' unit: exact within a family, then in fixed order."""
    found, start = np.zeros(len(CATEGORIES)), 0
    signs, rows = placed.signs.astype(np.float64), weights.take(placed.slots, 0).astype(np.float64)
    for share, size in zip(placed.shares, placed.sizes, strict=True):
        end = start + size
        found += share * (signs[start:end] @ rows[start:end])
        start = end
    return found


def _vector(features: Features) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Slots and values of the families that tell a trade, each slot once."""
    placed = _placed(features)
    kept = placed.signs.nonzero()[0]
    slots = placed.slots[kept]
    order = slots.argsort()
    values = placed.signs * np.repeat(placed.shares, placed.sizes)
    return slots[order], values[kept[order]]
