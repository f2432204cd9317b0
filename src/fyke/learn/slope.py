"""From a sum of bits to odds: the line that fits best (Platt 1999), towards the line that the policy ships."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

LN2 = math.log(2)
STEPS = 50  # of Newton's method; it takes some 6
FIRM = 4.0  # messages' worth of trust in a slope of 1, so that mail without one mistake does not make the line a wall
FIRM_OFFSET = 0.04  # far less: how much of the mail is unwanted is the mail's to say
SLOPES = 0.1, 4.0  # beyond, bits would mean nothing, or everything


class Line(Struct, frozen=True):
    """log2 odds of unwanted = slope * bits + offset."""

    slope: float = 1.0
    offset: float = -1.0

    def told(self, bits: Iterable[float]) -> list[float]:
        """The probability that a message of those bits is unwanted, for each."""
        given: list[float] = chance(self, np.array(list(bits), np.float64)).tolist()
        return given


SHIPPED = Line()


def chance(odds: Line, bits: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability that messages of those bits are unwanted."""
    told: NDArray[np.float64] = 1 / (1 + np.exp2(-np.clip(odds.slope * bits + odds.offset, -60, 60)))
    return told


def line(bits: NDArray[np.float64], ham: NDArray[np.float64], spam: NDArray[np.float64], start: Line = SHIPPED) -> Line:
    """The line under which messages of those bits are most likely ham and spam, where so many are."""
    both = ham + spam
    found = start
    for _ in range(STEPS):
        told = chance(found, bits)
        pull, bend = LN2 * (told * both - spam), LN2**2 * told * (1 - told) * both
        down_slope = float((pull * bits).sum()) + FIRM * (found.slope - SHIPPED.slope)
        down_offset = float(pull.sum()) + FIRM_OFFSET * (found.offset - SHIPPED.offset)
        a, b = float((bend * bits * bits).sum()) + FIRM, float((bend * bits).sum())
        c = float(bend.sum()) + FIRM_OFFSET
        by_slope = (c * down_slope - b * down_offset) / (a * c - b * b)
        by_offset = (a * down_offset - b * down_slope) / (a * c - b * b)
        leap = max(1.0, abs(by_slope), abs(by_offset) / 4)  # far from the goal Newton's step may overshoot
        slope = min(SLOPES[1], max(SLOPES[0], found.slope - by_slope / leap))
        found = Line(slope, found.offset - by_offset / leap)
        if abs(by_slope) + abs(by_offset) < 1e-9:
            break
    return found
