"""`fyke lab fetch`: ask the DNS, the registry and a site itself, and keep what they say as facts and evidence."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

import msgspec

from fyke import house
from fyke.cli.errors import Wrong
from fyke.cli.progress import on_stderr
from fyke.cli.screen import Screen, clean, plural
from fyke.config import Config
from fyke.lab.round import Lab
from fyke.lab.sites.base import site
from fyke.lab.sites.fetch import fetch as fetched

TOLD = 40  # sentences that are shown


def fetch(args: argparse.Namespace, lab: Lab, config: Config) -> int:
    """Fetch facts of the sites that are named; 1 where something could not be had. Raises `Wrong`, `Problem`."""
    if args.offline:
        raise Wrong("fyke lab fetch --offline: it is there to ask")
    sites = [_named(word) for word in args.what]
    if args.network:
        sites += _members(lab, args.network)
    if not sites:
        raise Wrong("fyke lab fetch: takes sites, or --network ID")
    _fetch(lab, config, dict.fromkeys(sites))
    taken = lab.taken
    if args.json:
        told = {"sites": len(set(sites)), "received": taken.received, "facts": taken.facts, "problems": taken.told}
        print(msgspec.json.encode(told).decode())
    else:
        Screen(sys.stdout).line(
            f"{plural(len(set(sites)), 'site')} asked: {plural(taken.received, 'thing')} received,"
            f" {plural(taken.facts, 'fact')} kept; fyke lab run weighs them"
        )
        for sentence in taken.told[:TOLD]:
            print(f"fyke: {clean(sentence)}", file=sys.stderr)
    return 1 if taken.problems else 0


def fetch_new(lab: Lab, config: Config) -> None:
    """Fetch facts of sites of unwanted mail of which only mail told so far: as many as `fetch.each_run` says."""
    rows = (
        lab.facts.relation()
        .filter("starts_with(about, 'site:')")
        .aggregate(
            "substr(about, 6) AS site, bool_or(value = 'unwanted' AND kind = 'verdict') AS bad,"
            " bool_or(kind = 'verdict' AND value = 'wanted') AS good,"
            " bool_or(NOT starts_with(source, 'mail:')) AS known,"
            " epoch_us(max(seen_to)) AS last",
            "about",
        )
        .filter("bad AND NOT good AND NOT known")
        .order("last DESC, site")
        .limit(config.fetch.each_run)
    )
    _fetch(lab, config, [row[0] for row in rows.fetchall()])


def _fetch(lab: Lab, config: Config, sites: Iterable[str]) -> None:
    window, registries = house.window(config), house.registries(config)
    bar = on_stderr(0)
    try:
        for number, name in enumerate(sites, 1):
            bar.tell(number, 0)
            lab.take(fetched(name, window, registries, ports=config.fetch.ports))
    finally:
        bar.hide()


def _named(word: str) -> str:
    """The site of a word that may be a URL."""
    host = word.partition("//")[2] or word
    found = site(host.partition("/")[0].rpartition("@")[2].partition(":")[0])
    if not found:
        raise Wrong(f"{clean(word)}: no site; one is a public name such as pills.example")
    return found.removeprefix("site:")


def _members(lab: Lab, network: str) -> list[str]:
    latest = lab.cases.latest()
    found = next((each for each in latest.networks if each.id == network), None) if latest is not None else None
    if found is None:
        raise Wrong(f"--network {clean(network)}: no such network; fyke gangs lists them")
    return sorted(found.sites)
