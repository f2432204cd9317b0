"""`fyke scan`: of each message what it is, and why; then what they all come to."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from fyke.cli import setup
from fyke.cli import summary as summaries
from fyke.cli.errors import Wrong, no_such_path
from fyke.cli.mailbox import Mailbox, size_of
from fyke.cli.options import configured, count, enveloped
from fyke.cli.progress import Progress, Silent
from fyke.cli.record import Record, encode
from fyke.cli.screen import Screen, clean, plural
from fyke.cli.table import Table
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
    outputs(parser)
    configured(parser)
    enveloped(parser)


def outputs(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say what is told and how fast: `fyke demo` has them too."""
    parser.set_defaults(title="")
    parser.add_argument("--all", action="store_true", help="list wanted messages too, where there are many")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and nothing else on stdout")
    parser.add_argument("--html", metavar="FILE", help="also write a report: one page that needs no other file")
    parser.add_argument(
        "--jobs", metavar="N", type=count, default=1, help="processes that scan; 0: one a core (default: 1)"
    )


def run(args: argparse.Namespace) -> int:
    """Scan, print, and say by the exit code whether all of it is wanted."""
    page = _Page(args.html) if args.html else None
    engine = setup.engine(setup.settings(args))
    jobs = _jobs(args.jobs)
    mailbox = Mailbox(args.paths)
    tally = Tally()
    screen = Screen(sys.stdout)
    root = _root(args.paths)
    table = None if args.json else Table(screen, args.all, root)
    takers: list[Callable[[Record], None]] = [tally.add, _JsonLines(screen) if table is None else table.add]
    if page is not None:
        takers.append(page.gathered.add)
    progress = Progress(sys.stderr, size_of(args.paths)) if sys.stderr.isatty() else Silent(sys.stderr, 0)
    screen.before_line = progress.hide
    started = time.perf_counter()
    with ExitStack() as stack:
        for outcome in _outcomes(stack, engine, setup.envelope(args), mailbox, jobs):
            if outcome.record is not None:
                for take in takers:
                    take(outcome.record)
            elif outcome.unread is not None:
                tally.unread.append(outcome.unread)
            progress.tell(tally.messages, mailbox.size_bytes)
    progress.hide()
    wall_s = time.perf_counter() - started
    ran = Run(
        tally=tally,
        policy=engine.policy,
        wall_s=wall_s,
        jobs=jobs,
        title=args.title or (", ".join(args.paths) if len(args.paths) < 4 else f"{len(args.paths)} paths"),
        root=root,
        passed=dict(mailbox.passed),
        unread=tuple(_unread(mailbox, tally)),
    )
    if table is not None:
        table.end()
        _conclude(screen, ran)
    sys.stdout.flush()
    if page is not None:
        page.write(ran)
    for sentence in _shortened(ran.unread):
        print(f"fyke: {clean(sentence)}", file=sys.stderr)
    return tally.exit_code(len(mailbox.problems))


def _outcomes(stack: ExitStack, engine: Engine, envelope: Envelope, mailbox: Mailbox, jobs: int) -> Iterator[Outcome]:
    if jobs == 1:
        return scan_here(engine, envelope, mailbox)
    from fyke.cli.pool import Pool  # noqa: PLC0415  multiprocessing takes 40 ms to import

    return stack.enter_context(Pool(engine, envelope, jobs)).scan(mailbox)


def _jobs(wanted: int) -> int:
    if wanted > MOST_JOBS:
        raise Wrong(f"--jobs {wanted}: at most {MOST_JOBS} processes")
    return wanted or os.cpu_count() or 1


class _JsonLines:
    """Prints records as lines of JSON, each at once: a reader down the pipe need not wait."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._out = sys.stdout.buffer

    def __call__(self, record: Record) -> None:
        if self._screen.is_terminal:
            self._screen.before_line()
        self._out.write(encode(record) + b"\n")
        self._out.flush()


def _conclude(screen: Screen, ran: Run) -> None:
    if ran.tally.messages > 1:
        summaries.show(screen, ran)
    if ran.tally.messages and screen.is_terminal:
        screen.line(screen.style(f"fyke explain {clean(ran.root)}MESSAGE shows how one of them was judged", "dim"))
    if not ran.tally.messages and not ran.unread:
        passed = sum(ran.passed.values())
        screen.line("No message found" + (f"; passed over {plural(passed, 'other thing')}" if passed else ""))


def _unread(mailbox: Mailbox, tally: Tally) -> list[str]:
    """What could not be read or scanned, a sentence each."""
    return [
        *mailbox.problems,
        *(f"{unread.path}: {unread.why}" for unread in tally.unread),
        *(f"{path}: could not be scanned: {what}" for path, what in tally.broken),
    ]


def _shortened(sentences: Sequence[str]) -> list[str]:
    more = len(sentences) - PROBLEMS
    return [*sentences[:PROBLEMS], *([f"and {more:,} more"] if more > 0 else [])]


def _root(paths: list[str]) -> str:
    """What all shown paths begin with, where one path was named: it need not be read on each line."""
    only = paths[0] if len(paths) == 1 else ""
    folder = only.rstrip("/") if only and Path(only).is_dir() else only.rpartition("/")[0]
    return f"{folder}/" if folder else ""


class _Page:
    """The report on its way: where it goes, and what it gathers. Loads what it needs only when it is wanted."""

    def __init__(self, name: str) -> None:
        from fyke.cli.report import gather, page  # noqa: PLC0415  a scan without a report starts 20 ms sooner

        self.gathered = gather.Gathered()
        self._render = page.render
        self._path = _writable(name)

    def write(self, ran: Run) -> None:
        """Write the page. Raises `Wrong` where the disk does not take it."""
        try:
            self._path.write_text(self._render(ran, self.gathered), encoding="utf-8", errors="replace")
        except OSError as error:
            raise Wrong(f"--html {self._path}: {error.strerror}") from None
        print(f"fyke: the report is in {self._path}", file=sys.stderr)


def _writable(name: str) -> Path:
    """Where the report goes; a wrong name is told before the work, not after it."""
    path = Path(name)
    if path.is_dir():
        raise Wrong(f"--html {name}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise Wrong(f"--html {no_such_path(str(path.parent))}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Wrong(f"--html {name}: may not be written")
    return path
