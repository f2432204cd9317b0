"""Clusters brought together by their anchors: words that most mails of one have, and hardly any other (Judo, 2010).

Of a text of which much is exchanged, some mails have too little in common with any other mail to be found alike; but
they have much of what all of them together have.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fyke.lab.campaigns.clusters import Labels, joined
from fyke.lab.campaigns.groups import LEAST, OTHER, PATH, PROGRAM, Features, Group, difference, features, fit, group
from fyke.lab.campaigns.members import NONE, Rows
from fyke.lab.campaigns.parting import by_label

ANCHOR = 0.5  # of a cluster's mails that have a word: 0.65 are left where 35 of 100 words are exchanged
RARE_BITS = 4.0  # a word that one of sixteen clusters has does not lead to one
HELD = 0.4  # of what its anchors weigh that a mail must have: 0.65 is usual, 0.2 what another of the same trade has
KNOWN = 0.05  # of a cluster's mails that link in the same way, or were made by the same program
CHUNK = 20_000  # clusters compared at a time
CANDIDATES = 8  # of one cluster


def brought_together(rows: Rows, labels: Labels) -> Labels:
    """The clusters, with those joined that have the anchors of a large one."""
    large = {int(members[0]): group(rows, members) for members in by_label(labels, LEAST)}
    if not large:
        return labels
    names, groups = list(large), list(large.values())
    firsts = np.flatnonzero(labels == np.arange(len(labels)))
    anchors = _anchors(rows, firsts, groups)
    pairs: list[tuple[int, int]] = []
    small = np.array([first for first in firsts.tolist() if first not in large], np.intp)
    for start in range(0, len(small), CHUNK):
        pairs += _attached(rows, small[start : start + CHUNK], groups, anchors, names)
    pairs += _equal(groups, anchors, names)
    one, other = (
        (np.array(each, np.intp) for each in zip(*pairs, strict=True)) if pairs else (np.empty(0, np.intp),) * 2
    )
    return joined(labels, one, other)


class _Anchors:
    """The anchors of large clusters, each with its weight in bits, as a table: a row a cluster, a column a word."""

    def __init__(self, words: Features, table: csr_array) -> None:
        self.words, self.table = words, table
        self.totals = np.asarray(table.sum(axis=1)).ravel()

    def held(self, mails: list[Features]) -> csr_array:
        """Of each mail, how much of each cluster's anchors it has, in bits."""
        which = np.repeat(np.arange(len(mails)), [len(mail) for mail in mails])
        words = np.concatenate(mails) if mails else np.empty(0, np.uint64)
        places = self.words.searchsorted(words).clip(max=max(len(self.words) - 1, 0))
        good = self.words[places] == words
        ones = np.ones(int(good.sum()))
        has = csr_array((ones, (which[good], places[good])), shape=(len(mails), len(self.words)))
        return csr_array(has @ self.table.T)


def _anchors(rows: Rows, firsts: NDArray[np.intp], groups: list[Group]) -> _Anchors:
    """Anchors, and what they weigh: log2 of one by the share of clusters whose first mail has the word."""
    words = rows["words"][firsts]
    known, counts = np.unique(words[words != NONE], return_counts=True)
    which, names, bits = [], [], []
    for at, each in enumerate(groups):
        is_word = (each.features >> np.uint64(32)) & np.uint64(0xFF) == 0
        mine = each.features[is_word & (each.shares >= ANCHOR)]
        plain = (mine & np.uint64(NONE)).astype(np.uint32)
        place = known.searchsorted(plain).clip(max=len(known) - 1)
        seen = np.where(known[place] == plain, counts[place], 1)
        weight = np.log2(len(firsts) / seen)
        names.append(mine[weight >= RARE_BITS])
        bits.append(weight[weight >= RARE_BITS])
        which.append(np.full(len(names[-1]), at))
    columns, column = np.unique(np.concatenate(names), return_inverse=True)
    table = csr_array((np.concatenate(bits), (np.concatenate(which), column)), shape=(len(groups), len(columns)))
    return _Anchors(columns, table)


def _attached(
    rows: Rows, small: NDArray[np.intp], groups: list[Group], anchors: _Anchors, names: list[int]
) -> list[tuple[int, int]]:
    """Small clusters, by their first mail, each with the large one that it fits best."""
    mails = features(rows[small])
    held = anchors.held(mails).tocoo()
    enough = held.data >= HELD * anchors.totals[held.col]
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for mail, at, bits in zip(
        held.row[enough].tolist(), held.col[enough].tolist(), held.data[enough].tolist(), strict=True
    ):
        found[mail].append((-bits / anchors.totals[at], at))
    pairs = []
    for mail, near in found.items():
        best = [at for _, at in sorted(near)[:CANDIDATES] if _is_known(mails[mail], groups[at])]
        if best:
            chosen = max(best, key=lambda at: (fit(mails[mail], groups[at]), -at))
            pairs.append((int(small[mail]), names[chosen]))
    return pairs


def _is_known(mail: Features, one: Group) -> bool:
    """Whether mails of the group link in this way, or to nothing as this one does, or are made by its program."""
    kinds = (mail >> np.uint64(32)) & np.uint64(0xFF)
    telling = mail[kinds >= PATH]
    place = one.features.searchsorted(telling).clip(max=len(one.features) - 1)
    shared = (one.features[place] == telling) & (one.shares[place] >= KNOWN)
    if bool((kinds == PATH).any()):
        return bool(shared[kinds[kinds >= PATH] == PATH].any()) or bool(shared.sum() >= 2)
    return bool(shared[kinds[kinds >= PATH] >= PROGRAM].any())


def _equal(groups: list[Group], anchors: _Anchors, names: list[int]) -> list[tuple[int, int]]:
    """Pairs of large clusters which nothing tells apart, and which link in the same way."""
    own = [each.features[each.shares >= ANCHOR] for each in groups]
    held = anchors.held(own).tocoo()
    pairs = []
    for one, other, bits in zip(held.row.tolist(), held.col.tolist(), held.data.tolist(), strict=True):
        if one < other and bits >= HELD * max(anchors.totals[one], anchors.totals[other]):
            is_known = _is_known(own[one], groups[other]) or _is_known(own[other], groups[one])
            if is_known and difference(groups[one], groups[other]) < OTHER:
                pairs.append((names[one], names[other]))
    return pairs
