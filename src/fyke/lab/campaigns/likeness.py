"""The test of `fyke.store.likeness` over many pairs at once, and the keys under which pairs are looked for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fyke.lab.campaigns.members import NONE, Rows
from fyke.model.sketch import SHORT
from fyke.store.likeness import APART, HELPED, NEAR, RUNS, SAME, multipliers

Bools = NDArray[np.bool_]
Numbers = NDArray[np.intp]
Keys = NDArray[np.uint64]

CHUNK = 16_384  # rows in hand at a time: 32 MB of products
STRICT, STRICT_RUNS = 0.35, 8  # of words, and of 64 runs, in common, where links and programs are not heard
BANDS = 24  # of three words, and of two words with a fact: here a missed pair costs more than a wrong candidate
GRAM_BANDS = 6
_C1, _C2, _C3 = (np.uint64(each) for each in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53, 0x2545F4914F6CDD1D))
_WORDS, _GRAMS = multipliers(3 * BANDS, 1), multipliers(3 * GRAM_BANDS, 2)
_NONE = np.uint32(NONE)


def is_short(rows: Rows) -> Bools:
    """Which rows have too few words to be told by a share of them."""
    found: Bools = rows["words"][:, SHORT - 1] == _NONE
    return found


def band_keys(rows: Rows) -> Iterator[Keys]:
    """Of each row one key a band: equal ones are candidates. 0: the row has none there."""
    least = _least(rows, "words", _WORDS).reshape(len(rows), BANDS, 3)
    facts = [rows[name].astype(np.uint64) for name in ("headers", "dom")]
    facts += [np.where(rows["paths"][:, at] == _NONE, 0, rows["paths"][:, at]).astype(np.uint64) for at in range(3)]
    facts += [np.where(rows["leads"][:, at] == _NONE, 0, rows["leads"][:, at]).astype(np.uint64) for at in range(2)]
    for band in range(BANDS):
        one, two, three = (least[:, band, at].astype(np.uint64) for at in range(3))
        yield one * _C1 ^ two * _C2 ^ three * _C3 | np.uint64(1)
        fact = facts[band % len(facts)]
        yield np.where(fact == 0, 0, one * _C2 ^ two * _C3 ^ fact * _C1 | np.uint64(1))
    del least
    runs = _least(rows, "grams", _GRAMS).reshape(len(rows), GRAM_BANDS, 3).astype(np.uint64)
    has_runs = rows["grams"][:, 0] != _NONE
    for band in range(GRAM_BANDS):
        key = runs[:, band, 0] * _C1 ^ runs[:, band, 1] * _C2 ^ runs[:, band, 2] * _C3 | np.uint64(1)
        yield np.where(has_runs, key, 0)


def _least(rows: Rows, field: str, by: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The smallest product of each row's hashes with each multiplier."""
    found = np.empty((len(rows), len(by)), np.uint32)
    for start in range(0, len(rows), CHUNK):
        part = rows[field][start : start + CHUNK]
        part = np.where(part == _NONE, part[:, :1], part)  # what is there twice changes no minimum
        for at, factor in enumerate(by):
            found[start : start + CHUNK, at] = (part * factor).min(1)
    return found


def alike(rows: Rows, one: Numbers, other: Numbers, *, strict: bool = False) -> Bools:
    """Of each pair of rows with text, whether they are alike: `fyke.store.likeness.is_alike`, or by words alone."""
    found = np.zeros(len(one), np.bool_)
    for start in range(0, len(one), CHUNK):
        part = slice(start, start + CHUNK)
        found[part] = _alike(rows[one[part]], rows[other[part]], strict)
    return found


def _alike(one: Rows, other: Rows, strict: bool) -> Bools:
    has = [(rows["paths"][:, 0] != _NONE) | (rows["leads"][:, 0] != _NONE) for rows in (one, other)]
    both = [(one[name][:, 0] != _NONE) & (other[name][:, 0] != _NONE) for name in ("paths", "leads")]
    leads, paths = overlap(one["leads"], other["leads"]), overlap(one["paths"], other["paths"])
    is_apart = (both[0] | both[1]) & ~leads & ~paths
    program = (one["headers"] != 0) & (one["headers"] == other["headers"]) & (one["message_id"] == other["message_id"])
    helped = leads | (paths & program) | ((one["dom"] != 0) & (one["dom"] == other["dom"]))
    is_near = (has[0] == has[1]) | program
    least = np.where(helped, HELPED, np.where(is_near, NEAR, APART))
    found = jaccard(one["words"], other["words"]) >= (np.maximum(least, STRICT) if strict else least)
    found |= jaccard(one["grams"], other["grams"]) >= SAME
    result: Bools = (
        found & (~is_apart | program) & (common(one["grams"], other["grams"]) >= (STRICT_RUNS if strict else RUNS))
    )
    return result


def jaccard(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Of each pair of rows of sorted hashes, the share that both have of all."""
    both = np.sort(np.concatenate((one, other), axis=1), axis=1)
    last = np.minimum(one[:, -1], other[:, -1])[:, None]  # where both go on beyond what was kept; else NONE
    counted = (both <= last) & (both != _NONE)
    common = ((both[:, 1:] == both[:, :-1]) & counted[:, 1:]).sum(1)
    total = counted.sum(1) - common
    return np.where(total > 0, common / np.maximum(total, 1), 0.0)


def common(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> Numbers:
    """Of each pair of rows, how many hashes are in both."""
    both = np.sort(np.concatenate((one, other), axis=1), axis=1)
    found: Numbers = ((both[:, 1:] == both[:, :-1]) & (both[:, 1:] != _NONE)).sum(1)
    return found


def overlap(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> Bools:
    """Of each pair of rows, whether any hash is in both."""
    found: Bools = ((one[:, :, None] == other[:, None, :]) & (one != _NONE)[:, :, None]).any((1, 2))
    return found
