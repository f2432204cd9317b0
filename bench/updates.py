"""Rules by which a linear model may learn from one label, on the same features, to see which one learns mail best.

Small and plain, for measuring only; the one in the product is `fyke.learn.model`. A score is in nats, `rest` is what
else speaks of the message (the trusted share of the rules), a label is +1 for unwanted and -1 for wanted.
"""

from __future__ import annotations

import math
from collections import deque
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fyke.learn.model import CALM, RATE
from fyke.learn.table import SLOTS

Slots = NDArray[np.intp]
Values = NDArray[np.float64]

FAR = 35.0  # nats beyond which an exponential tells nothing more


class Rule:
    """A vector of weights that some rule moves."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self.weights = np.zeros(SLOTS)

    def score(self, slots: Slots, values: Values) -> float:
        """The nats of a message."""
        return float(self.weights[slots] @ values)

    def learn(self, slots: Slots, values: Values, label: int, rest: float) -> None:
        """Take one label."""
        raise NotImplementedError


def slope(margin: float) -> float:
    """How steep the logistic loss falls at a margin: 1 where all is wrong, 0 where all is right."""
    return 1 / (1 + math.exp(max(-FAR, min(FAR, margin))))


class GlobalRate(Rule):
    """Logistic regression with one rate for all (stochastic gradient descent)."""

    name = "one rate for all"
    RATE = 0.5

    def learn(self, slots: Slots, values: Values, label: int, rest: float) -> None:
        steep = slope(label * (rest + self.score(slots, values)))
        self.weights[slots] += self.RATE * steep * label * values


class Coordinate(Rule):
    """Logistic regression with a rate for each weight (AdaGrad: Duchi, Hazan, Singer 2011), one step a label."""

    name = "AdaGrad, one step"

    def __init__(self) -> None:
        super().__init__()
        self.squares = np.zeros(SLOTS)

    def learn(self, slots: Slots, values: Values, label: int, rest: float) -> None:
        gradient = slope(label * (rest + self.score(slots, values))) * values
        self.squares[slots] += gradient * gradient
        self.weights[slots] += RATE * label * gradient / (CALM + np.sqrt(self.squares[slots]))


class PassiveAggressive(Rule):
    """As far as the label asks and no farther, at most `BOLD` (PA-I: Crammer and others, 2006)."""

    name = "passive-aggressive"
    BOLD, MARGIN = 0.3, 2.0

    def learn(self, slots: Slots, values: Values, label: int, rest: float) -> None:
        loss = self.MARGIN - label * (rest + self.score(slots, values))
        if loss > 0:
            self.weights[slots] += min(self.BOLD, loss / float(values @ values)) * label * values


class Relaxed(Rule):
    """The relaxed online SVM (Sculley and Wachman, 2007): where a label is missed, a few passes over what is held."""

    name = "relaxed online SVM"
    RATE, MARGIN, MISSED, PASSES, HELD = 0.1, 2.0, 1.6, 1, 500  # MISSED: a margin below it sets off the passes

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[tuple[Slots, Values, int, float]] = deque(maxlen=self.HELD)

    def learn(self, slots: Slots, values: Values, label: int, rest: float) -> None:
        self._held.append((slots, values, label, rest))
        if label * (rest + self.score(slots, values)) < self.MISSED:
            for _ in range(self.PASSES):
                for held in reversed(self._held):
                    self._step(*held)

    def _step(self, slots: Slots, values: Values, label: int, rest: float) -> None:
        if label * (rest + self.score(slots, values)) < self.MARGIN:
            self.weights[slots] += self.RATE * label * values


class Arow(Rule):
    """Weights with a doubt each: the doubtful move most (AROW: Crammer, Kulesza, Dredze 2009), the diagonal of it."""

    name = "AROW"
    FIRM, MARGIN = 1.0, 2.0

    def __init__(self) -> None:
        super().__init__()
        self.doubts = np.ones(SLOTS)

    def learn(self, slots: Slots, values: Values, label: int, rest: float) -> None:
        loss = self.MARGIN - label * (rest + self.score(slots, values))
        if loss <= 0:
            return
        spread = self.doubts[slots] * values
        narrow = 1 / (float(spread @ values) + self.FIRM)
        self.weights[slots] += loss * narrow * label * spread
        self.doubts[slots] -= narrow * spread * spread


RULES = (Coordinate, GlobalRate, PassiveAggressive, Relaxed, Arow)
