"""Networks that may be one operation's: joined once, on what they share as wholes, and less surely than sites are.

What is joined here is a hypothesis. Beside it stands what was weighed and not joined, nearest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from fyke.lab.linking.gate import SPEAKS
from fyke.lab.linking.link import Linked
from fyke.lab.linking.marks import FAMILIES
from fyke.lab.linking.pooling import agree
from fyke.lab.linking.told import Teller
from fyke.model.gang import Hypothesis

LIKELY = float(np.log2(0.95 / 0.05))  # bits from which two networks are taken together
NEAR = -6.0  # bits below which a hypothesis is not worth a line
FAMILIES_LEAST = 2  # that say so, one of which is owned
BEST = 0.95  # no hypothesis is surer than that before a person confirms it
ALTERNATIVES = 10  # kept for each operation


class Joint(Struct, frozen=True):
    """Two networks, by the smallest site of each, that were weighed."""

    left: int
    right: int
    bits: float
    pair: int  # in the pooled pairs
    is_joined: bool


def joints(linked: Linked) -> list[Joint]:
    """Pairs of networks worth a word, the strongest first."""
    found, pooled = linked.pooled.pairs, linked.pooled
    sizes = np.bincount(pooled.labels, minlength=len(pooled.labels))
    best: dict[tuple[int, int], Joint] = {}
    says = found.shares[:, : len(FAMILIES)] >= SPEAKS
    enough = (says.sum(axis=1) >= FAMILIES_LEAST) & np.array([agree(shares) for shares in found.shares], dtype=np.bool_)
    for pair in np.flatnonzero(found.bits >= NEAR).tolist():
        left, right = (int(pooled.labels[side[pair]]) for side in (found.left, found.right))
        left, right = min(left, right), max(left, right)
        if left == right or sizes[left] < 2 or sizes[right] < 2:
            continue
        bits = float(found.bits[pair])
        joint = Joint(left, right, bits, pair, bool(enough[pair]) and bits >= LIKELY)
        if (left, right) not in best or best[left, right].bits < bits:
            best[left, right] = joint
    return sorted(best.values(), key=lambda each: (-round(each.bits, 3), each.left, each.right))


def grouped(networks: Sequence[int], weighed: Sequence[Joint]) -> dict[int, int]:
    """By network, the smallest network of its operation."""
    root = {network: network for network in networks}

    def find(network: int) -> int:
        while root[network] != network:
            root[network] = root[root[network]]
            network = root[network]
        return network

    for joint in weighed:
        if joint.is_joined and joint.left in root and joint.right in root:
            one, other = sorted((find(joint.left), find(joint.right)))
            root[other] = one
    return {network: find(network) for network in networks}


def hypotheses(linked: Linked, weighed: Sequence[Joint], ids: Mapping[int, str]) -> list[Hypothesis]:
    """The joints in words, networks by their ids."""
    teller = Teller(linked.pooled.marks, linked.pooled.seen)
    found = linked.pooled.pairs
    told = []
    for joint in weighed:
        if joint.left not in ids or joint.right not in ids:
            continue
        left, right = int(found.left[joint.pair]), int(found.right[joint.pair])
        shares = teller.shares(left, right, found.shares[joint.pair].tolist(), found.prior)
        state = "joined" if joint.is_joined else "open"
        told.append(Hypothesis(ids[joint.left], ids[joint.right], round(joint.bits, 2), shares, state))
    return told


def confidence(bits: float) -> float:
    """How probable it is, as far as bits can say before a person has looked."""
    return min(BEST, float(1 / (1 + 2.0**-bits)))
