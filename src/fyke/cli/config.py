"""`fyke config`: every knob, its value and where that came from; `fyke config check FILE`: whether a file is right."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from fyke.cli import setup
from fyke.cli.errors import Wrong, nearest, no_such_path
from fyke.cli.options import configured
from fyke.cli.policy import value
from fyke.cli.screen import Screen, clean, fit, wrap
from fyke.config import Problem, load
from fyke.learn import kernel
from fyke.learn.features import CONSTANTS


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("check", metavar="check FILE", nargs="*", help="check the file, and all files that it names")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Print the knobs, or check a file."""
    if args.check:
        return _check(args.check)
    found = setup.settings(args)
    if args.json:
        for knob in found.knobs:
            print(msgspec.json.encode(knob).decode())
        return 0
    screen = Screen(sys.stdout)
    width = max(len(knob.name) for knob in found.knobs)
    for knob in found.knobs:
        is_set = knob.value != knob.default
        head = f"{fit(knob.name, width)}  "
        shown = screen.style(clean(value(knob.value)), *(["bold"] if is_set else []))
        screen.line(f"{head}{shown}  {screen.style(f'({clean(knob.origin)})', 'dim')}")
        for line in wrap(knob.text, screen.width - len(head)):
            screen.line(" " * len(head) + screen.style(line, "dim"))
    screen.line()
    screen.line(screen.style(clean(kernel.state(CONSTANTS)), "dim"))
    return 0


def _check(words: list[str]) -> int:
    verb, *files = words
    if verb != "check":
        raise Wrong(f"fyke config takes nothing or check FILE, not {verb}{nearest(verb, ['check'])}")
    if len(files) != 1:
        raise Wrong("fyke config check takes one FILE")
    path = Path(files[0])
    if not path.exists():
        raise Wrong(no_such_path(str(path)))
    try:
        found = load(path, environ={})  # the file alone, whatever stands in the environment
    except Problem as problem:
        raise Wrong(str(problem)) from None
    policy = setup.engine(found).policy
    set_here = sum(knob.value != knob.default for knob in found.knobs)
    changed = sum(entry.value != entry.shipped for entry in policy.entries)
    print(f"{path}: right; sets {set_here} knobs, and its policies change {changed} values")
    return 0
