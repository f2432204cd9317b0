"""From facts to networks and operations: everything weighed anew, ids kept, a person's words obeyed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fyke.lab.engine import LOCAL, Engine
from fyke.lab.linking.link import Linked, link
from fyke.lab.linking.marks import Marks, read
from fyke.lab.linking.told import Teller, sites_of
from fyke.lab.names import named
from fyke.lab.operations.decisions import Word, barred, meant, standing
from fyke.lab.operations.join import ALTERNATIVES, Joint, confidence, grouped, hypotheses, joints
from fyke.lab.operations.parts import parts
from fyke.model.gang import Alias, Hypothesis, Link, Network, Operation, Part
from fyke.store.cases import Cases, Conclusions

SUREST = 0.9999  # of what no person has said


def conclude(
    facts: Any,
    cases: Cases,
    at: datetime,
    *,
    honest: Iterable[str] = (),
    is_common: Callable[[str, str], bool] = lambda _kind, _value: False,
    engine: Engine = LOCAL,
) -> Conclusions:
    """Rebuild from a relation of facts, and put it in place of what was concluded before."""
    word = standing(cases.decisions())
    linked = link(read(facts, is_common=is_common), honest, barred(word), engine)
    before = cases.latest()
    made, aliases = concluded(linked, word, before, at, cases.aliases())
    cases.replace(made, aliases)
    return made


def concluded(
    linked: Linked, word: Word, before: Conclusions | None, at: datetime, earlier: Sequence[Alias] = ()
) -> tuple[Conclusions, list[Alias]]:
    """The conclusions in words, and what became of the ids before."""
    labels = _together(linked.labels, linked.marks, word)
    groups = dict(sites_of(labels, linked.marks.sites))
    old = {each.id: frozenset(each.sites) for each in before.networks} if before else {}
    ids, aliases = named("n-", [frozenset(sites) for sites in groups.values()], old, at)
    by_label = dict(zip(groups, ids, strict=True))
    names = _known_as([*earlier, *aliases])
    networks = [
        Network(by_label[label], sites, _sure(linked, label, labels), names.get(by_label[label], ()))
        for label, sites in groups.items()
    ]
    weighed = joints(linked, labels)
    told = hypotheses(weighed, by_label)
    operations, more = _Operations(linked, word, networks, by_label, told).made(weighed.joints, before, at, earlier)
    conclusions = Conclusions(
        at=at,
        networks=tuple(sorted(networks, key=lambda each: (-len(each.sites), each.id))),
        operations=tuple(operations),
        links=tuple(_links(linked)),
        hypotheses=tuple(told),
        sites=len(linked.marks.sites),
    )
    return conclusions, [*aliases, *more]


class _Operations:
    """Makes operations of networks."""

    def __init__(
        self,
        linked: Linked,
        word: Word,
        networks: Sequence[Network],
        by_label: dict[int, str],
        told: Sequence[Hypothesis],
    ) -> None:
        self._linked, self._word, self._networks, self._by_label, self._told = linked, word, networks, by_label, told

    def made(
        self, weighed: Sequence[Joint], before: Conclusions | None, at: datetime, earlier: Sequence[Alias]
    ) -> tuple[list[Operation], list[Alias]]:
        """The operations, the largest first, and what became of ids before."""
        sites = {each.id: frozenset(each.sites) for each in self._networks}
        shops = self._shops(weighed, sites)
        groups = [frozenset().union(*(sites[name] for name in names)) for names in shops]
        was = {each.id: frozenset().union(*_sites_before(before, each)) for each in before.operations} if before else {}
        ids, aliases = named("g-", groups, was, at)
        of_site = _numbers(self._linked.marks, dict(zip(ids, groups, strict=True)))
        roles = parts(self._linked, of_site, dict(zip(ids, shops, strict=True)))
        names = _known_as([*earlier, *aliases])
        size = dict(zip(ids, map(len, groups), strict=True))
        made = [
            self._operation(name, shop, group, roles[name], names.get(name, ()))
            for name, shop, group in zip(ids, shops, groups, strict=True)
        ]
        return sorted(made, key=lambda each: (-size[each.id], each.id)), aliases

    def _shops(self, weighed: Sequence[Joint], sites: dict[str, frozenset[str]]) -> list[tuple[str, ...]]:
        """The networks of each operation; those of one that a person rejected stand alone."""
        rejected = {
            label for label, name in self._by_label.items() if any(sites[name] & said for said in self._word.rejected)
        }
        root = grouped(list(self._by_label), [each for each in weighed if not {each.left, each.right} & rejected])
        members: dict[int, list[str]] = {}
        for label, name in self._by_label.items():
            members.setdefault(root[label], []).append(name)
        return [tuple(sorted(names)) for names in members.values()]

    def _operation(
        self, name: str, shop: tuple[str, ...], group: frozenset[str], roles: Sequence[Part], aliases: tuple[str, ...]
    ) -> Operation:
        inside = set(shop)
        inner = [each for each in self._told if {each.left, each.right} <= inside and each.state == "joined"]
        outer = [each for each in self._told if len({each.left, each.right} & inside) == 1][:ALTERNATIVES]
        confirmed = any(meant(said, group) for said in self._word.confirmed)
        sure = min([confidence(each.bits) for each in inner] or [_least(self._networks, shop)])
        return Operation(
            id=name,
            name=next((text for said, text in reversed(self._word.names) if meant(said, group)), ""),
            networks=shop,
            parts=tuple(roles),
            confidence=1.0 if confirmed else round(sure, 4),
            alternatives=tuple(outer),
            confirmed=confirmed,
            aliases=aliases,
        )


def _least(networks: Sequence[Network], shop: Sequence[str]) -> float:
    return min(each.confidence for each in networks if each.id in shop)


def _sites_before(before: Conclusions, operation: Operation) -> Iterable[frozenset[str]]:
    wanted = set(operation.networks)
    return (frozenset(each.sites) for each in before.networks if each.id in wanted)


def _together(labels: NDArray[np.int32], marks: Marks, word: Word) -> NDArray[np.int32]:
    """Labels with what a person joined."""
    if not word.together:
        return labels
    labels = labels.copy()
    number = {site: at for at, site in enumerate(marks.sites)}
    for one, other in word.together:
        found = sorted({int(labels[number[site]]) for site in one | other if site in number})
        for label in found[1:]:
            labels[labels == label] = found[0]
    return labels


def _sure(linked: Linked, label: int, labels: NDArray[np.int32]) -> float:
    """How probable it is that two sites of a network are one operator's: by the links that hold it together."""
    chosen = linked.joined.links
    inside = chosen[labels[linked.pairs.left[chosen]] == label]
    if not len(inside):
        pooled = linked.pooled.merged
        inside_pooled = pooled[labels[linked.pooled.pairs.left[pooled]] == label]
        bits = linked.pooled.pairs.bits[inside_pooled]
    else:
        bits = linked.pairs.bits[inside]
    if not len(bits):
        return 1.0  # a person joined them
    return min(round(float(np.mean(1 / (1 + np.exp2(-bits.astype(np.float64))))), 4), SUREST)


def _links(linked: Linked) -> Iterable[Link]:
    """The links of sites, then those of pooling: between the smallest sites of what was joined."""
    teller = Teller(linked.marks, linked.seen)
    found = linked.pairs
    sites = linked.marks.sites
    told: dict[tuple[str, str], Link] = {}
    for pair in linked.joined.links.tolist():
        left, right = int(found.left[pair]), int(found.right[pair])
        shares = teller.shares(left, right, found.shares[pair].tolist(), found.prior)
        told[sites[left], sites[right]] = Link(sites[left], sites[right], round(float(found.bits[pair]), 2), shares)
    whole = Teller(linked.pooled.marks, linked.pooled.seen)
    found = linked.pooled.pairs
    for pair in linked.pooled.merged.tolist():
        left, right = int(found.left[pair]), int(found.right[pair])
        shares = whole.shares(left, right, found.shares[pair].tolist(), found.prior)
        key = (sites[left], sites[right])
        told.setdefault(key, Link(*key, round(float(found.bits[pair]), 2), shares))
    return told.values()


def _numbers(marks: Marks, groups: dict[str, frozenset[str]]) -> dict[int, str]:
    number = {site: at for at, site in enumerate(marks.sites)}
    return {number[site]: name for name, sites in groups.items() for site in sites}


def _known_as(aliases: Sequence[Alias]) -> dict[str, tuple[str, ...]]:
    """By id, the ids that went into it."""
    found: dict[str, list[str]] = {}
    for alias in aliases:
        if alias.reason == "merged" and alias.new:
            found.setdefault(alias.new, []).append(alias.old)
    return {new: tuple(dict.fromkeys(olds)) for new, olds in found.items()}
