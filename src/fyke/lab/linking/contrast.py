"""How far each mark is shared beyond one owner: what strangers have too is no evidence, and what is rented is little.

Strangers are known before anything is weighed: honest sites, and owners told apart by what nobody lends to a rival (how
they are paid, reached and registered). So the measure of a mark does not count an owner's own sites against it, however
many these are, as the plain frequency of a term would.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.lab.linking.blocks import blocks
from fyke.lab.linking.doubt import CHANCE, SERVICES, doubts
from fyke.lab.linking.marks import OWNED, Marks

RENTED = 0.9  # share of the largest owner among the known holders, below which a mark is let to many
FAMILIES_LEAST = 2  # owned families that make a core
HONEST = 2  # so many honest holders make a mark common property; one may have been broken into


class Contrast(Struct, frozen=True):
    """What is known of each mark's holders, in the order of `Marks.marks`."""

    owners: NDArray[np.int32]  # by site: the core to which it belongs, or -1
    honest: NDArray[np.bool_]  # by site
    strangers: NDArray[np.float64]  # holders that are not the main owner's
    purity: NDArray[np.float64]  # share of the main owner among the holders that are known
    rented: NDArray[np.bool_]
    doubt: NDArray[np.float64]  # how much of a stranger a holder is of whom nothing is known


def contrast(marks: Marks, honest: Iterable[str] = ()) -> Contrast:
    """Tell owners apart, then say of each mark how many strangers have it."""
    innocent = np.isin(np.array(marks.sites), np.array(sorted(honest), dtype=str)) if marks.sites else np.zeros(0, bool)
    return measured(marks, innocent, _cores(marks, innocent), doubts(marks), mains=1)


def measured(
    marks: Marks, innocent: NDArray[np.bool_], owners: NDArray[np.int32], doubt: NDArray[np.float64], *, mains: int
) -> Contrast:
    """The same where owners are known. Of each mark the holders of so many main owners are no strangers."""
    strangers, purity = np.zeros(len(marks.marks)), np.ones(len(marks.marks))
    rented = np.zeros(len(marks.marks), dtype=np.bool_)
    for at, mark in enumerate(marks.marks):
        good = int(innocent[mark.holders].sum())
        owned = owners[mark.holders[~innocent[mark.holders]]]
        counts = np.sort(np.unique(owned[owned >= 0], return_counts=True)[1])[::-1]
        main, others = int(counts[:mains].sum()), int(counts[mains:].sum())
        unknown = int((owned < 0).sum())
        beyond = (unknown if main else max(unknown - 2, 0)) * float(doubt[at])
        strangers[at] = others + good + beyond + mark.chance
        purity[at] = (main + 1) / (main + others + good + 1)
        is_let = purity[at] < RENTED and (others > 0 or good >= HONEST)
        rented[at] = is_let or mark.kind in SERVICES
    return Contrast(owners, innocent, strangers, purity, rented, doubt)


def _cores(marks: Marks, innocent: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Owners told apart: sites that hang together by owned marks of two families, without any one mark or site too.

    So neither one planted id nor one site that changed hands makes two owners one. Marks of several honest sites are
    left out. By site the smallest site of its core, or -1.
    """
    count = len(marks.sites)
    neighbours: list[list[int]] = [[] for _ in range(count + len(marks.marks))]
    for at, mark in enumerate(marks.marks):
        if mark.family not in OWNED or mark.chance > CHANCE or int(innocent[mark.holders].sum()) >= HONEST:
            continue
        for site in mark.holders[~innocent[mark.holders]].tolist():
            neighbours[site].append(count + at)
            neighbours[count + at].append(site)
    owners, sizes = np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=np.int32)
    for block in blocks(neighbours):
        held = np.array([node for node in block if node < count], dtype=np.int32)
        families = {marks.marks[node - count].family for node in block if node >= count}
        if len(held) >= 2 and len(families) >= FAMILIES_LEAST:
            larger = held[sizes[held] < len(held)]
            owners[larger], sizes[larger] = held[0], len(held)
    return owners
