"""Networks that may be one operation's: joined once, on what they share as wholes, and less surely than sites are.

Shops of one operation are run apart on purpose: that they differ tells little, that they share a host or a kit with
half of the trade tells little too. What they cannot do apart is be paid and be reached. What is joined here is a
hypothesis; beside it stands what was weighed and not joined, nearest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.lab.linking.gate import SPEAKS
from fyke.lab.linking.link import Linked
from fyke.lab.linking.marks import FAMILIES, OWNED
from fyke.lab.linking.told import Teller
from fyke.lab.linking.weigh import COMPARISONS
from fyke.lab.operations.wholes import APART, Wholes, wholes
from fyke.model.gang import Hypothesis

LIKELY = float(np.log2(0.95 / 0.05))  # bits from which two networks are taken together
NEAR = -6.0  # bits below which a hypothesis is not worth a line
LENT = 3.0  # bits of all that is let to anybody (hosts, kits, senders): rivals rent from the same
# Kinds that cost whoever bears them something: mail goes there, money goes there, or the key must be held. The others
# are words on a page that a rival may copy, and count when two families say so.
COSTLY = frozenset(
    {
        "merchant", "wallet", "po_box", "postal", "registrant_address", "registrant_email", "registrant_phone",
        "certificate", "certificate_key",
    }
)  # fmt: skip
FAMILIES_LEAST = 2
BEST = 0.95  # no hypothesis is surer than that before a person confirms it
ALTERNATIVES = 10  # kept for each operation

_OWNED = np.array([name in OWNED for name in COMPARISONS])


class Joint(Struct, frozen=True):
    """Two networks, by the smallest site of each, that were weighed."""

    left: int
    right: int
    bits: float
    pair: int  # of the networks' pairs
    shares: tuple[float, ...]  # by comparison
    is_joined: bool


class Weighed(Struct, frozen=True):
    """All networks, and the pairs of them that are worth a word, the strongest first."""

    wholes: Wholes
    joints: tuple[Joint, ...]


def joints(linked: Linked, labels: NDArray[np.int32]) -> Weighed:
    """Hold networks against each other. `labels`: by site, the smallest of its network."""
    networks = wholes(linked, labels)
    found = networks.pairs
    made = []
    for pair in range(len(found.left)):
        left, right = int(found.left[pair]), int(found.right[pair])
        prevailing = networks.prevailing[left] & networks.prevailing[right]
        kinds = {(networks.marks.marks[at].family, networks.marks.marks[at].kind) for at in prevailing}
        shares = _shares(found.shares[pair].astype(np.float64), {family for family, _ in kinds})
        bits = found.prior + float(shares.sum())
        if bits < NEAR:
            continue
        is_joined = bits >= LIKELY and _is_telling(kinds, shares)
        one, other = int(networks.labels[left]), int(networks.labels[right])
        made.append(Joint(one, other, bits, pair, tuple(shares.tolist()), is_joined))
    made.sort(key=lambda each: (-round(each.bits, 3), each.left, each.right))
    return Weighed(networks, tuple(made))


def _shares(shares: NDArray[np.float64], prevailing: set[str]) -> NDArray[np.float64]:
    """What each family says of two networks: in full where what they share prevails in both."""
    said = np.array([name in prevailing for name in COMPARISONS])
    found = np.where(shares < 0, np.maximum(shares, APART), shares)
    found = np.where(_OWNED & ~said & (found > 0), 0.0, found)
    lent = np.where(~_OWNED & (found > 0), found, 0.0)
    return np.where(~_OWNED & (found > 0), lent * min(1.0, LENT / max(float(lent.sum()), 1e-9)), found)


def _is_telling(kinds: set[tuple[str, str]], shares: NDArray[np.float64]) -> bool:
    """Whether what prevails in both could not as well be a rival's words."""
    speaking = {name for name, share in zip(COMPARISONS, shares.tolist(), strict=True) if share >= SPEAKS}
    said = {(family, kind) for family, kind in kinds if family in speaking and family in FAMILIES}
    return any(kind in COSTLY for _, kind in said) or len({family for family, _ in said}) >= FAMILIES_LEAST


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


def hypotheses(weighed: Weighed, ids: Mapping[int, str]) -> list[Hypothesis]:
    """The joints in words, networks by their ids."""
    teller = Teller(weighed.wholes.marks, weighed.wholes.seen, things="networks")
    found = weighed.wholes.pairs
    told = []
    for joint in weighed.joints:
        if joint.left not in ids or joint.right not in ids:
            continue
        left, right = int(found.left[joint.pair]), int(found.right[joint.pair])
        shares = teller.shares(left, right, joint.shares, found.prior)
        state = "joined" if joint.is_joined else "open"
        told.append(Hypothesis(ids[joint.left], ids[joint.right], round(joint.bits, 2), shares, state))
    return told


def confidence(bits: float) -> float:
    """How probable it is, as far as bits can say before a person has looked."""
    return min(BEST, float(1 / (1 + 2.0**-bits)))
