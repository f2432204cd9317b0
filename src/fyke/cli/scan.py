"""`fyke scan`: of each message what it is, and why; then what they all come to."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from fyke.cli import setup
from fyke.cli import summary as summaries
from fyke.cli.errors import Wrong, no_such_path
from fyke.cli.mailbox import Mailbox, size_of
from fyke.cli.options import configured, count, enveloped
from fyke.cli.progress import Progress, Silent
from fyke.cli.record import Record, encode
from fyke.cli.report.gather import Gathered
from fyke.cli.report.page import render
from fyke.cli.screen import Screen, clean, plural
from fyke.cli.table import Table
from fyke.cli.tally import Run, Tally
from fyke.cli.work import Outcome, scan_here
from fyke.engine import Engine
from fyke.model import Envelope

PROBLEMS = 20  # sentences about paths that could not be read, before the rest is only counted


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="message, mbox, Maildir, a folder of them, any of these gzipped, - for stdin, FILE:N for one of an mbox",
    )
    outputs(parser)
    configured(parser)
    enveloped(parser)


def outputs(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say what is told and how fast: `fyke demo` has them too."""
    parser.add_argument("--all", action="store_true", help="list wanted messages too, where there are many")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and nothing else on stdout")
    parser.add_argument("--html", metavar="FILE", help="also write a report: one page that needs no other file")
    parser.add_argument(
        "--jobs", metavar="N", type=count, default=1, help="processes that scan; 0: one a core (default: 1)"
    )


def run(args: argparse.Namespace) -> int:
    """Scan, print, and say by the exit code whether all of it is wanted."""
    page = _page_path(args.html)
    engine = setup.engine(setup.settings(args))
    jobs = args.jobs or os.cpu_count() or 1
    mailbox = Mailbox(args.paths)
    tally = Tally()
    gathered = Gathered() if page else None
    screen = Screen(sys.stdout)
    table = None if args.json else Table(screen, args.all, _root(args.paths))
    progress = Progress(sys.stderr, size_of(args.paths)) if sys.stderr.isatty() else Silent(sys.stderr, 0)
    started = time.perf_counter()
    with ExitStack() as stack:
        for outcome in _outcomes(stack, engine, setup.envelope(args), mailbox, jobs):
            if outcome.unread is not None:
                tally.unread.append(outcome.unread)
                continue
            assert outcome.record is not None
            record = outcome.record
            tally.add(record)
            if gathered is not None:
                gathered.add(record)
            progress.hide()
            _print(record, table)
            progress.tell(tally.messages, mailbox.size_bytes)
    progress.hide()
    wall_s = time.perf_counter() - started
    ran = Run(tally, engine.policy, wall_s, jobs, dict(mailbox.passed), tuple(_unread(mailbox, tally)))
    if table is not None:
        table.end()
        _conclude(screen, ran)
    sys.stdout.flush()
    if page is not None and gathered is not None:
        title = clean(", ".join(args.paths)) if len(args.paths) < 4 else f"{len(args.paths)} paths"
        _write(page, render(title, ran, gathered))
    _complain(ran.unread)
    return tally.exit_code(len(mailbox.problems))


def _outcomes(stack: ExitStack, engine: Engine, envelope: Envelope, mailbox: Mailbox, jobs: int) -> Iterator[Outcome]:
    if jobs == 1:
        return scan_here(engine, envelope, mailbox)
    from fyke.cli.pool import Pool  # noqa: PLC0415  multiprocessing takes 40 ms to import

    return stack.enter_context(Pool(engine, envelope, jobs)).scan(mailbox)


def _print(record: Record, table: Table | None) -> None:
    if table is not None:
        table.add(record)
    else:
        sys.stdout.buffer.write(encode(record) + b"\n")
        sys.stdout.buffer.flush()  # a reader down the pipe need not wait


def _conclude(screen: Screen, ran: Run) -> None:
    if ran.tally.messages > 1:
        summaries.show(screen, ran)
    elif not ran.tally.messages and not ran.unread:
        passed = sum(ran.passed.values())
        screen.line("No message found" + (f"; passed over {plural(passed, 'other thing')}" if passed else ""))


def _unread(mailbox: Mailbox, tally: Tally) -> list[str]:
    """What could not be read or scanned, a sentence each."""
    return [
        *mailbox.problems,
        *(f"{unread.path}: {unread.why}" for unread in tally.unread),
        *(f"{path}: could not be scanned: {what}" for path, what in tally.broken),
    ]


def _complain(sentences: Sequence[str]) -> None:
    for sentence in sentences[:PROBLEMS]:
        print(f"fyke: {clean(sentence)}", file=sys.stderr)
    if len(sentences) > PROBLEMS:
        print(f"fyke: and {len(sentences) - PROBLEMS:,} more", file=sys.stderr)


def _root(paths: list[str]) -> str:
    """What all shown paths begin with, where one folder was named: it need not be read on each line."""
    only = paths[0] if len(paths) == 1 else ""
    return only.rstrip("/") + "/" if only and Path(only).is_dir() else ""


def _page_path(name: str | None) -> Path | None:
    """Where the report goes; wrong names are told before the work, not after it."""
    if name is None:
        return None
    path = Path(name)
    if path.is_dir():
        raise Wrong(f"--html {name}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise Wrong(f"--html {no_such_path(str(path.parent))}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Wrong(f"--html {name}: may not be written")
    return path


def _write(page: Path, text: str) -> None:
    try:
        page.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Wrong(f"--html {page}: {error.strerror}") from None
    print(f"fyke: the report is in {page}", file=sys.stderr)
