"""`fyke drill`: write a made-up world with known truth, for demonstrations and for measuring."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from smtplib import SMTPException

import msgspec
from msgspec.structs import replace

from fyke.cli.errors import Wrong
from fyke.cli.options import count
from fyke.cli.progress import on_stderr
from fyke.cli.screen import Screen, clean, plural
from fyke.drill.knobs import SIZES, Knobs
from fyke.drill.send import Post, Posted
from fyke.drill.world import made
from fyke.drill.write import write

MOST = {"gangs": 2_000, "sites": 5_000, "mails": 20_000_000, "honest_mails": 20_000_000, "honest_sites": 200_000}

SHARES = {
    "churn": "share of words that each mail changes (0.15)",
    "paraphrase": "share of lines that each mail says in other words (0)",
    "shortened": "share of mails whose link goes through a shortener (0)",
    "hacked": "share of mails that lead to a site which was broken into (0)",
}

EXAMPLES = """examples:
  fyke drill world --seed 7                       a small world: mail, DNS, registrations, pages, and the truth
  fyke drill world --size medium --churn 0.25     a larger one, whose mails change a quarter of their words
  fyke drill case --size case                     one gang in three shifts behind one PO box, and a decoy
  fyke drill world --smtp 127.0.0.1:2525 --rate 20  its mail goes to that server, 20 a second, in the order of time
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
    for name, text in SHARES.items():
        parser.add_argument(f"--{name}", metavar="SHARE", type=_share, default=None, help=text)
    parser.add_argument(
        "--smtp", metavar="HOST:PORT", default="", help="send the mail to that server instead of writing it"
    )
    parser.add_argument("--rate", metavar="N", type=_rate, default=0.0, help="mails a second at most, with --smtp")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    """Make the world and write it."""
    knobs = _knobs(args)
    folder = Path(args.folder)
    started = time.monotonic()
    post = _post(args)
    bar = on_stderr(knobs.mails + knobs.honest_mails, "mails")
    try:
        written = write(made(knobs), folder, lambda done: bar.tell(done, done), post.put if post else None)
    except (SMTPException, ConnectionError, TimeoutError) as error:
        raise Wrong(f"--smtp {clean(args.smtp)}: the connection was lost: {clean(str(error))}") from None
    except OSError as error:
        raise Wrong(f"{clean(str(error.filename or folder))}: {error.strerror}") from None
    finally:
        bar.hide()
        if post:
            post.close()
    took_s = time.monotonic() - started
    posted = post.posted if post else None
    if args.json:
        sent = {"taken": posted.taken, "refused": posted.refused} if posted else {}
        print(msgspec.json.encode({**written, **sent, "seed": knobs.seed, "seconds": round(took_s, 2)}).decode())
    else:
        _told(folder, knobs, written, posted, took_s)
    for sentence in posted.told if posted else ():
        print(f"fyke: {clean(sentence)}", file=sys.stderr)
    return 1 if posted and posted.refused else 0


def _told(folder: Path, knobs: Knobs, written: dict[str, int], posted: Posted | None, took_s: float) -> None:
    screen = Screen(sys.stdout)
    told = f"{plural(written['mails'], 'mail')} and {plural(written['sites'], 'site')}"
    screen.line(f"{told} of seed {knobs.seed}, {took_s:.1f} s; the truth is in {clean(str(folder / 'truth'))}")
    if posted:
        screen.line(f"{plural(posted.taken, 'mail')} taken by the server, {posted.refused:,} refused")
    screen.line(screen.style(f"fyke lab run {clean(str(folder))} reads all but the truth", "dim"))


def _post(args: argparse.Namespace) -> Post | None:
    """The server that the mail goes to, connected. Raises `Wrong`."""
    if not args.smtp:
        if args.rate:
            raise Wrong("--rate: goes with --smtp HOST:PORT")
        return None
    host, colon, port = args.smtp.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise Wrong(f"--smtp {clean(args.smtp)}: takes HOST:PORT, such as 127.0.0.1:2525")
    folder = Path(args.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Wrong(f"{clean(args.folder)}: the folder is not empty")  # before anything is sent
    try:
        return Post(host.strip("[]"), int(port), args.rate)
    except (SMTPException, OSError) as error:
        raise Wrong(f"--smtp {clean(args.smtp)}: {clean(str(getattr(error, 'strerror', '') or error))}") from None


def _knobs(args: argparse.Namespace) -> Knobs:
    names = ("gangs", "sites", "mails", "honest_mails", "honest_sites", "weeks", "shifts", *SHARES)
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


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 1e6:
        raise argparse.ArgumentTypeError(f"takes mails a second, more than 0, not {text!r}")
    return rate
