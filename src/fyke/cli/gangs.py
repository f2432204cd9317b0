"""`fyke gangs`: the operations behind the mail, what they consist of, and a person's word on them."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec

from fyke import house
from fyke.cli import setup
from fyke.cli.errors import Wrong, nearest
from fyke.cli.options import configured, count
from fyke.cli.screen import Screen, clean, fit, percent, plural
from fyke.config import Config, Problem
from fyke.model.gang import Decision, Hypothesis, Network, Operation, Role
from fyke.store.cases import Cases, Conclusions
from fyke.store.labels import StoreError

SHOWN_SITES = 12
SHOWN_PARTS = 8
VERBS = {"confirm": 1, "reject": 1, "name": 2, "join": 2, "part": 2}  # and how many words each takes
ROLES = {Role.SHOP: "shops", Role.SENDER: "senders", Role.SUPPLIER: "shared with others"}

EXAMPLES = """examples:
  fyke gangs                               the operations, the largest first
  fyke gangs g-9a1f7e111d                  one of them: its parts, and what else was considered
  fyke gangs name g-9a1f7e111d "Pill Row"  what it is called from now on
  fyke gangs confirm g-9a1f7e111d          you have looked at it, and it is one
  fyke gangs reject g-9a1f7e111d           its networks do not belong together
  fyke gangs part a.example b.example      these two sites are never taken for one operator's
  fyke gangs join n-1c05a2b3d4 n-77ab90ff01
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument(
        "words",
        metavar="WHAT",
        nargs="*",
        help="an operation, or confirm, reject, name, join, part with what it is about",
    )
    parser.add_argument("--least", metavar="N", type=count, default=3, help="sites from which one is listed (3)")
    parser.add_argument("--by", metavar="NAME", default="", help="who says so, instead of the name of this account")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """List, show or decide; 1 where nothing is concluded yet."""
    config = setup.settings(args).config
    with opened(config) as cases:
        latest = cases.latest()
        if latest is None:
            raise Wrong("nothing is concluded yet: fyke lab run reads mail and what is known of sites")
        if not args.words:
            return _list(args, latest)
        verb, *rest = args.words
        if verb in VERBS:
            return _decide(args, cases, latest, verb, rest)
        if rest:
            raise Wrong(f"fyke gangs {clean(verb)}: no such word{nearest(verb, VERBS)}")
        return _show(args, latest, found(latest, cases, verb))


@contextmanager
def opened(config: Config) -> Iterator[Cases]:
    """What the lab concluded. What goes wrong with it becomes `Wrong`."""
    try:
        cases = house.cases(config)
        try:
            yield cases
        finally:
            cases.close()
    except (Problem, StoreError) as error:
        raise Wrong(str(error)) from None


def found(latest: Conclusions, cases: Cases, name: str) -> Operation:
    """The operation of that id, name, network or site. Raises `Wrong`."""
    wanted = {name.strip().lower()}
    for alias in reversed(cases.aliases()):
        if alias.old in wanted and alias.new:
            wanted.add(alias.new)
    wanted |= {cases.network_of(each) for each in wanted} - {""}
    for each in latest.operations:
        if each.id in wanted or each.name.lower() in wanted or wanted & set(each.networks):
            return each
    known = [each.id for each in latest.operations] + [each.name for each in latest.operations if each.name]
    raise Wrong(f"{clean(name)}: no such operation, network or site{nearest(name, known)}")


def _decide(args: argparse.Namespace, cases: Cases, latest: Conclusions, verb: str, rest: Sequence[str]) -> int:
    if len(rest) != VERBS[verb]:
        one = "an operation" if VERBS[verb] == 1 else "an operation and its name" if verb == "name" else "two of them"
        raise Wrong(f"fyke gangs {verb}: takes {one}")
    text = rest[1].strip() if verb == "name" else ""
    left = _sites(latest, cases, rest[0])
    right = _sites(latest, cases, rest[1]) if verb in ("join", "part") else ()
    if verb in ("join", "part") and set(left) & set(right):
        raise Wrong(f"fyke gangs {verb}: both have {clean(min(set(left) & set(right)))}; name sites instead")
    by = args.by or getpass.getuser()
    cases.decide(Decision(datetime.now(UTC), by, verb, left, right, text))
    if args.json:
        print(msgspec.json.encode({"verb": verb, "sites": len(left) + len(right), "by": by}).decode())
    else:
        Screen(sys.stdout).line(
            f"Kept; fyke lab run concludes anew with it ({plural(len(left) + len(right), 'site')})."
        )
    return 0


def _sites(latest: Conclusions, cases: Cases, name: str) -> tuple[str, ...]:
    """The sites that are meant: one site, those of a network, or of an operation."""
    name = name.strip().lower()
    by_id = {each.id: each for each in latest.networks}
    if name in by_id:
        return by_id[name].sites
    if cases.network_of(name):
        return (name,)
    operation = found(latest, cases, name)
    return tuple(sorted(site for network in operation.networks for site in by_id[network].sites))


def _list(args: argparse.Namespace, latest: Conclusions) -> int:
    networks = {each.id: each for each in latest.networks}
    sizes = {each.id: sum(len(networks[one].sites) for one in each.networks) for each in latest.operations}
    shown = [each for each in latest.operations if sizes[each.id] >= args.least]
    if args.json:
        for each in shown:
            print(msgspec.json.encode({"sites": sizes[each.id], **msgspec.to_builtins(each)}).decode())
        return 0
    screen = Screen(sys.stdout)
    screen.line(
        screen.style(f"{'operation':<14} {'sites':>6} {'networks':>8} {'campaigns':>9} {'sure':>6}  name", "dim")
    )
    for each in shown:
        campaigns = sum(part.role is Role.SENDER for part in each.parts)
        first = each.name or networks[each.networks[0]].sites[0] + " …"
        mark = " ✓" if each.confirmed and screen.has_unicode else " confirmed" if each.confirmed else ""
        screen.line(
            f"{screen.style(each.id, 'bold'):<14} {sizes[each.id]:>6,} {len(each.networks):>8} {campaigns:>9}"
            f" {percent(each.confidence):>6}  {fit(clean(first), max(10, screen.width - 52))}{mark}"
        )
    left = len(latest.operations) - len(shown)
    more = f"; {left:,} with fewer than {args.least} sites are not listed" if left else ""
    when = f"{latest.at:%Y-%m-%d %H:%M} UTC"
    told = f"{plural(len(shown), 'operation')} among {latest.sites:,} sites, concluded {when}{more}"
    screen.line(screen.style(told, "dim"))
    return 0


def _show(args: argparse.Namespace, latest: Conclusions, operation: Operation) -> int:
    networks = [each for each in latest.networks if each.id in operation.networks]
    if args.json:
        told = {**msgspec.to_builtins(operation), "members": [msgspec.to_builtins(each) for each in networks]}
        told["joints"] = [msgspec.to_builtins(each) for each in _joints(latest, operation)]
        print(msgspec.json.encode(told).decode())
        return 0
    screen = Screen(sys.stdout)
    name = f"{operation.id}  {clean(operation.name)}".rstrip()
    state = "confirmed" if operation.confirmed else f"a hypothesis, {percent(operation.confidence)} sure"
    screen.title(f"{name}: {plural(sum(len(each.sites) for each in networks), 'site')}, {state}")
    for network in networks:
        _network(screen, network)
    for joint in _joints(latest, operation):
        screen.line(f"{joint.left} and {joint.right} at {joint.bits:+.1f} bits:")
        for share in joint.shares:
            screen.line(f"  {share.bits:>+7.2f}  {clean(share.why)}")
    for role, heading in ROLES.items():
        held = [part for part in operation.parts if part.role is role and role is not Role.SHOP]
        if held:
            screen.line(screen.style(heading, "bold"))
            for part in held[:SHOWN_PARTS]:
                screen.line(f"  {clean(part.what)}  {screen.style(clean(part.detail), 'dim')}")
            if len(held) > SHOWN_PARTS:
                screen.line(f"  and {len(held) - SHOWN_PARTS:,} more")
    if operation.alternatives:
        screen.line(screen.style("considered and not joined", "bold"))
        for each in operation.alternatives[:SHOWN_PARTS]:
            best = max(each.shares, key=lambda share: share.bits)
            screen.line(f"  {each.bits:>+7.2f}  {each.left} and {each.right}: {clean(best.why)}")
    return 0


def _joints(latest: Conclusions, operation: Operation) -> list[Hypothesis]:
    inside = set(operation.networks)
    return [each for each in latest.hypotheses if {each.left, each.right} <= inside and each.state == "joined"]


def _network(screen: Screen, network: Network) -> None:
    sites = ", ".join(clean(site) for site in network.sites[:SHOWN_SITES])
    more = f" and {len(network.sites) - SHOWN_SITES:,} more" if len(network.sites) > SHOWN_SITES else ""
    was = f" (was {', '.join(network.aliases)})" if network.aliases else ""
    head = f"{network.id}{was}: {plural(len(network.sites), 'site')}, {percent(network.confidence)} sure"
    screen.line(screen.style(head, "bold"))
    screen.line(f"  {sites}{more}")
