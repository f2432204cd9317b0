"""`fyke sites`: what is known of sites, when it was so, where that is known from, and what was known at a time."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from fyke import house
from fyke.cli import setup
from fyke.cli.errors import Wrong, nearest
from fyke.cli.options import configured, count
from fyke.cli.screen import Screen, clean, fit, plural
from fyke.cli.spans import moment
from fyke.config import Config, Problem
from fyke.lab.sites.base import site
from fyke.model.fact import FAMILIES, FAMILY, Fact
from fyke.model.gang import Network, Operation
from fyke.store.cases import Conclusions
from fyke.store.labels import StoreError

ROWS = 40  # sites that are listed
VALUES = 12  # facts of a family that are shown

EXAMPLES = """examples:
  fyke sites                                the sites that mail led to, those with the most campaigns first
  fyke sites pills-now.example              all that is known of one, by family of evidence
  fyke sites --as-of 2026-03-01 pills.example   what was known then, whatever came later
  fyke sites --network n-1c05a2b3d4         the sites of one operator
"""

Known = list[tuple[Fact, datetime]]  # each with when it was recorded


class Line(Struct, frozen=True):
    """What a list shows of a site."""

    site: str
    facts: int
    campaigns: int
    seen_from: datetime
    seen_to: datetime
    network: str = ""
    operation: str = ""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("site", metavar="DOMAIN", nargs="?", default="", help="one site, or a host of it")
    parser.add_argument("--as-of", metavar="TIME", default="", help="what was recorded by then: 7d, a day, a moment")
    parser.add_argument("--network", metavar="ID", default="", help="the sites of this network or operation")
    parser.add_argument("--least", metavar="N", type=count, default=1, help="campaigns from which one is listed (1)")
    parser.add_argument("--all", action="store_true", help="list all of them, and all facts of one")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """List or show; 1 where nothing is known."""
    config = setup.settings(args).config
    try:
        as_of = moment(args.as_of, datetime.now(UTC)) if args.as_of else None
    except ValueError as error:
        raise Wrong(f"--as-of: {error}") from None
    try:
        if args.site:
            return _show(args, config, as_of)
        return _list(args, _lines(config, as_of))
    except (Problem, StoreError) as error:
        raise Wrong(str(error)) from None


def _lines(config: Config, as_of: datetime | None) -> list[Line]:
    latest = _latest(config)
    networks, operations = _owners(latest)
    rows = (
        house.facts(config)
        .relation(as_of)
        .filter("starts_with(about, 'site:')")
        .aggregate(
            "substr(about, 6) AS site, count(DISTINCT (kind, value)) AS facts,"
            " count(DISTINCT value) FILTER (kind = 'campaign') AS campaigns,"
            " epoch(min(seen_from)) AS first, epoch(max(seen_to)) AS last",
            "about",
        )
        .order("campaigns DESC, site")
    )
    found = []
    for name, facts, campaigns, first, last in rows.fetchall():
        network = networks.get(name)
        operation = operations.get(network.id) if network is not None else None
        seen = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)
        found.append(
            Line(name, facts, campaigns, *seen, network.id if network else "", operation.id if operation else "")
        )
    return found


def _latest(config: Config) -> Conclusions | None:
    cases = house.cases(config)
    try:
        return cases.latest()
    finally:
        cases.close()


def _owners(latest: Conclusions | None) -> tuple[dict[str, Network], dict[str, Operation]]:
    """The network of each site and the operation of each network."""
    if latest is None:
        return {}, {}
    networks = {name: network for network in latest.networks for name in network.sites}
    return networks, {network: each for each in latest.operations for network in each.networks}


def _list(args: argparse.Namespace, lines: Sequence[Line]) -> int:
    if args.network:
        owners = {each.network for each in lines} | {each.operation for each in lines}
        if args.network not in owners:
            raise Wrong(f"--network {clean(args.network)}: no such network{nearest(args.network, owners - {''})}")
        lines = [each for each in lines if args.network in (each.network, each.operation)]
    else:
        lines = [each for each in lines if each.campaigns >= args.least]
    if args.json:
        for each in lines:
            print(msgspec.json.encode(each).decode())
        return 0 if lines else 1
    screen = Screen(sys.stdout)
    if not lines:
        screen.line("no sites; fyke lab run reads mail and what is known of sites")
        return 1
    shown = lines if args.all else lines[:ROWS]
    room = max(20, screen.width - 68)
    head = f"{'site':<{room}} {'campaigns':>9} {'facts':>6}  {'seen':<23}  {'network':<12}  operation"
    screen.line(screen.style(head, "dim"))
    for each in shown:
        seen = f"{each.seen_from:%Y-%m-%d} {each.seen_to:%Y-%m-%d}"
        screen.line(
            f"{fit(clean(each.site), room):<{room}} {each.campaigns:>9,} {each.facts:>6,}  {seen:<23}"
            f"  {each.network:<12}  {each.operation}".rstrip()
        )
    more = f"; {len(lines) - len(shown):,} more with --all" if len(lines) > len(shown) else ""
    screen.line(screen.style(plural(len(lines), "site") + more, "dim"))
    return 0


def _show(args: argparse.Namespace, config: Config, as_of: datetime | None) -> int:
    about = site(args.site) or f"site:{args.site.strip().lower()}"
    store = house.facts(config)
    known = store.of(about, as_of)
    name = about.removeprefix("site:")
    if not known:
        names = [row[0] for row in _names(store.relation(as_of))]
        when = f" as of {args.as_of}" if as_of else ""
        raise Wrong(f"{clean(name)}: nothing is known of it{when}{nearest(name, names)}")
    networks, operations = _owners(_latest(config))
    network = networks.get(name)
    operation = operations.get(network.id) if network is not None else None
    if args.json:
        told: dict[str, Any] = {
            "site": name,
            "network": network.id if network else "",
            "operation": operation.id if operation else "",
            "facts": [
                {**msgspec.to_builtins(fact), "family": FAMILY[fact.kind], "recorded_at": at} for fact, at in known
            ],
        }
        print(msgspec.json.encode(told).decode())
        return 0
    screen = Screen(sys.stdout)
    owner = f"{network.id}, {plural(len(network.sites), 'site')}" if network else "in no network"
    screen.title(f"{clean(name)}: {plural(len(known), 'fact')}, {owner}{f', {operation.id}' if operation else ''}")
    for family, kinds in FAMILIES.items():
        _family(screen, family, [each for each in known if each[0].kind in kinds], show_all=args.all)
    return 0


def _told(fact: Fact, recorded_at: datetime) -> dict[str, Any]:
    return {"family": FAMILY[fact.kind], **msgspec.to_builtins(fact), "recorded_at": recorded_at}


def _names(relation: Any) -> list[tuple[str]]:
    found = relation.filter("starts_with(about, 'site:')").aggregate("substr(about, 6) AS site", "about")
    names: list[tuple[str]] = found.fetchall()
    return names


def _family(screen: Screen, family: str, known: Known, *, show_all: bool) -> None:
    if not known:
        return
    screen.line(screen.style(family, "bold"))
    for fact, at in known if show_all else known[:VALUES]:
        room = max(16, screen.width - 76)
        seen = f"{fact.seen_from:%Y-%m-%d} {fact.seen_to:%Y-%m-%d}"
        proof = f" {fact.evidence[:12]}" if fact.evidence else ""
        told = f"{seen}  recorded {at:%Y-%m-%d}  {clean(fact.source)}{proof}"
        screen.line(f"  {fact.kind:<18} {fit(clean(fact.value), room):<{room}} {screen.style(told, 'dim')}")
    if not show_all and len(known) > VALUES:
        screen.line(screen.style(f"  and {len(known) - VALUES:,} more with --all", "dim"))
