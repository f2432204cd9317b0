"""Bits of facts from labelled mail: logistic regression towards the shipped bits, under the policy's caps.

The shipped bits are the mean of the prior (MAP), so that little mail moves little; a fact that speaks for spam never
comes to speak for ham, nor the other way round. Caps are part of the sum that is fitted, as the judge applies them: a
fact that comes only where its group is at its cap anyway tells nothing of its own bits, and they stay. With mail of
several sources, bits move only as far as all sources agree. Knows no policy: facts and caps come in as plain data.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.learn.slope import LN2, chance, line

ENOUGH = 20  # messages that a fact must stand in to be fitted: with fewer its bits are not known to within one
# How far off the shipped bits are, give or take: the prior's standard deviation. Measured on seven packs: for mail of
# the source that it was fitted on wider is better, for mail of sources that it never saw narrower; 1 gains on both.
SPREAD_BITS = 1.0
STEP = 0.1  # bits are rounded to tenths: more digits would be noise, and equal mail gives equal bytes on any machine
CHANGE = 0.2  # bits: smaller changes are as likely chance, and a person would have to read them
SOURCES_LEAST = 3  # with fewer there is nobody to agree
PARTS_MOST = 8  # fits that must agree; more sources are left out several at a time
ROUNDS = 500  # of the descent; it takes some 100
SETTLED_BITS = 1e-3  # the descent ends when no weight moves more in a round
Z95 = 1.959964  # of the normal distribution, for an interval of 95 %

Floats = NDArray[np.float64]


class Fact(Struct, frozen=True):
    """A fact whose bits are to be estimated: a symbol or a composite."""

    name: str
    group: str
    bits: float  # shipped


class Cap(Struct, frozen=True):
    """What the facts of a group count together: no more than `most`, no less than `least` bits."""

    most: float
    least: float


class Terms(Struct, frozen=True):
    """What is fitted, and under which caps. A group without a cap counts in full."""

    facts: tuple[Fact, ...]
    caps: dict[str, Cap]


class Example(Struct, frozen=True):
    """A labelled message: what was found in it."""

    source: str  # whose mail it is; sources count equally
    spam: bool
    found: tuple[tuple[str, float], ...]  # facts and their weights as the judge multiplies them: after the curve
    rest: float  # bits of the verdict that are not fitted, the prior among them
    template: str = ""  # what near-duplicates share: they stay on one side of a split


class Share(Struct, frozen=True):
    """A share of some messages, with its 95 % interval."""

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share as counted; 0 of nothing."""
        return self.hits / self.of if self.of else 0.0


class Weight(Struct, frozen=True):
    """What is known of one fact."""

    fact: Fact
    bits: float  # as fitted; as shipped where it stands in too few messages
    give: float  # bits up or down within which the fitted value is sure to 95 %
    is_fitted: bool
    ham: Share  # of ham that has it
    spam: Share  # of spam that has it: its recall
    precision: Share  # of messages that have it: those that are spam


def fit(examples: Sequence[Example], terms: Terms, spread: float = SPREAD_BITS) -> tuple[Weight, ...]:
    """The weights that the examples speak for, in the order of the terms. Needs messages of both sides."""
    ham, spam = (_hits(examples, side) for side in (False, True))
    free = np.array([ham[fact.name] + spam[fact.name] >= ENOUGH for fact in terms.facts], dtype=np.bool_)
    parts = parted(examples)
    subsets = [[each for each in examples if each.source not in part] for part in parts] or [list(examples)]
    table = Table(examples, terms)
    bits = _agreed(np.stack([_descend(Table(each, terms), free, spread) for each in subsets]), table.shipped)
    give = _give(table, bits, spread)
    hams = sum(not each.spam for each in examples)
    return tuple(
        Weight(
            fact=fact,
            bits=_rounded(float(bits[at]), fact.bits),
            give=round(float(give[at]), 2),
            is_fitted=bool(free[at]),
            ham=share(ham[fact.name], hams),
            spam=share(spam[fact.name], len(examples) - hams),
            precision=share(spam[fact.name], ham[fact.name] + spam[fact.name]),
        )
        for at, fact in enumerate(terms.facts)
    )


def parted(examples: Iterable[Example], least: int = SOURCES_LEAST) -> list[frozenset[str]]:
    """The sources in parts, each of which can be left out with both sides still there; none where they are too few."""
    sides: dict[str, set[bool]] = {}
    for each in examples:
        sides.setdefault(each.source, set()).add(each.spam)
    names = sorted(sides)
    parts = [frozenset(names[at::PARTS_MOST]) for at in range(min(len(names), PARTS_MOST))]
    stay = [{side for name in names if name not in part for side in sides[name]} for part in parts]
    return parts if len(parts) >= least and all(len(each) == 2 for each in stay) else []


def _agreed(fits: Floats, shipped: Floats) -> Floats:
    """As far from the shipped bits as every one of the fits goes in the same direction."""
    moves = fits - shipped
    up, down = moves.min(axis=0), moves.max(axis=0)
    agreed: Floats = shipped + np.maximum(up, 0.0) + np.minimum(down, 0.0)
    return agreed


def _rounded(bits: float, shipped: float) -> float:
    """To the step; as shipped where it hardly moved."""
    return shipped if abs(bits - shipped) < CHANGE else round(round(bits / STEP) * STEP, 2) + 0.0  # no -0.0


def score(examples: Sequence[Example], terms: Terms, bits: Mapping[str, float]) -> Floats:
    """The bits of each message's verdict, were those the bits of the facts."""
    table = Table(examples, terms)
    scores: Floats = table.score(np.array([bits[fact.name] for fact in terms.facts]))[0][table.row_of]
    return np.round(scores, 2)


def balance(examples: Sequence[Example]) -> Floats:
    """A weight a message: ham and spam count equally, within each the sources, within each the messages.

    They add up to as many messages as would tell as much were all of equal weight (Kish 1965), so that a small source
    counts for its share and not for more messages than it has.
    """
    sizes = Counter((example.spam, example.source) for example in examples)
    sources = Counter(spam for spam, _ in sizes)
    raw = np.array([1 / (sources[each.spam] * sizes[each.spam, each.source]) for each in examples])
    balanced: Floats = raw * (raw.sum() / (raw * raw).sum())
    return balanced


def share(hits: int, of: int) -> Share:
    """A share with Wilson's interval (1927), which holds for few messages and for none."""
    if not of:
        return Share(0, 0, 0.0, 1.0)
    p, z2 = hits / of, Z95 * Z95
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z95 * math.sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Share(hits, of, max(0.0, middle - half), min(1.0, middle + half))


def _hits(examples: Sequence[Example], side: bool) -> Counter[str]:
    return Counter(name for example in examples if example.spam is side for name, _ in example.found)


def added(at: NDArray[np.intp], values: Floats, size: int) -> Floats:
    """The values added up by place, always in the same order: to the byte the same on any machine."""
    return np.asarray(np.bincount(at, values, size), np.float64)


class Table:
    """Messages as sparse rows; messages in which the same was found are one row."""

    def __init__(self, examples: Sequence[Example], terms: Terms) -> None:
        at = {fact.name: index for index, fact in enumerate(terms.facts)}
        groups = sorted({fact.group for fact in terms.facts})
        caps = [terms.caps.get(name, Cap(math.inf, -math.inf)) for name in groups]
        self.shipped = np.array([fact.bits for fact in terms.facts])
        self._most = np.array([cap.most for cap in caps])
        self._least = np.array([cap.least for cap in caps])
        rows: dict[tuple[tuple[tuple[str, float], ...], float], int] = {}
        self.row_of = np.array([rows.setdefault((each.found, each.rest), len(rows)) for each in examples], np.intp)
        cells = [(row, at[name], value) for (found, _), row in rows.items() for name, value in found if name in at]
        self.row = np.array([cell[0] for cell in cells], np.intp)
        self.column = np.array([cell[1] for cell in cells], np.intp)
        self.value = np.array([cell[2] for cell in cells], np.float64)
        self._rest = np.array([rest for _, rest in rows])
        self._shape = len(rows), len(groups)
        group = np.array([groups.index(fact.group) for fact in terms.facts], np.intp)
        self._sum = self.row * len(groups) + group[self.column]  # where each cell's bits are added up
        weight = balance(examples)
        spam = np.array([each.spam for each in examples], np.bool_)
        self.ham = added(self.row_of, np.where(spam, 0.0, weight), len(rows))
        self.spam = added(self.row_of, np.where(spam, weight, 0.0), len(rows))

    def score(self, bits: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """The bits of each row, and for each cell whether its group is within its cap, so that its bits count."""
        rows, groups = self._shape
        sums = added(self._sum, bits[self.column] * self.value, rows * groups).reshape(rows, groups)
        capped = np.clip(sums, self._least, self._most)
        return self._rest + capped.sum(axis=1), (sums == capped).ravel()[self._sum]

    def by_fact(self, cells: Floats) -> Floats:
        """Values of cells added up by fact."""
        return added(self.column, cells, len(self.shipped))

    def by_row(self, cells: Floats) -> Floats:
        """Values of cells added up by row."""
        return added(self.row, cells, self._shape[0])


def _descend(table: Table, free: NDArray[np.bool_], spread: float) -> Floats:
    """The likeliest bits: accelerated projected gradient descent (FISTA), each fact with a step of its own.

    The line from bits to odds is fitted along, so that bits stay on the scale of the shipped ones, and thresholds keep
    their meaning; how sure all of them are together is for the calibration to say.
    """
    shipped, both = table.shipped, table.ham + table.spam
    low = np.where(free, np.where(shipped > 0, 0.0, -np.inf), shipped)
    high = np.where(free, np.where(shipped < 0, 0.0, np.inf), shipped)
    load = both * table.by_row(table.value)
    bits = ahead = shipped
    pace, odds = 1.0, line(table.score(shipped)[0], table.ham, table.spam)
    for _ in range(ROUNDS):
        scores, counts = table.score(ahead)
        odds = line(scores, table.ham, table.spam, odds)
        pull = LN2 * odds.slope * (chance(odds, scores) * both - table.spam)
        uphill = table.by_fact(table.value * counts * pull[table.row]) + (ahead - shipped) / spread**2
        bend = (LN2 * odds.slope) ** 2 / 4 * table.by_fact(table.value * load[table.row]) + 1 / spread**2  # at most
        after = np.clip(ahead - uphill / bend, low, high)
        moved = after - bits
        if float(((ahead - after) * moved).sum()) > 0:  # the momentum overshot (O'Donoghue and Candes 2015)
            pace = 1.0
        faster = (1 + math.sqrt(1 + 4 * pace**2)) / 2
        ahead, bits, pace = np.clip(after + (pace - 1) / faster * moved, low, high), after, faster
        if float(np.abs(moved).max(initial=0.0)) < SETTLED_BITS:
            break
    return bits


def _give(table: Table, bits: Floats, spread: float) -> Floats:
    """Half the 95 % interval of each fact's bits, all others free to move: from the inverse of the curvature."""
    scores, counts = table.score(bits)
    odds = line(scores, table.ham, table.spam)
    told = chance(odds, scores)
    root = LN2 * odds.slope * np.sqrt((table.ham + table.spam) * told * (1 - told))
    dense = np.zeros((len(scores), len(bits)))
    np.add.at(dense, (table.row, table.column), table.value * counts * root[table.row])
    curvature = dense.T @ dense + np.eye(len(bits)) / spread**2
    give: Floats = Z95 * np.sqrt(np.diag(np.linalg.inv(curvature)))
    return give
