"""What a group of mails has in common, and whether two groups were made from one text.

A mail is a set of features: its words, the shapes of its paths, the program that wrote it. A copied text differs from
its original in a few words, and these in nearly every mail: one mail cannot tell that, a dozen can.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.lab.campaigns.members import NONE, Rows

Features = NDArray[np.uint64]

WORD, RUN, PATH, PROGRAM = 0, 1, 2, 3  # kinds of features, in their bits from 32 on
SAMPLE = 300  # members of a group that are looked at: a share of them is then right to 0.03
SURE = 3.0  # deviations by which two shares must differ: of 200 features, less than one pair of equal groups has one
APART = 0.5  # and by so much: a word of the template is in most of its mails, and hardly in others
RUN_APART = 0.2  # a run of three words is left whole in 27 of 100 mails where 35 of 100 words are exchanged
RUNS = 3  # that tell as much as a word: so many go with each word that is another
LEAST = 8  # mails of which a text can be told
HALVES = 4  # times that a group is halved: sixteen texts under one roof
SELDOM = 0.05  # of the mails have a feature, or have it not: that tells no two texts apart
ROUNDS = 20  # of the power method, and of the middle: both have settled before
OTHER = 4.0  # of such features: then it is another text
MOST_PATHS, MOST_PROGRAM = 2.0, 1.0  # of them: one sender changes its kit, or its botnet, in the middle of a campaign


class Group(Struct):
    """Mails, and in which share of them each feature is."""

    rows: NDArray[np.intp]
    size: int  # of those that were looked at
    features: Features  # sorted
    shares: NDArray[np.float64]


def features(rows: Rows) -> list[Features]:
    """The features of each row."""
    kinds = []
    for name, kind in (("words", WORD), ("grams", RUN), ("paths", PATH)):
        values = rows[name].astype(np.uint64)
        kinds.append(np.where(values == NONE, 0, values | np.uint64((kind << 32) + (1 << 40))))
    for at, name in enumerate(("headers", "message_id", "dom")):
        values = rows[name].astype(np.uint64) & np.uint64(NONE)
        kinds.append(np.where(values == 0, 0, values | np.uint64((PROGRAM + at << 32) + (1 << 40)))[:, None])
    return [row[row > 0] for row in np.concatenate(kinds, axis=1)]


def group(all_rows: Rows, members: NDArray[np.intp]) -> Group:
    """What the rows of these numbers have in common. They are ascending, so the sample is always the same."""
    step = max(1, len(members) // SAMPLE)
    sample = members[::step]
    found = features(all_rows[sample])
    names, counts = np.unique(np.concatenate(found), return_counts=True)
    return Group(members, len(sample), names, counts / len(sample))


def difference(one: Group, other: Group) -> float:
    """How many features tell the two apart, each surely; programs and paths count a little only."""
    names = np.union1d(one.features, other.features)
    first, second = (_shares(each, names) for each in (one, other))
    both = (first * one.size + second * other.size) / (one.size + other.size)
    deviation = np.sqrt(np.maximum(both * (1 - both), 1e-9) * (1 / one.size + 1 / other.size))
    apart = np.abs(first - second)
    least = np.where((names >> np.uint64(32)) & np.uint64(0xFF) == RUN, RUN_APART, APART)
    telling = names[(apart >= least) & (apart >= SURE * deviation)]
    words, runs, paths = (
        int(((telling >> np.uint64(32)) & np.uint64(0xFF) == kind).sum()) for kind in (WORD, RUN, PATH)
    )
    program = len(telling) - words - runs - paths
    return max(words, runs / RUNS) + min(paths, MOST_PATHS) + min(program, MOST_PROGRAM)


def halved(all_rows: Rows, members: NDArray[np.intp], depth: int = HALVES) -> list[Group]:
    """The mails as one group, or where two texts are among them as several."""
    whole = group(all_rows, members)
    if not depth or len(members) < 2 * LEAST:
        return [whole]
    side = _side(all_rows, members, whole)
    parts = [members[side], members[~side]]
    if min(map(len, parts)) < LEAST:
        return [whole]
    if difference(*(group(all_rows, part) for part in parts)) < OTHER:
        return [whole]
    return [each for part in parts for each in halved(all_rows, part, depth - 1)]


def _side(all_rows: Rows, members: NDArray[np.intp], whole: Group) -> NDArray[np.bool_]:
    """On which side of their middle mails are, along the direction in which they differ most (principal component)."""
    kinds = (whole.features >> np.uint64(32)) & np.uint64(0xFF)
    good = (whole.shares > SELDOM) & (whole.shares < 1 - SELDOM) & (kinds <= RUN)
    names = whole.features[good]
    if not len(names):
        return np.zeros(len(members), np.bool_)
    step = max(1, len(members) // SAMPLE)
    sample = _table(all_rows[members[::step]], names)
    sample -= sample.mean(0)
    direction = np.cos(np.arange(len(names)))  # any that is not at right angles to it
    for _ in range(ROUNDS):
        direction = sample.T @ (sample @ direction)
        direction /= max(float(np.linalg.norm(direction)), 1e-12)
    place = np.concatenate(
        [_table(all_rows[members[start : start + 4096]], names) @ direction for start in range(0, len(members), 4096)]
    )
    middle = float(place.mean())
    for _ in range(ROUNDS):
        if not 0 < int((place > middle).sum()) < len(place):
            break
        middle = float(place[place > middle].mean() + place[place <= middle].mean()) / 2
    return np.asarray(place > middle)


def _table(rows: Rows, names: Features) -> NDArray[np.float64]:
    """A row a mail, a column a feature: 1 where it has it."""
    found = np.zeros((len(rows), len(names)))
    for at, mail in enumerate(features(rows)):
        places = names.searchsorted(mail).clip(max=len(names) - 1)
        found[at, places[names[places] == mail]] = 1.0
    return found


def fit(mail: Features, one: Group) -> float:
    """How well a mail fits a group: the log of the likelihood of what the group has, a mail being of it or not."""
    has = np.isin(one.features, mail, assume_unique=True)
    share = np.clip(one.shares, 0.02, 0.98)
    return float(np.where(has, np.log(share / 0.02), np.log((1 - share) / 0.98)).sum())


def _shares(one: Group, names: Features) -> NDArray[np.float64]:
    places = one.features.searchsorted(names).clip(max=len(one.features) - 1)
    return np.where(one.features[places] == names, one.shares[places], 0.0)
