"""`fyke why A B`: why two sites, networks or operations are taken together, or why they are not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import msgspec

from fyke.cli import setup
from fyke.cli.errors import Wrong
from fyke.cli.gangs import opened
from fyke.cli.options import configured
from fyke.cli.screen import Screen, clean, plural, wrap
from fyke.cli.waterfall import waterfall
from fyke.lab.explain import NotKnownError, Survival, Why, why
from fyke.lab.linking.gate import SURE
from fyke.lab.operations.join import LIKELY
from fyke.model import Contribution

STEPS = 6  # links of a chain that are drawn

EXAMPLES = """examples:
  fyke why pills-now.example cheap-meds.example    two sites: the links between them, in bits
  fyke why n-1c05a2b3d4 n-77ab90ff01               two networks: what they share as wholes
  fyke why --json a.example b.example
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("left", metavar="A", help="a site, a network or an operation")
    parser.add_argument("right", metavar="B", help="another one")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Explain; 0 where they are together, 1 where not."""
    config = setup.settings(args).config
    with opened(config) as cases:
        try:
            found = why(cases, args.left, args.right)
        except NotKnownError as error:
            raise Wrong(clean(str(error))) from None
    if args.json:
        print(msgspec.json.encode(found).decode())
    else:
        _print(Screen(sys.stdout), found)
    return 0 if found.together else 1


def _print(screen: Screen, found: Why) -> None:
    where = f"together in {found.together}" if found.together else "not together"
    screen.title(f"{clean(found.left)} and {clean(found.right)}: {where}")
    for line in wrap(clean(found.sentence), screen.width):
        screen.line(line)
    for link in found.path[:STEPS]:
        screen.line()
        screen.line(screen.style(f"{clean(link.left)} and {clean(link.right)}", "bold"))
        waterfall(screen, _whole(link.shares), {"link": SURE})
    if len(found.path) > STEPS:
        screen.line(f"and {len(found.path) - STEPS} more links of the chain")
    if found.hypothesis is not None:
        screen.line()
        waterfall(screen, _whole(found.hypothesis.shares), {"one operation": LIKELY})
    if found.survival:
        screen.line()
        _survival(screen, found.survival)
    if found.weakest:
        screen.line()
        screen.line(screen.style("They would part if all of this were false:", "bold"))
        for reason in found.weakest:
            screen.line(f"  {clean(reason)}")
    if found.rival:
        screen.line()
        screen.line(clean(found.rival))


def _survival(screen: Screen, lasts: Sequence[Survival]) -> None:
    screen.line(screen.style("Without one family of evidence:", "bold"))
    for each in lasts:
        fate = screen.style("together", "for") if each.holds else screen.style("apart", "against")
        rest = (
            "in one piece"
            if each.pieces == 1
            else f"in {each.pieces:,} pieces, the largest of {plural(each.largest, 'site')}"
        )
        screen.line(f"  {each.family:<13} the two stay {fate}; the network {rest}")


def _whole(shares: Sequence[Contribution]) -> tuple[Contribution, ...]:
    return tuple(Contribution(share.name, round(share.bits, 2), share.why) for share in shares)
