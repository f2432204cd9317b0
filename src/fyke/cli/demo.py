"""`fyke demo`: scan the mailbox that fyke brings along. All messages in it are made up."""

from __future__ import annotations

import argparse
from pathlib import Path

import fyke
from fyke.cli import scan
from fyke.cli.errors import Wrong
from fyke.cli.options import configured, enveloped

MAIL = Path(fyke.__file__).parent / "demo" / "mail"


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options: those of `fyke scan` without its paths."""
    scan.outputs(parser)
    parser.add_argument(
        "--gang", metavar="FILE", default="", help="then trace the gangs of a made-up world; the map is written there"
    )
    configured(parser)
    enveloped(parser)


def run(args: argparse.Namespace) -> int:
    """Scan it. That something in it is unwanted is the point, so that is no failure."""
    if not MAIL.is_dir():
        raise Wrong(f"{MAIL}: the demo mailbox is not installed")
    args.paths = [str(MAIL)]
    args.title = "The mailbox that fyke brings along; everything in it is made up"
    args.all = args.all or not args.json
    code = scan.run(args)
    if args.gang and code in (0, 1):
        from fyke.cli.demo_gang import show  # noqa: PLC0415  the lab takes a second to load

        return show(args.gang)
    return 0 if code == 1 else code
