"""What fitted bits are worth on mail that they were not fitted on, and the calibration that such mail gives.

Held out is a source at a time where there are at least two with both sides left in the rest; else a fifth of the mail
at a time, near-duplicates of one template together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.learn.fit import Example, Terms, balance, fit, parted, score
from fyke.learn.slope import Line, chance, line

FOLDS = 5  # of mail of one source: each fit sees four fifths


class Trial(Struct, frozen=True):
    """Each message scored by the shipped bits, and by bits fitted without it; in the order of the messages."""

    by_source: bool  # whether whole sources were held out
    folds: int
    before: tuple[float, ...]  # bits
    after: tuple[float, ...]
    told: tuple[float, ...]  # the probability of `after`, by a line that was fitted without the message too
    line: Line  # from fitted bits to odds, as far as held-out mail tells: for as much ham as spam


def held_out(examples: Sequence[Example], terms: Terms) -> Trial:
    """Fit without each fold in turn and score the fold."""
    fold, by_source = folds(examples)
    after = np.zeros(len(examples))
    count = int(fold.max(initial=-1)) + 1
    for number in range(count):
        inside, outside = np.flatnonzero(fold == number).tolist(), np.flatnonzero(fold != number).tolist()
        fitted = {each.fact.name: each.bits for each in fit([examples[at] for at in outside], terms)}
        after[inside] = score([examples[at] for at in inside], terms, fitted)
    told = np.zeros(len(examples))
    for number in range(count):
        told[fold == number] = chance(_line(examples, after, fold != number), after[fold == number])
    whole = _line(examples, after, np.ones(len(examples), np.bool_))
    before = score(examples, terms, {fact.name: fact.bits for fact in terms.facts})
    return Trial(
        by_source=by_source,
        folds=count,
        before=tuple(before.tolist()),
        after=tuple(after.tolist()),
        told=tuple(told.tolist()),
        line=Line(round(whole.slope, 2), round(whole.offset, 2)),
    )


def folds(examples: Sequence[Example]) -> tuple[NDArray[np.intp], bool]:
    """The number of each message's fold, and whether a fold is a source. Both sides are left when one is out."""
    parts = parted(examples, least=2)
    if parts:
        number = {name: at for at, part in enumerate(parts) for name in part}
        return np.array([number[each.source] for each in examples], np.intp), True
    fold = np.zeros(len(examples), np.intp)
    for side in (False, True):  # dealt out side by side, so that no fold takes all of one
        mine = [at for at, each in enumerate(examples) if each.spam is side]
        order = {key: at for at, key in enumerate(sorted({_key(examples[at]) for at in mine}))}
        for at in mine:
            fold[at] = order[_key(examples[at])] % FOLDS
    return fold, False


def _key(example: Example) -> bytes:
    return hashlib.blake2b(example.template.encode("utf-8", "replace"), digest_size=8).digest()


def _line(examples: Sequence[Example], bits: NDArray[np.float64], chosen: NDArray[np.bool_]) -> Line:
    """The line of some messages, sources and sides weighed equally."""
    mine = [each for each, is_mine in zip(examples, chosen, strict=True) if is_mine]
    weight, spam = balance(mine), np.array([each.spam for each in mine], np.bool_)
    return line(bits[chosen], np.where(spam, 0.0, weight), np.where(spam, weight, 0.0))
