"""`fyke drill`: write a made-up world with known truth, for demonstrations and for measuring."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import msgspec
from msgspec.structs import replace

from fyke.cli.errors import Wrong
from fyke.cli.options import count
from fyke.cli.progress import on_stderr
from fyke.cli.screen import Screen, clean, plural
from fyke.drill.knobs import SIZES, Knobs
from fyke.drill.world import made
from fyke.drill.write import write

MOST = {"gangs": 2_000, "sites": 5_000, "mails": 20_000_000, "honest_mails": 20_000_000, "honest_sites": 200_000}

EXAMPLES = """examples:
  fyke drill world --seed 7                       a small world: mail, DNS, registrations, pages, and the truth
  fyke drill world --size medium --churn 0.25     a larger one, whose mails change a quarter of their words
  fyke drill case --size case                     one gang in three shifts behind one PO box, and a decoy
  fyke lab run world && fyke gangs                what fyke makes of it
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("folder", metavar="FOLDER", help="where the world is written; new or empty")
    parser.add_argument("--seed", metavar="N", type=count, default=1, help="another number, another world (1)")
    parser.add_argument(
        "--size", choices=sorted(SIZES), default="small", help="small, medium, large, or the case of 2005"
    )
    for name in ("gangs", "sites", "mails", "honest-mails", "honest-sites", "weeks", "shifts"):
        text = "sites of a gang, on average" if name == "sites" else f"how many {name.replace('-', ' ')}"
        parser.add_argument(f"--{name}", metavar="N", type=count, default=None, help=text)
    parser.add_argument(
        "--churn", metavar="SHARE", type=_share, default=None, help="share of words that each mail changes"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    """Make the world and write it."""
    knobs = _knobs(args)
    folder = Path(args.folder)
    started = time.monotonic()
    bar = on_stderr(knobs.mails + knobs.honest_mails, "mails")
    try:
        written = write(made(knobs), folder, lambda done: bar.tell(done, done))
    except OSError as error:
        raise Wrong(f"{clean(str(error.filename or folder))}: {error.strerror}") from None
    finally:
        bar.hide()
    took_s = time.monotonic() - started
    if args.json:
        print(msgspec.json.encode({**written, "seed": knobs.seed, "seconds": round(took_s, 2)}).decode())
        return 0
    screen = Screen(sys.stdout)
    told = f"{plural(written['mails'], 'mail')} and {plural(written['sites'], 'site')}"
    screen.line(f"{told} of seed {knobs.seed}, {took_s:.1f} s; the truth is in {clean(str(folder / 'truth'))}")
    screen.line(screen.style(f"fyke lab run {clean(str(folder))} reads all but the truth", "dim"))
    return 0


def _knobs(args: argparse.Namespace) -> Knobs:
    names = ("gangs", "sites", "mails", "honest_mails", "honest_sites", "weeks", "shifts", "churn")
    given = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    for name, most in MOST.items():
        if given.get(name, 0) > most:
            raise Wrong(f"--{name.replace('_', '-')} {given[name]}: at most {most:,}")
    for name in ("weeks", "shifts"):
        if given.get(name, 1) < 1:
            raise Wrong(f"--{name} {given[name]}: at least 1")
    return replace(SIZES[args.size], seed=args.seed, **given)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 0.9:
        raise argparse.ArgumentTypeError(f"takes a share from 0 to 0.9, not {text!r}")
    return share
