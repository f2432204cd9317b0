"""Clusters taken apart: who copied another's text leads elsewhere, and differs in a few words in nearly every mail."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fyke.lab.campaigns.clusters import Bands, Labels, copies_of, here, texts
from fyke.lab.campaigns.groups import LEAST, OTHER, Group, difference, features, fit, group, halved
from fyke.lab.campaigns.members import NONE, Rows
from fyke.model.sketch import SHORT

MOST = 60  # groups of one cluster that are compared with each other; the largest
SEVERAL = 3  # mails whose common words say what their text is
ANCHOR = 0.5  # of a cluster's mails have a word that belongs to its text
MADE = 0.4  # of a mail's words belong to the text: 0.65 do where 35 of 100 are exchanged
RUN_ANCHOR = 0.12  # of a cluster's mails have a run of three words that belongs to its text
RUN_MADE = 0.15  # of a mail's runs belong to the text: 0.27 do where 35 of 100 words are exchanged
OWN = 0.5  # of all mails that lead somewhere: then it is not everybody's


def parted(rows: Rows, labels: Labels) -> Labels:
    """The clusters, those of several texts in parts."""
    labels = labels.copy()
    ends = _ends(rows, labels)
    for members in by_label(labels, 2 * LEAST):
        parts = _parts(rows, members, ends)
        if parts is not None:
            for part in parts:
                labels[part] = part.min()
    return labels


def coherent(rows: Rows, labels: Labels, bands: Bands = here) -> Labels:
    """The clusters, without those whose mails have only a foot in common, or where they lead.

    What does not have the words that most of its cluster have is compared anew, by its words alone.
    """
    labels = labels.copy()
    out = [_out(rows, members) for members in by_label(labels, SEVERAL)]
    loose = np.sort(np.concatenate(out)) if out else np.empty(0, np.intp)
    if len(loose):
        labels[loose] = loose[texts(rows[loose], strict=True, bands=bands)]
        labels = _renamed(labels)
    return labels


def _out(rows: Rows, members: NDArray[np.intp]) -> NDArray[np.intp]:
    """Members that are made of other words than the cluster."""
    words = rows["words"][members]
    if words[0, SHORT - 1] == NONE:
        return members[:0]  # few words, and the same
    names, counts = np.unique(words[words != NONE], return_counts=True)
    usual = names[counts >= ANCHOR * len(members)]
    share = np.isin(words, usual).sum(1) / np.maximum((words != NONE).sum(1), 1)
    runs = rows["grams"][members]
    names, counts = np.unique(runs[runs != NONE], return_counts=True)
    usual = names[counts >= max(SEVERAL, RUN_ANCHOR * len(members))]
    whole = np.isin(runs, usual).sum(1) / np.maximum((runs != NONE).sum(1), 1)
    out: NDArray[np.intp] = members[(share < MADE) | (whole < RUN_MADE)]
    return out


def _renamed(labels: Labels) -> Labels:
    """Groups named by their smallest row: the one that gave a name may have left."""
    _, number = np.unique(labels, return_inverse=True)
    least = np.full(number.max() + 1, len(labels), np.int64)
    np.minimum.at(least, number, np.arange(len(labels)))
    found: Labels = least[number]
    return found


def by_label(labels: Labels, least: int) -> Iterator[NDArray[np.intp]]:
    """The rows of each group of at least so many, ascending."""
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    for members in np.split(order, cuts):
        if len(members) >= least:
            yield members


def _ends(rows: Rows, labels: Labels) -> NDArray[np.uint64]:
    """What each row leads to: of all that several of its cluster lead to, and hardly anybody else, the rarest; 0: none.

    Not all that leads to the same is joined to the rest of it: one mail with another's address must not do that.
    """
    row, column = np.nonzero(rows["leads"] != NONE)
    values = rows["leads"][row, column].astype(np.uint64)
    keys = values << np.uint64(32) | labels[row].astype(np.uint64)
    cells, cell, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    value = np.unique(cells >> np.uint64(32), return_inverse=True)[1]
    is_own = (sizes >= OWN * np.bincount(value, weights=sizes)[value]) & (sizes >= LEAST)
    good = is_own[cell]
    order = np.lexsort((values[good], sizes[cell][good], row[good]))
    first = np.unique(row[good][order], return_index=True)
    found = np.zeros(len(rows), np.uint64)
    found[first[0]] = values[good][order][first[1]]
    return found


def _parts(rows: Rows, members: NDArray[np.intp], ends: NDArray[np.uint64]) -> list[NDArray[np.intp]] | None:
    """The rows of a cluster in parts of one text each; None where there is only one."""
    own = _sorts(rows, members, ends[members])
    names, number, sizes = np.unique(own, return_inverse=True, return_counts=True)
    large = np.argsort(-sizes, kind="stable")[:MOST]
    large = large[sizes[large] >= LEAST]
    if not len(large):
        return None
    found = [each for at in large.tolist() for each in halved(rows, members[number == at])]
    kinds = _kinds(found)
    if len(set(kinds)) < 2:
        return None
    texts = [
        group(
            rows, np.sort(np.concatenate([each.rows for each, kind in zip(found, kinds, strict=True) if kind == one]))
        )
        for one in sorted(set(kinds))
    ]
    parts = [[text.rows] for text in texts]
    for at in sorted(set(range(len(names))) - set(large.tolist())):
        rest = members[number == at]
        mails = features(rows[rest[:: max(1, len(rest) // 8)]])
        best = max(range(len(texts)), key=lambda text: sum(fit(mail, texts[text]) for mail in mails))
        parts[best].append(rest)
    return [np.sort(np.concatenate(part)) for part in parts]


def _sorts(rows: Rows, members: NDArray[np.intp], ends: NDArray[np.uint64]) -> Labels:
    """The rows of a cluster by where they lead; few that lead to the same by how; many copies of one text apart."""
    ours = rows[members]
    how = np.stack([ours["paths"][:, 0], ours["headers"], ours["message_id"], ours["mime"]], axis=1)
    _, how_number = np.unique(how, axis=0, return_inverse=True)
    both = ends.astype(np.uint64) << np.uint64(32) | how_number.astype(np.uint64)
    _, end, sizes = np.unique(both, return_inverse=True, return_counts=True)
    sort = np.where(sizes[end] >= LEAST, end, len(sizes) + how_number)
    _, copy, copies = np.unique(copies_of(ours), return_inverse=True, return_counts=True)
    return (sort * (len(copies) + 1) + np.where(copies[copy] >= LEAST, copy + 1, 0)).astype(np.int64)


def _kinds(found: list[Group]) -> list[int]:
    """Which groups are of one text: each joins the first before it from which nothing tells it apart."""
    kinds: list[int] = []
    for at, one in enumerate(found):
        near = ((difference(one, found[before]), kinds[before]) for before in range(at))
        least, kind = min(near, default=(OTHER, 0))
        kinds.append(kind if least < OTHER else at)
    return kinds
