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

WORD, PATH, PROGRAM = 0, 1, 2  # kinds of features, in their bits from 32 on
SAMPLE = 300  # members of a group that are looked at: a share of them is then right to 0.03
SURE = 3.0  # deviations by which two shares must differ: of 200 features, less than one pair of equal groups has one
APART = 0.5  # and by so much: a word of the template is in most of its mails, and hardly in others
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
    for name, kind in (("words", WORD), ("paths", PATH)):
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
    telling = names[(apart >= APART) & (apart >= SURE * deviation)]
    kinds = (telling >> np.uint64(32)) & np.uint64(0xFF)
    words, paths = int((kinds == WORD).sum()), int((kinds == PATH).sum())
    return words + min(paths, MOST_PATHS) + min(len(telling) - words - paths, MOST_PROGRAM)


def fit(mail: Features, one: Group) -> float:
    """How well a mail fits a group: the log of the likelihood of what the group has, a mail being of it or not."""
    has = np.isin(one.features, mail, assume_unique=True)
    share = np.clip(one.shares, 0.02, 0.98)
    return float(np.where(has, np.log(share / 0.02), np.log((1 - share) / 0.98)).sum())


def _shares(one: Group, names: Features) -> NDArray[np.float64]:
    places = one.features.searchsorted(names).clip(max=len(one.features) - 1)
    return np.where(one.features[places] == names, one.shares[places], 0.0)
