"""How good scores are: what they confuse, how they rank, and whether a probability means what it says.

A score is log2 odds, in bits; more bits, more likely unwanted. A share is 0..1, a name that ends in `_pct` is in per
cent. Nothing here reads mail: it takes scored messages and gives numbers. What cannot be told (no wanted mail, no
unwanted mail) is None, never a made-up number. The figures of the TREC spam track are those of G. V. Cormack and
T. R. Lynam, "TREC 2005 Spam Track Overview".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

RATES = (0.001, 0.005)  # shares of wanted mail that may be flagged: what operators of mail systems bear
BINS = 10  # of the probability
LOWEST, HIGHEST = -25, 35  # bits of the histogram; what is beyond counts in its last columns
CORNERS = 400  # points of the curve that are told: more than a plot has pixels to tell apart
Z95 = 1.959964  # of the normal distribution, for an interval of 95 %


class Scored(Struct, frozen=True):
    """One message, what is known of it and what was said of it."""

    bits: float
    is_spam: bool  # unwanted, by the one who labelled it
    probability: float = 0.5  # that was told
    source: str = ""  # the collection that it is from
    path: str = ""
    truth: tuple[str, ...] = ()  # the categories that it is about; none where nobody said
    said: tuple[str, ...] = ()  # the categories that were named; none where it was called wanted


class Corner(Struct, frozen=True, array_like=True):
    """One point of the ROC curve: what is flagged where everything of that many bits or more is."""

    false_positives: int
    true_positives: int
    bits: float


class AtRate(Struct, frozen=True):
    """What is found where at most that share of wanted mail may be flagged; the line lies between scores."""

    rate: float
    may: int  # wanted messages that may be flagged: the rate times all of them, rounded down
    recall: float | None  # share of the unwanted mail that is found
    bits: float | None  # the line that gives it; None where no line does


class Confusion(Struct, frozen=True):
    """What is on the wrong side of one line: a message of that many bits or more is flagged.

    `lam_pct` is TREC's logistic average misclassification: the logistic of the mean of the logits of both error
    shares, where half a message stands for none and for all. It changes little where one error is traded for the other,
    so it compares filters that draw their lines differently.
    """

    bits: float
    false_positives: int
    false_negatives: int
    false_positive_share: float | None
    recall: float | None
    lam_pct: float | None


class Quality(Struct, frozen=True):
    """How well scores tell wanted from unwanted mail.

    `one_minus_auc_pct` is TREC's (1-AUC)%: of all pairs of a wanted and an unwanted message, the share in which the
    wanted one has more bits; equal bits count half.
    """

    ham: int
    spam: int
    one_minus_auc_pct: float | None
    at_rates: tuple[AtRate, ...]
    at_line: Confusion


class Bin(Struct, frozen=True):
    """Messages whose probability was told as about the same, and how many of them were unwanted."""

    count: int
    predicted: float  # mean of what was told
    observed: float  # share that is unwanted
    least: float  # Wilson's interval of 95 % for `observed`: few messages say little
    most: float


class Reliability(Struct, frozen=True):
    """Whether a probability means what it says, on mail mixed as this is.

    `calibration_error` is the expected calibration error (Naeini and others, 2015): over bins of equal width, the mean
    distance of `predicted` from `observed`, weighed by the messages. `brier` is the mean square of probability minus
    outcome (Brier, 1950): 0 is perfect, 0.25 is what always saying one half gets.
    """

    bins: tuple[Bin, ...]  # only those that have a message
    calibration_error: float
    brier: float


class Histogram(Struct, frozen=True):
    """Messages by bits: a column a bit, the first from `lowest` on; the outer ones hold what is beyond them."""

    lowest: int
    ham: tuple[int, ...]
    spam: tuple[int, ...]


class PerCategory(Struct, frozen=True):
    """How well a category is named, over wanted mail (which has none) and mail whose categories are known."""

    name: str
    messages: int  # that are about it
    said: int  # that were said to be
    right: int  # both
    precision: float | None
    recall: float | None


class PerSource(Struct, frozen=True):
    """One collection by itself, and what is found of it at the lines that hold for all sources together."""

    name: str
    quality: Quality
    recall_at_common: tuple[float | None, ...]  # at the lines of the whole's `at_rates`, in their order


class Measures(Struct, frozen=True):
    """All that is measured of some scored messages."""

    quality: Quality
    roc: tuple[Corner, ...]  # from the strictest line to the laxest
    reliability: Reliability | None
    histogram: Histogram
    categories: tuple[PerCategory, ...]
    sources: tuple[PerSource, ...]


def measure(scored: Sequence[Scored], line: float) -> Measures:
    """Everything, for a policy that flags from `line` bits on."""
    corners = curve([(each.bits, each.is_spam) for each in scored])
    whole = _quality(corners, line)
    return Measures(
        quality=whole,
        roc=tuple(_thinned(corners)),
        reliability=reliability([(each.probability, each.is_spam) for each in scored]) if scored else None,
        histogram=histogram(scored),
        categories=tuple(categories(scored)),
        sources=tuple(_sources(scored, whole, line)),
    )


def quality(pairs: Sequence[tuple[float, bool]], line: float) -> Quality:
    """How well (bits, is spam) pairs are told apart."""
    return _quality(curve(pairs), line)


def curve(pairs: Sequence[tuple[float, bool]]) -> list[Corner]:
    """The ROC curve: a corner a distinct score, the highest first, after one at which nothing is flagged."""
    bits = np.array([pair[0] for pair in pairs], np.float64)
    spam = np.array([pair[1] for pair in pairs], np.int64)
    order = np.argsort(-bits, kind="stable")
    bits, spam = bits[order], spam[order]
    last = np.append(np.flatnonzero(np.diff(bits)), len(bits) - 1)[: len(bits)]  # of each run of equal scores
    found = np.cumsum(spam)[last]
    flagged = last + 1
    rows = zip((flagged - found).tolist(), found.tolist(), bits[last].tolist(), strict=True)
    return [Corner(0, 0, math.inf), *(Corner(*row) for row in rows)]


def one_minus_auc_pct(corners: Sequence[Corner]) -> float | None:
    """(1-AUC)% from the corners, exact until the last division: halves of wrongly ordered pairs are counted."""
    ham, spam = corners[-1].false_positives, corners[-1].true_positives
    if not ham or not spam:
        return None
    halves = 0
    for before, after in pairwise(corners):
        tied = after.true_positives - before.true_positives
        below = spam - after.true_positives
        halves += (after.false_positives - before.false_positives) * (2 * below + tied)
    return 100.0 * halves / (2 * ham * spam)


def at_rate(corners: Sequence[Corner], rate: float) -> AtRate:
    """The highest recall that is to be had with at most that share of wanted mail flagged."""
    ham, spam = corners[-1].false_positives, corners[-1].true_positives
    may = math.floor(rate * ham + 1e-9)  # 0.001 * 3,000 is a little less than 3 to a computer
    if not ham or not spam:
        return AtRate(rate, may, None, None)
    best = corners[0]
    for corner in corners:
        if corner.false_positives > may:
            break
        if corner.true_positives > best.true_positives:
            best = corner
    return AtRate(rate, may, best.true_positives / spam, best.bits if best.true_positives else None)


def confusion(corners: Sequence[Corner], line: float) -> Confusion:
    """What is on the wrong side where everything from `line` bits on is flagged."""
    ham, spam = corners[-1].false_positives, corners[-1].true_positives
    here = next((corner for corner in reversed(corners) if corner.bits >= line), corners[0])
    missed = spam - here.true_positives
    return Confusion(
        bits=line,
        false_positives=here.false_positives,
        false_negatives=missed,
        false_positive_share=here.false_positives / ham if ham else None,
        recall=here.true_positives / spam if spam else None,
        lam_pct=_lam_pct(here.false_positives, ham, missed, spam) if ham and spam else None,
    )


def _lam_pct(false_positives: int, ham: int, missed: int, spam: int) -> float:
    def logit(wrong: int, of: int) -> float:
        share = min(max(wrong, 0.5), of - 0.5) / of
        return math.log(share / (1 - share))

    return 100.0 / (1.0 + math.exp(-(logit(false_positives, ham) + logit(missed, spam)) / 2))


def _quality(corners: Sequence[Corner], line: float) -> Quality:
    return Quality(
        ham=corners[-1].false_positives,
        spam=corners[-1].true_positives,
        one_minus_auc_pct=one_minus_auc_pct(corners),
        at_rates=tuple(at_rate(corners, rate) for rate in RATES),
        at_line=confusion(corners, line),
    )


def reliability(pairs: Sequence[tuple[float, bool]]) -> Reliability:
    """Told probabilities beside what came true; at least one pair."""
    told = np.array([pair[0] for pair in pairs], np.float64)
    true = np.array([pair[1] for pair in pairs], np.float64)
    at: NDArray[np.int64] = np.minimum((told * BINS).astype(np.int64), BINS - 1)
    bins = []
    for number in range(BINS):
        here = at == number
        count = int(here.sum())
        if count:
            observed = float(true[here].mean())
            bins.append(Bin(count, float(told[here].mean()), observed, *_wilson(observed, count)))
    error = sum(each.count * abs(each.predicted - each.observed) for each in bins) / len(pairs)
    return Reliability(tuple(bins), error, float(np.mean((told - true) ** 2)))


def _wilson(share: float, count: int) -> tuple[float, float]:
    """The interval in which a share lies that was seen in so many (E. B. Wilson, 1927)."""
    square = Z95 * Z95 / count
    middle = (share + square / 2) / (1 + square)
    half = math.sqrt(share * (1 - share) * square + square * square / 4) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def histogram(scored: Iterable[Scored]) -> Histogram:
    """How many messages of either kind have how many bits."""
    columns = {True: [0] * (HIGHEST - LOWEST), False: [0] * (HIGHEST - LOWEST)}
    for each in scored:
        columns[each.is_spam][math.floor(min(max(each.bits, LOWEST), HIGHEST - 1)) - LOWEST] += 1
    return Histogram(LOWEST, tuple(columns[False]), tuple(columns[True]))


def categories(scored: Iterable[Scored]) -> Iterable[PerCategory]:
    """Each category that some message is known to be about. Unwanted mail of unknown category says nothing here."""
    known = [each for each in scored if each.truth or not each.is_spam]
    for name in sorted({name for each in known for name in each.truth}):
        messages = sum(name in each.truth for each in known)
        said = sum(name in each.said for each in known)
        right = sum(name in each.truth and name in each.said for each in known)
        yield PerCategory(name, messages, said, right, right / said if said else None, right / messages)


def _sources(scored: Iterable[Scored], whole: Quality, line: float) -> Iterable[PerSource]:
    groups: dict[str, list[tuple[float, bool]]] = {}
    for each in scored:
        groups.setdefault(each.source, []).append((each.bits, each.is_spam))
    for name, pairs in sorted(groups.items()):
        corners = curve(pairs)
        common = [None if at.bits is None else confusion(corners, at.bits).recall for at in whole.at_rates]
        yield PerSource(name, _quality(corners, line), tuple(common))


def _thinned(corners: Sequence[Corner]) -> list[Corner]:
    """The corners at which the curve turns; of many only some, but all where few wanted messages are flagged."""
    turns = [
        corner
        for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False)
        if not _straight(before, corner, after)
    ]
    kept = [corners[0], *turns, *corners[1:][-1:]]
    if len(kept) <= CORNERS:
        return kept
    head = kept[: CORNERS // 2]
    step = -(-(len(kept) - len(head)) // (CORNERS // 2))
    return [*head, *kept[len(head) : -1 : step], kept[-1]]


def _straight(before: Corner, corner: Corner, after: Corner) -> bool:
    across = (corner.false_positives - before.false_positives) * (after.true_positives - corner.true_positives)
    up = (corner.true_positives - before.true_positives) * (after.false_positives - corner.false_positives)
    return across == up
