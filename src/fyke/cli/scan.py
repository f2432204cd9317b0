"""`fyke scan`: of each message what it is, and why; then what they all come to."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from fyke.cli import setup
from fyke.cli.errors import Wrong
from fyke.cli.filelist import FileListing
from fyke.cli.folder import Folder
from fyke.cli.mailbox import Mailbox, Slot, size_of
from fyke.cli.options import configured, count, enveloped
from fyke.cli.outputs import JsonLines, Listing, Output, Page
from fyke.cli.progress import Progress, Silent
from fyke.cli.screen import Screen, clean
from fyke.cli.tally import Run, Tally
from fyke.cli.work import Outcome, scan_here
from fyke.engine import Engine
from fyke.model import Envelope

MOST_JOBS = 256  # processes: more than cores of a large machine
PROBLEMS = 20  # sentences about paths that could not be read, before the rest is only counted


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="message, mbox, Maildir, a folder of them, any of these gzipped, - for stdin, FILE:N for one of an mbox",
    )
    parser.add_argument(
        "--files", action="store_true", help="scan files of any kind and all below folders, as a virus scanner does"
    )
    outputs(parser)
    configured(parser)
    enveloped(parser)


def outputs(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say what is told and how fast: `fyke demo` has them too."""
    parser.set_defaults(title="", files=False)
    parser.add_argument("--all", action="store_true", help="list wanted messages too, where there are many")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and nothing else on stdout")
    parser.add_argument("--html", metavar="FILE", help="also write a report: one page that needs no other file")
    parser.add_argument(
        "--jobs", metavar="N", type=count, default=1, help="processes that scan; 0: one a core (default: 1)"
    )


def run(args: argparse.Namespace) -> int:
    """Scan, print, and say by the exit code whether all of it is wanted."""
    screen = Screen(sys.stdout)
    root = _root(args.paths)
    outputs: list[Output] = [_shown(args, screen, root)]
    if args.html:
        outputs.append(Page(args.html))
    engine = setup.engine(setup.settings(args))
    mailbox = Folder(args.paths) if args.files else Mailbox(args.paths)
    tally = Tally()
    jobs = processes(args.jobs)
    progress = Progress(sys.stderr, size_of(args.paths)) if sys.stderr.isatty() else Silent(sys.stderr, 0)
    screen.before_line = progress.hide
    started = time.perf_counter()
    with ExitStack() as stack:
        for outcome in outcomes(stack, engine, setup.envelope(args), mailbox, jobs):
            _tell(outcome, tally, outputs)
            progress.tell(tally.messages, mailbox.size_bytes)
    progress.hide()
    ran = Run(
        tally=tally,
        policy=engine.policy,
        wall_s=time.perf_counter() - started,
        jobs=jobs,
        title=args.title or (", ".join(args.paths) if len(args.paths) < 4 else f"{len(args.paths)} paths"),
        root=root,
        passed=dict(mailbox.passed),
        unread=tuple(_unread(mailbox, tally)),
    )
    for output in outputs:
        output.end(ran)
    for sentence in shortened(ran.unread):
        print(f"fyke: {clean(sentence)}", file=sys.stderr)
    return tally.exit_code(len(mailbox.problems))


def _shown(args: argparse.Namespace, screen: Screen, root: str) -> Output:
    """What goes to stdout."""
    if args.json:
        return JsonLines(screen)
    return FileListing(screen, args.all) if args.files else Listing(screen, args.all, root)


def _tell(outcome: Outcome, tally: Tally, outputs: Sequence[Output]) -> None:
    if outcome.unread is not None:
        tally.unread.append(outcome.unread)
    if outcome.record is not None:
        tally.add(outcome.record)
        for output in outputs:
            output.add(outcome.record)


def outcomes(
    stack: ExitStack, engine: Engine, envelope: Envelope, slots: Iterable[Slot], jobs: int, *, counting: bool = False
) -> Iterator[Outcome]:
    """What became of the slots, in their order; `stack` ends the processes that worked."""
    if jobs == 1:
        return scan_here(engine, envelope, slots, counting=counting)
    from fyke.cli.pool import Pool  # noqa: PLC0415  multiprocessing takes 40 ms to import

    return stack.enter_context(Pool(engine, envelope, jobs, counting=counting)).scan(slots)


def processes(wanted: int) -> int:
    """How many processes work, where the user wants that many; 0 is one a core."""
    if wanted > MOST_JOBS:
        raise Wrong(f"--jobs {wanted}: at most {MOST_JOBS} processes")
    return wanted or os.cpu_count() or 1


def _unread(mailbox: Mailbox | Folder, tally: Tally) -> list[str]:
    """What could not be read or scanned, a sentence each."""
    return [
        *mailbox.problems,
        *(f"{unread.path}: {unread.why}" for unread in tally.unread),
        *(f"{path}: could not be scanned: {what}" for path, what in tally.broken),
    ]


def shortened(sentences: Sequence[str]) -> list[str]:
    """The first of the sentences, and how many more there are."""
    more = len(sentences) - PROBLEMS
    return [*sentences[:PROBLEMS], *([f"and {more:,} more"] if more > 0 else [])]


def _root(paths: list[str]) -> str:
    """What all shown paths begin with, where one path was named: it need not be read on each line."""
    only = paths[0] if len(paths) == 1 else ""
    folder = only.rstrip("/") if only and Path(only).is_dir() else only.rpartition("/")[0]
    return f"{folder}/" if folder else ""
