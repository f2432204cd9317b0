"""Marks that sites bear: facts as they are compared. A mark is a kind and a value; sites that have it are its holders.

Some facts are no marks as they stand: two pages are never equal to the byte, and a second's time is nobody's alone.
`likeness` makes marks of sketches, `batches` of times. What is rented again by others after a while is another mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.lab.linking import batches, likeness

REST_S = 45 * 86_400.0  # after so long without a holder, an address or a name server is somebody else's
LET_ON = frozenset({"ip", "asn", "ns", "mx", "soa", "certificate_name", "redirects_to"})  # kinds that change hands
MOST_HOLDERS = 5_000  # of a mark: one that more sites have tells nothing, and would make 12 million pairs

# The family of each kind of mark: kinds of one family are taken to depend on each other, families not.
FAMILY = {
    "registrant": "registration",
    "registrant_org": "registration",
    "registrant_email": "registration",
    "registrant_phone": "registration",
    "registrant_address": "registration",
    "registered": "registration",  # a batch
    "ns": "dns",
    "mx": "dns",
    "soa": "dns",
    "ip": "hosting",
    "asn": "hosting",
    "redirects_to": "hosting",
    "certificate": "certificate",
    "certificate_key": "certificate",
    "certificate_name": "certificate",
    "issued": "certificate",  # a batch
    "page": "content",  # alike in markup and words
    "skeleton": "content",  # alike in markup
    "words": "content",  # alike in words
    "favicon": "content",
    "title": "content",
    "form": "content",
    "kit": "content",
    "analytics": "tracking",
    "affiliate": "tracking",
    "processor": "money",
    "merchant": "money",
    "wallet": "money",
    "phone": "contact",
    "email": "contact",
    "postal": "contact",
    "po_box": "contact",
    "company": "contact",
    "campaign": "message",
    "url_shape": "message",
}
FAMILIES = tuple(dict.fromkeys(FAMILY.values()))
# What its owner has to be paid, called or written at by, or must hold the key of: nobody lends it to a rival.
OWNED = frozenset({"registration", "certificate", "tracking", "money", "contact"})

Row = tuple[str, str, str, float, float]  # site, kind, value, seen from and to in seconds since the epoch


class Mark(Struct, frozen=True):
    """A kind and a value that sites have in common."""

    kind: str
    value: str
    holders: NDArray[np.int32]  # numbers of sites, ascending
    chance: float = 0.0  # of these so many would have it by mere coincidence

    @property
    def family(self) -> str:
        """What it is evidence of."""
        return FAMILY[self.kind]

    @property
    def key(self) -> str:
        """Kind and value as one string."""
        return f"{self.kind}={self.value}"


class Marks(Struct, frozen=True):
    """All that is compared of the sites."""

    sites: tuple[str, ...]  # ascending
    marks: tuple[Mark, ...]  # each with two holders at least, by kind and value
    lone: dict[str, NDArray[np.bool_]]  # by family: which sites have a mark that no other has
    known: dict[str, NDArray[np.bool_]] = {}  # by kind: which sites have any value of it
    counts: dict[str, NDArray[np.int32]] = {}  # by kind: how many values a site has
    common: tuple[tuple[str, int], ...] = ()  # marks of too many sites, and of how many

    def of(self, site: int) -> list[int]:
        """Which marks a site has, as numbers."""
        return [at for at, mark in enumerate(self.marks) if _has(mark.holders, site)]


def read(facts: Any, *, is_common: Callable[[str, str], bool] = lambda _kind, _value: False) -> Marks:
    """The marks of all sites in a relation of facts (DuckDB). `is_common`: what is everybody's, by kind and value."""
    rows = facts.filter("starts_with(about, 'site:')").aggregate(
        "substr(about, 6) AS site, kind, value, epoch(min(seen_from)) AS a, epoch(max(seen_to)) AS b",
        "about, kind, value",
    )
    return gathered(rows.fetchall(), is_common=is_common)


def gathered(rows: Iterable[Row], *, is_common: Callable[[str, str], bool] = lambda _kind, _value: False) -> Marks:
    """The marks of these rows, in whatever order they come."""
    every = sorted(set(rows))
    sites = tuple(sorted({row[0] for row in every}))
    number = {site: at for at, site in enumerate(sites)}
    lone = {family: np.zeros(len(sites), dtype=np.bool_) for family in FAMILIES}
    spans: dict[tuple[str, str], list[tuple[float, float, int]]] = {}
    by_kind: dict[str, list[tuple[str, str]]] = {}
    for site, kind, value, first, last in every:
        by_kind.setdefault(kind, []).append((site, value))
        family = FAMILY.get(kind)
        if family is not None and not is_common(kind, value):
            spans.setdefault((kind, value), []).append((first, last, number[site]))
    made = [mark for (kind, value), held in spans.items() for mark in _divided(kind, value, held)]
    made += [Mark(kind, value, _numbers(held, number)) for kind, value, held in likeness.groups(by_kind)]
    made += [
        Mark(kind, value, _numbers(held, number), chance) for kind, value, held, chance in batches.batches(by_kind)
    ]
    for mark in made:
        if len(mark.holders) == 1:
            lone[mark.family][mark.holders] = True
    made.sort(key=lambda mark: (mark.kind, mark.value))
    values = {kind: _counted(held, number) for kind, held in by_kind.items() if kind in FAMILY}
    return Marks(
        sites,
        tuple(mark for mark in made if 2 <= len(mark.holders) <= MOST_HOLDERS),
        lone,
        {kind: counts > 0 for kind, counts in values.items()},
        values,
        tuple((mark.key, len(mark.holders)) for mark in made if len(mark.holders) > MOST_HOLDERS),
    )


def _divided(kind: str, value: str, held: Sequence[tuple[float, float, int]]) -> Iterable[Mark]:
    """One mark; several where nobody had it for long between."""
    if kind not in LET_ON:
        yield Mark(kind, value, np.unique(np.array([site for _, _, site in held], dtype=np.int32)))
        return
    groups: list[list[int]] = []
    until = -np.inf
    for first, last, site in sorted(held):
        if first > until + REST_S:
            groups.append([])
        groups[-1].append(site)
        until = max(until, last)
    for at, group in enumerate(groups):
        yield Mark(kind, value if not at else f"{value} ({at + 1})", np.unique(np.array(group, dtype=np.int32)))


def _numbers(sites: Iterable[str], number: dict[str, int]) -> NDArray[np.int32]:
    return np.unique(np.array([number[site] for site in sites], dtype=np.int32))


def _counted(held: Iterable[tuple[str, str]], number: dict[str, int]) -> NDArray[np.int32]:
    """By site, how many values it has."""
    found = np.zeros(len(number), dtype=np.int32)
    for site, _ in set(held):
        found[number[site]] += 1
    return found


def _has(holders: NDArray[np.int32], site: int) -> bool:
    at = int(np.searchsorted(holders, site))
    return at < len(holders) and int(holders[at]) == site
