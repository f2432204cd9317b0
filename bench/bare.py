"""A learner like fyke's with a defence taken off, to see what the defence is worth. Slow and plain, for measuring only.

Same families, lengths, slope and rates as `fyke.learn.model`. With all defences on it gives about what fyke gives.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.learn import tokens
from fyke.learn.features import HEAD_BYTES, TAIL_BYTES, Family
from fyke.learn.model import CALM, LN2, MARGIN, RATE, SCALES, STEPS, TRUST
from fyke.model import Finding, Message

SLOTS = 1 << 18

Counted = tuple[NDArray[np.uint32], NDArray[np.int32]]  # features and how often each is there


class Bag(Struct, frozen=True):
    """The features of a message with their counts, family after family: of the window that fyke reads, and of all."""

    window: tuple[Counted, ...]
    whole: tuple[Counted, ...]


class Form(Struct, frozen=True):
    """Which defences a learner has."""

    name: str
    once: bool = True  # a feature counts once however often it is written
    window: bool = True  # head and tail of the text are read
    length: bool = True  # all features of a family share one length, many or few
    margin: float = MARGIN


SAME, TIRELESS = Form("same as fyke"), Form("no margin", margin=math.inf)
FORMS = (
    Form("counting", once=False),
    Form("all text", window=False),
    Form("no length", length=False),
    Form("none of three", once=False, window=False, length=False),
)


def bag_of(message: Message, findings: Sequence[Finding]) -> Bag:
    """Count the features of a message."""
    folded = message.text.folded
    subject = folded[: max(folded.find(b"\n"), 0)]
    told = [
        _counted(_words(subject), Family.SUBJECT),
        _counted([token.encode("utf-8", "replace") for token in tokens.of_sender(message)], Family.SENDER),
        _counted([token.encode("utf-8", "replace") for token in tokens.of_links(message.links)], Family.LINKS),
        _counted([token.encode("utf-8", "replace") for token in tokens.of_structure(message)], Family.STRUCTURE),
        _counted([token.encode() for token in tokens.of_findings(findings, message)], Family.SYMBOLS),
    ]
    short = folded
    if len(folded) > HEAD_BYTES + TAIL_BYTES:
        short = folded[:HEAD_BYTES] + b" " + folded[-TAIL_BYTES:]
    window = (*_of_text(short), *told)
    return Bag(window, window if short is folded else (*_of_text(folded), *told))


def _words(text: bytes) -> list[bytes]:
    return text.split()


def _of_text(text: bytes) -> list[Counted]:
    words = _words(text)
    pairs = [b"%b %b" % pair for pair in pairwise(words)]
    grams = [np.frombuffer(text, "<u4", (len(text) - k) // 4, k) for k in range(4) if len(text) >= k + 4]
    return [
        _counted(words, Family.WORDS),
        _counted(pairs, Family.PAIRS),
        _summed(np.concatenate([np.zeros(0, np.uint32), *grams]) * np.uint32(0x9E3779B1)),
    ]


def _counted(found: Iterable[bytes], family: Family) -> Counted:
    return _summed(np.array([zlib.crc32(each, family + 1) for each in found], np.uint32))


def _summed(codes: NDArray[np.uint32]) -> Counted:
    mixed = (codes ^ (codes >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    slots, counts = np.unique((mixed ^ (mixed >> np.uint32(13))) & np.uint32(SLOTS - 1), return_counts=True)
    return slots, counts.astype(np.int32)


class Bare:
    """Online logistic regression as fyke's shared half, in the form that is asked for."""

    def __init__(self, form: Form, typical: Sequence[float]) -> None:
        self.form = form
        self._typical = typical  # how many features a message has in each family, for the form without a length
        self._pulls, self._squares = np.zeros(SLOTS), np.zeros(SLOTS)
        self._weights = np.zeros(SLOTS)

    def weigh(self, bag: Bag) -> float:
        """The bits of a message."""
        slots, values = self._vector(bag)
        return float(self._weights[slots] @ values) / LN2

    def learn(self, bag: Bag, *, spam: bool, rules_bits: float) -> None:
        """One label."""
        slots, values = self._vector(bag)
        for _ in range(STEPS):
            logit = float(self._weights[slots] @ values) + rules_bits * TRUST * LN2
            if (logit if spam else -logit) > self.form.margin:
                break
            gradient = (1 / (1 + math.exp(-max(-35.0, min(35.0, logit)))) - spam) * values
            before = self._squares[slots]
            after = before + gradient * gradient
            self._pulls[slots] += gradient - (np.sqrt(after) - np.sqrt(before)) / RATE * self._weights[slots]
            self._squares[slots] = after
            self._weights[slots] = -RATE * self._pulls[slots] / (CALM + np.sqrt(after))

    def _vector(self, bag: Bag) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        found, values = [], []
        for family, (slots, counts) in enumerate(bag.window if self.form.window else bag.whole):
            times = np.ones(len(slots)) if self.form.once else counts.astype(np.float64)
            size = float(times.sum()) if self.form.length else self._typical[family]
            found.append(slots)
            values.append(times * (SCALES[Family(family)] / math.sqrt(max(size, 1.0))))
        slots, inverse = np.unique(np.concatenate(found), return_inverse=True)
        return slots.astype(np.intp), np.bincount(inverse, np.concatenate(values), len(slots)).astype(np.float64)


def typical(bags: Sequence[Bag]) -> list[float]:
    """The median of how many features messages have in each family."""
    return [float(np.median([len(bag.window[family][0]) for bag in bags])) for family in range(len(Family))]
