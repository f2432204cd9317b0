"""What is drawn of an operation: its sites in the order of time, its campaigns, and what several of them share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from fyke.lab.linking.marks import FAMILIES, Marks, gathered
from fyke.lab.linking.told import NAMES
from fyke.model.gang import Network

ROWS = 60  # things shared that are drawn; the rest are counted
LANES = 14  # campaigns
DAY_S = 86_400.0


class Row(Struct, frozen=True):
    """One thing that several sites share."""

    family: str
    name: str
    value: str
    sites: tuple[int, ...]  # columns


class Lane(Struct, frozen=True):
    """One campaign: when it ran, and which sites it sent people to."""

    name: str
    first_s: float
    last_s: float
    sites: tuple[int, ...]


class Column(Struct, frozen=True):
    """One site."""

    site: str
    network: str
    first_s: float
    last_s: float


class Layout(Struct, frozen=True):
    """All that is drawn."""

    columns: tuple[Column, ...]  # by network, then by when they were seen first
    rows: tuple[Row, ...]  # by family
    lanes: tuple[Lane, ...]
    left_out: int  # things shared that are not drawn


def layout(networks: Sequence[Network], facts: Any) -> Layout:
    """Lay an operation out. `facts`: a relation of all facts."""
    network_of = {site: network.id for network in networks for site in network.sites}
    rows = _facts(facts, sorted(network_of))
    spans: dict[str, tuple[float, float]] = {}
    for site, _, _, first, last in rows:
        low, high = spans.get(site, (first, last))
        spans[site] = (min(low, first), max(high, last))
    order = {network.id: at for at, network in enumerate(networks)}
    sites = sorted(spans, key=lambda site: (order[network_of[site]], spans[site], site))
    columns = tuple(Column(site, network_of[site], *spans[site]) for site in sites)
    column = {site: at for at, site in enumerate(sites)}
    marks = gathered(rows)
    shared = _shared(marks, column)
    return Layout(columns, tuple(shared[:ROWS]), tuple(_lanes(rows, column)), max(0, len(shared) - ROWS))


def _facts(facts: Any, sites: Sequence[str]) -> list[tuple[str, str, str, float, float]]:
    there = {f"site:{site}" for site in sites}
    columns = "about, kind, value, epoch(min(seen_from)) AS a, epoch(max(seen_to)) AS b"
    rows = facts.aggregate(columns, "about, kind, value").fetchall()
    return sorted((about[5:], *rest) for about, *rest in rows if about in there)


def _shared(marks: Marks, column: dict[str, int]) -> list[Row]:
    """What at least two sites share, the most shared of each family first; one family after another gets a row."""
    by_family: dict[str, list[Row]] = {family: [] for family in FAMILIES}
    for mark in marks.marks:
        if mark.kind != "campaign":
            places = tuple(sorted(column[marks.sites[at]] for at in mark.holders.tolist()))
            by_family[mark.family].append(Row(mark.family, NAMES[mark.kind], mark.value, places))
    for rows in by_family.values():
        rows.sort(key=lambda row: (-len(row.sites), row.name, row.value))
    taken: list[Row] = []
    for rank in range(max((len(rows) for rows in by_family.values()), default=0)):
        taken += [rows[rank] for rows in by_family.values() if rank < len(rows)]
    drawn, rest = taken[:ROWS], taken[ROWS:]
    drawn.sort(key=lambda row: (FAMILIES.index(row.family), -len(row.sites), row.value))
    return [*drawn, *rest]


def _lanes(rows: Sequence[tuple[str, str, str, float, float]], column: dict[str, int]) -> list[Lane]:
    found: dict[str, list[tuple[float, float, int]]] = {}
    for site, kind, value, first, last in rows:
        if kind == "campaign":
            found.setdefault(value, []).append((first, last, column[site]))
    lanes = [
        Lane(
            name, min(each[0] for each in held), max(each[1] for each in held), tuple(sorted(each[2] for each in held))
        )
        for name, held in found.items()
    ]
    lanes.sort(key=lambda lane: (-len(lane.sites), lane.first_s, lane.name))
    return sorted(lanes[:LANES], key=lambda lane: (lane.first_s, lane.name))


def day(seconds: float) -> str:
    """A day, for people."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
