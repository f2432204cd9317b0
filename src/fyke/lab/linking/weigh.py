"""Pairs of sites in bits: Fellegi and Sunter's model by Splink, a comparison a family, levels by rarity.

A level's u is computed, not sampled: how probable it is that a stranger has a mark of that rarity too. Its m (how often
two sites of one owner share such a mark) is estimated by expectation-maximisation where there is enough to estimate it
from, and leans on what is typical where there is not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from fyke.lab.engine import LOCAL, Engine
from fyke.lab.linking import training
from fyke.lab.linking.contrast import Contrast
from fyke.lab.linking.marks import OWNED, Marks

COMPARISONS, RENTED, LEVELS = training.COMPARISONS, training.RENTED, training.LEVELS
PRIOR_LEAST = 1e-6
LEAST_BITS = -8.0  # of a pair that is kept: what comes near is told too
DIGITS = 5  # of bits: what two databases compute is equal to the last of these
# Sites beyond those compared, none of which has the mark: a merchant id is rare also among a dozen sites, while a host
# or a kit may well be the most common one.
OUTSIDE_OWNED = 2_000
OUTSIDE = 200


class Pairs(Struct, frozen=True):
    """Pairs of sites that share a mark; all arrays are of one length, pairs ascending."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    bits: NDArray[np.float32]  # the prior's and all families' together: log2 of the odds that one owner has both
    shares: NDArray[np.float32]  # a column for each of COMPARISONS
    prior: float  # bits
    weights: dict[str, tuple[float, ...]]  # by comparison: bits of each level, the last where nothing is shared
    learned: training.Probabilities  # the m of each level


def level(strangers: float) -> int:
    """The level of a mark that so many strangers have; -1 beyond the last."""
    at = int(np.searchsorted(np.array(LEVELS), strangers))
    return at if at < len(LEVELS) else -1


def pairs(marks: Marks, seen: Contrast, learned: training.Probabilities | None = None, engine: Engine = LOCAL) -> Pairs:
    """All pairs that share a mark that is evidence. What was learned before is taken, where it is given."""
    table = _table(marks, seen)
    return by_splink(table, _expected(marks, seen), _prior(marks, seen), learned, engine)


def by_splink(
    table: pa.Table,
    u: training.Probabilities,
    prior: float,
    learned: training.Probabilities | None,
    engine: Engine = LOCAL,
) -> Pairs:
    """Train where that pays, and weigh."""
    from splink import Linker  # noqa: PLC0415  a second to load

    logging.getLogger("splink").setLevel(logging.ERROR)
    if learned is None:  # many small questions: here, wherever pairs are weighed
        with LOCAL.splink() as here:
            learned = training.learned(here.register(table), table, u, prior, LOCAL.overlap)
    with engine.splink() as api:
        frame = api.register(table)
        settings = training.settings(u, learned, prior, engine.overlap)
        linker = Linker(frame, settings, log_level=logging.ERROR, validate_settings=False)
        rows = linker.inference.predict(threshold_match_weight=LEAST_BITS).as_pyarrow_table()  # type: ignore[no-untyped-call]
    left, right = (np.asarray(rows[name], dtype=np.int32) for name in ("site_l", "site_r"))
    order = np.lexsort((right, left))
    shares = np.column_stack([np.asarray(rows[f"mw_{name}"], dtype=np.float64) for name in COMPARISONS])
    return Pairs(
        left=left[order],
        right=right[order],
        bits=np.round(np.asarray(rows["match_weight"], dtype=np.float64), DIGITS)[order].astype(np.float32),
        shares=np.round(shares, DIGITS)[order].astype(np.float32),
        prior=float(np.log2(prior / (1 - prior))),
        learned=learned,
        weights={name: training.bits(u[name], learned[name]) for name in COMPARISONS},
    )


def _expected(marks: Marks, seen: Contrast) -> dict[str, list[float]]:
    """By comparison, for each level: how probable it is that two strangers share a mark of that rarity."""
    count = max(len(marks.sites), 2)
    found = {name: [0.0] * len(LEVELS) for name in COMPARISONS}
    for at, mark in enumerate(marks.marks):
        if (here := level(float(seen.strangers[at]))) >= 0:
            name = RENTED if seen.rented[at] else mark.family
            found[name][here] += len(mark.holders) * (float(seen.strangers[at]) + 0.5) / (count * (count + OUTSIDE))
    return {
        name: [min(max(each, _least(name, at, count)), 0.1) for at, each in enumerate(u)] for name, u in found.items()
    }


def _least(name: str, at: int, count: int) -> float:
    """A level of few marks happens seldom, but one of its marks is not the rarer for that."""
    world = count + (OUTSIDE_OWNED if name in OWNED else OUTSIDE)
    return training.TYPICAL[at] / training.AGREE * (LEVELS[at] + 0.5) / world


def _prior(marks: Marks, seen: Contrast) -> float:
    """How probable it is that two sites taken at random are one owner's: by the cores, and as if each had one more."""
    count = max(len(marks.sites), 2)
    sizes = np.bincount(seen.owners[seen.owners >= 0]) if (seen.owners >= 0).any() else np.zeros(1, int)
    expected = float((sizes * (sizes - 1) / 2).sum()) + count / 2
    return float(np.clip(expected / (count * (count - 1) / 2), PRIOR_LEAST, 0.02))


def _table(marks: Marks, seen: Contrast) -> pa.Table:
    """A row a site: what of it is known, its marks by comparison and level, and those by which pairs are found."""
    count = len(marks.sites)
    held: dict[str, list[list[int]]] = {
        f"{name}_{at}": [[] for _ in range(count)] for name in COMPARISONS for at in range(len(LEVELS))
    }
    evidence: list[list[int]] = [[] for _ in range(count)]
    known = {name: lone.copy() for name, lone in marks.lone.items()} | {RENTED: np.zeros(count, dtype=np.bool_)}
    for at, mark in enumerate(marks.marks):
        here = level(float(seen.strangers[at]))
        if here < 0:
            continue
        name = RENTED if seen.rented[at] else mark.family
        known[name][mark.holders] = True
        lists = held[f"{name}_{here}"]
        for site in mark.holders.tolist():
            lists[site].append(at)
            if name != RENTED:
                evidence[site].append(at)
    columns: dict[str, Any] = {"site": pa.array(range(count), pa.int32())}
    columns |= {name: pa.array(lists, pa.list_(pa.int32())) for name, lists in held.items()}
    columns |= {f"{name}_known": pa.array(known[name].tolist()) for name in COMPARISONS}
    for name in COMPARISONS:  # the rarest of each, for learning: pairs are found there by what is equal
        firsts = [next((held[0] for held in of_site if held), None) for of_site in _levels(name, held)]
        columns[f"{name}_first"] = pa.array(firsts, pa.int32())
    columns["evidence"] = pa.array(evidence, pa.list_(pa.int32()))
    return pa.table(columns)


def _levels(name: str, held: dict[str, list[list[int]]]) -> Iterable[tuple[list[int], ...]]:
    """By site, its marks of each level."""
    return zip(*(held[f"{name}_{at}"] for at in range(len(LEVELS))), strict=True)
