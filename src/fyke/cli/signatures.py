"""`fyke signatures`: compile the site's signatures and rules, and say exactly what was loaded and what was not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import msgspec

from fyke import house
from fyke.cli import setup
from fyke.cli.errors import Wrong
from fyke.cli.options import configured
from fyke.cli.screen import Screen, clean, number, plural
from fyke.config import Problem
from fyke.files.signatures.records import Loaded


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one JSON object")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Compile what the config names, unless that is done, and tell."""
    try:
        loaded = house.signatures(setup.settings(args).config)
    except Problem as problem:
        raise Wrong(str(problem)) from None
    if args.json:
        sys.stdout.buffer.write(msgspec.json.encode(loaded) + b"\n")
    else:
        _print(Screen(sys.stdout), loaded)
    return 0


def _print(screen: Screen, loaded: Loaded) -> None:
    refused = sum(loaded.refused.values())
    if not loaded.files:
        screen.line("No signatures: name files or folders in files.signatures and files.yara of the config")
        return
    screen.line(f"{plural(loaded.signatures, 'signature')} of {plural(loaded.files, 'file')} loaded, {refused:,} not")
    screen.line(screen.style(f"compiled into {clean(loaded.path)}", "dim"))
    _rows(screen, "By file", [(name, f"{ok:,} loaded, {no:,} not") for name, (ok, no) in loaded.by_file.items()])
    why = [(reason, number(count)) for reason, count in loaded.refused.items()]
    _rows(screen, "Why not", why)
    for reason, examples in loaded.examples.items():
        screen.line(screen.style(f"  {clean(reason)}: such as {clean(', '.join(examples))}", "dim"))


def _rows(screen: Screen, title: str, rows: Sequence[tuple[str, str]]) -> None:
    if rows:
        screen.title(title)
        for name, said in rows:
            screen.line(f"  {clean(name)}: {said}")
