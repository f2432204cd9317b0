"""`fyke policy`: every weight, threshold and action as it stands, and where it was set."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from fyke.cli import setup
from fyke.cli.errors import Wrong, nearest
from fyke.cli.options import configured
from fyke.cli.screen import Screen, clean, fit, wrap
from fyke.cli.tally import sentences
from fyke.judge.policy import Entry, Policy


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="only values whose name has this in it")
    parser.add_argument("--changed", action="store_true", help="only what differs from the shipped policy")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Print the policy."""
    policy = setup.engine(setup.settings(args)).policy
    entries = _chosen(policy.entries, args.names)
    if args.changed:
        entries = [entry for entry in entries if entry.value != entry.shipped]
    if args.json:
        for entry in entries:
            print(msgspec.json.encode(entry).decode())
        return 0
    screen = Screen(sys.stdout)
    _print(screen, entries, policy)
    screen.line()
    changed = sum(entry.value != entry.shipped for entry in policy.entries)
    screen.line(screen.style(f"policy {policy.id}: {len(policy.entries):,} values, {changed:,} changed", "dim"))
    return 0


def _chosen(entries: Sequence[Entry], names: Sequence[str]) -> list[Entry]:
    """The entries that one of the words is in; `Wrong` for a word that is in none."""
    for name in names:
        if not any(name.lower() in entry.name.lower() for entry in entries):
            known = [part for entry in entries for part in (entry.name, entry.name.rpartition(".")[2])]
            raise Wrong(f"the policy has no value {name}{nearest(name, known)}")
    words = [name.lower() for name in names]
    return [entry for entry in entries if not words or any(word in entry.name.lower() for word in words)]


def _print(screen: Screen, entries: Sequence[Entry], policy: Policy) -> None:
    said = sentences(policy)
    width = max((len(entry.name) for entry in entries), default=0)
    origins = max((len(entry.origin) for entry in entries), default=0)
    table = ""
    for entry in entries:
        name = entry.name.partition(".")[0]
        if table and name != table:
            screen.line()
        table = name
        changed = entry.value != entry.shipped
        was = f"  (shipped: {value(entry.shipped)})" if changed and entry.shipped is not None else ""
        text = "" if changed else said.get(entry.name.removeprefix("bits."), "")
        head = f"{fit(entry.name, width)}  {fit(clean(entry.origin), origins)}  "
        first, *rest = wrap(clean(value(entry.value)) + was + (f"  {text}" if text else ""), screen.width - len(head))
        screen.line(head + (screen.style(first, "bold") if changed else first))
        for line in rest:
            screen.line(" " * len(head) + line)


def value(given: Any) -> str:
    """A value as TOML would have it."""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, list | tuple):
        return "[" + ", ".join(map(value, given)) + "]"
    return f'"{given}"' if isinstance(given, str) else f"{given}"
