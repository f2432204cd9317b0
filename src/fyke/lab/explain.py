"""Why are these two together? The links between them in bits, and what would have to be false for them to part."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from msgspec import Struct

from fyke.lab.linking.gate import FEW, MANY, SPEAKS, SURE
from fyke.lab.linking.marks import FAMILIES, OWNED
from fyke.model.finding import Contribution
from fyke.model.gang import Hypothesis, Link, Network, Operation
from fyke.store.cases import Cases, Conclusions

PRIOR = "prior"


class Survival(Struct, frozen=True):
    """What is left of a network without one family of evidence."""

    family: str
    holds: bool  # the two that were asked for stay together
    largest: int  # sites of the largest piece
    pieces: int


class Why(Struct, frozen=True):
    """Why two sites, networks or operations are together, or how far from it they are."""

    left: str
    right: str
    together: str  # id of the network or operation that has both; empty
    sentence: str
    path: tuple[Link, ...] = ()  # the strongest chain of links from one to the other
    hypothesis: Hypothesis | None = None  # where it is networks that are compared
    survival: tuple[Survival, ...] = ()
    weakest: tuple[str, ...] = ()  # reasons, all of which would have to be false for the two to part
    rival: str = ""  # the nearest other explanation


class NotKnownError(LookupError):
    """Nothing of that name; the text names what is near."""


def why(cases: Cases, left: str, right: str) -> Why:
    """Explain two names: sites, ids of networks or of operations, also ids that were. Raises `NotKnownError`."""
    latest = cases.latest()
    if latest is None:
        raise NotKnownError("nothing is concluded yet; run fyke lab run first")
    renamed = {alias.old: alias.new for alias in cases.aliases() if alias.new and alias.reason == "merged"}
    one, other = _network(latest, cases, renamed, left), _network(latest, cases, renamed, right)
    if one.id == other.id:
        return _within(cases, latest, one, _site(one, left), _site(one, right))
    return _between(latest, one, other)


def survival(links: Sequence[Link], sites: Sequence[str], left: str, right: str) -> list[Survival]:
    """Without each family in turn: whether two sites stay together, and what becomes of the network."""
    found = []
    for family in FAMILIES:
        if not any(share.name == family and share.bits > 0 for link in links for share in link.shares):
            continue
        kept = [link for link in links if _stands(link, family)]
        pieces = _pieces(sites, kept)
        sizes = sorted((list(pieces.values()).count(root) for root in set(pieces.values())), reverse=True)
        found.append(Survival(family, pieces[left] == pieces[right], sizes[0], len(sizes)))
    return found


def weakest(links: Sequence[Link], left: str, right: str) -> list[str]:
    """The fewest reasons, all of which would have to be false for the two to part: a cut by what is shared.

    A reason is what a family says of a link. They are taken away one after another, each time the one that carries most
    of the strongest chain; so the number is an upper bound.
    """
    gone: set[str] = set()
    taken: list[str] = []
    while chain := path([link for link in links if _stands_without(link, gone)], left, right):
        counted: dict[str, float] = {}
        for link in chain:
            for share in link.shares:
                if share.bits >= SPEAKS and share.name in FAMILIES and share.why not in gone:
                    counted[share.why] = counted.get(share.why, 0.0) + share.bits
        if not counted:
            break
        best = max(sorted(counted), key=lambda reason: counted[reason])
        gone.add(best)
        taken.append(best)
    return taken


def path(links: Sequence[Link], left: str, right: str) -> list[Link]:
    """The chain from one to the other whose weakest link is strongest; the shorter of two; empty for none."""
    beside: dict[str, list[Link]] = {}
    for link in links:
        beside.setdefault(link.left, []).append(link)
        beside.setdefault(link.right, []).append(link)
    queue: list[tuple[float, int, str, int, tuple[Link, ...]]] = [(-1e9, 0, left, 0, ())]
    seen: set[str] = set()
    ties = 0
    while queue:
        bits, length, site, _, chain = heapq.heappop(queue)
        if site == right:
            return list(chain)
        if site in seen:
            continue
        seen.add(site)
        for link in beside.get(site, ()):
            other = link.right if link.left == site else link.left
            if other not in seen:
                ties += 1  # never compares chains
                heapq.heappush(queue, (max(bits, -link.bits), length + 1, other, ties, (*chain, link)))
    return []


def _within(cases: Cases, latest: Conclusions, network: Network, left: str, right: str) -> Why:
    links = cases.links(network.sites)
    if left == right:  # a network as a whole: its two ends
        left, right = network.sites[0], network.sites[-1]
    chain = path(links, left, right)
    lasts = survival(links, network.sites, left, right)
    cut = weakest(links, left, right)
    return Why(
        left=left,
        right=right,
        together=network.id,
        sentence=_sentence(left, right, chain, lasts),
        path=tuple(chain),
        survival=tuple(lasts),
        weakest=tuple(cut),
        rival=_rival(latest, network),
    )


def _between(latest: Conclusions, one: Network, other: Network) -> Why:
    ends = {one.id, other.id}
    found = next((each for each in latest.hypotheses if {each.left, each.right} == ends), None)
    operation = next((each for each in latest.operations if ends <= set(each.networks)), None)
    together = operation.id if operation else ""
    if found is None:
        sentence = "They share nothing that is evidence of one operator."
        if operation is not None:
            sentence = "They are of one operation by way of its other networks; directly they share too little."
    else:
        best = [share.why for share in found.shares if share.bits >= SPEAKS]
        verb = "are taken together" if together else "are not taken together"
        sentence = f"They {verb}, at {found.bits:+.1f} bits: {'; '.join(best) or 'nothing strong in common'}."
    return Why(one.id, other.id, together, sentence, hypothesis=found, rival=_supplier(operation, found))


def _sentence(left: str, right: str, chain: Sequence[Link], lasts: Sequence[Survival]) -> str:
    if not chain:
        return f"{left} and {right} were put together by a person."
    reasons = list(dict.fromkeys(share.why for link in chain for share in link.shares if share.bits >= SPEAKS))
    by_way = f", by way of {len(chain) - 1} other sites" if len(chain) > 1 else ""
    breaks = [each.family for each in lasts if not each.holds]
    fate = f"Without {' or '.join(breaks)} they would part." if breaks else "No single family of evidence parts them."
    return f"{left} and {right}{by_way}: {'; '.join(reasons[:4])}. {fate}"


def _rival(latest: Conclusions, network: Network) -> str:
    """The nearest network that it was not joined with."""
    near = [each for each in latest.hypotheses if network.id in (each.left, each.right) and each.state == "open"]
    if not near:
        return "No other network comes near."
    best = max(near, key=lambda each: each.bits)
    other = best.right if best.left == network.id else best.left
    chance = 1 / (1 + 2.0 ** min(-best.bits, 60.0))
    return f"Nearest other network: {other}, at {best.bits:+.1f} bits (probability {chance:.2g})."


def _supplier(operation: Operation | None, found: Hypothesis | None) -> str:
    if found is None or operation is not None:
        return ""
    rented = next((share.why for share in found.shares if share.name == "rented" and share.bits > 0), "")
    return f"A common supplier explains it: {rented}." if rented else ""


def _stands(link: Link, without: str) -> bool:
    return _is_link([share for share in link.shares if share.name != without])


def _stands_without(link: Link, gone: set[str]) -> bool:
    return _is_link([share for share in link.shares if share.why not in gone])


def _is_link(shares: Sequence[Contribution]) -> bool:
    """The gate, for shares in words."""
    says = {share.name for share in shares if share.bits >= SPEAKS and share.name in FAMILIES}
    enough = len(says) >= (FEW if says & OWNED else MANY)
    return enough and sum(share.bits for share in shares) >= SURE


def _pieces(sites: Sequence[str], links: Sequence[Link]) -> Mapping[str, str]:
    root = {site: site for site in sites}

    def find(site: str) -> str:
        while root[site] != site:
            root[site] = root[root[site]]
            site = root[site]
        return site

    for link in links:
        one, other = sorted((find(link.left), find(link.right)))
        root[other] = one
    return {site: find(site) for site in sites}


def _network(latest: Conclusions, cases: Cases, renamed: Mapping[str, str], name: str) -> Network:
    """The network of that id, of that site, or the largest of that operation."""
    name = name.strip().lower().rstrip(".")
    wanted = {name}
    while (name := renamed.get(name, "")) and name not in wanted:
        wanted.add(name)
    by_id = {each.id: each for each in latest.networks}
    for each in latest.operations:
        if each.id in wanted or (each.name and each.name.lower() in wanted):
            return max((by_id[network] for network in each.networks), key=lambda one: len(one.sites))
    for one in wanted:
        found = by_id.get(one) or by_id.get(cases.network_of(one))
        if found is not None:
            return found
    first = min(wanted)
    raise NotKnownError(f"{first}: neither a site that is linked to another, nor a network, nor an operation")


def _site(network: Network, name: str) -> str:
    name = name.strip().lower().rstrip(".")
    return name if name in network.sites else network.sites[0]
