"""Where the records of a scan go: a table with a summary, lines of JSON, the report."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol

from fyke.cli import summary
from fyke.cli.errors import Wrong, no_such_path
from fyke.cli.record import Record, encode
from fyke.cli.screen import Screen, clean, plural
from fyke.cli.table import Table
from fyke.cli.tally import Run


class Output(Protocol):
    """Something that is told of each message, and of the end."""

    def add(self, record: Record) -> None:
        """Take one record."""

    def end(self, ran: Run) -> None:
        """Take what they come to."""


class Listing:
    """A line a message, then the summary: for people."""

    def __init__(self, screen: Screen, show_all: bool, root: str) -> None:
        self._screen = screen
        self._table = Table(screen, show_all, root)
        self.add = self._table.add

    def end(self, ran: Run) -> None:
        """Print what was held back, and the summary."""
        screen = self._screen
        self._table.end()
        if ran.tally.messages > 1:
            summary.show(screen, ran)
        if ran.tally.messages and screen.is_terminal:
            screen.line(screen.style(f"fyke explain {clean(ran.root)}MESSAGE shows how one of them was judged", "dim"))
        if not ran.tally.messages and not ran.unread:
            passed = sum(ran.passed.values())
            screen.line("No message found" + (f"; passed over {plural(passed, 'other thing')}" if passed else ""))
        screen.stream.flush()


class JsonLines:
    """One object a line, each at once, so that a reader down the pipe need not wait: for programs."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._out = sys.stdout.buffer

    def add(self, record: Record) -> None:
        """Print one line."""
        if self._screen.is_terminal:
            self._screen.before_line()
        self._out.write(encode(record) + b"\n")
        self._out.flush()

    def end(self, ran: Run) -> None:
        """Nothing but the lines goes to stdout."""


class Page:
    """The report: for managers. Loads what it needs only when it is wanted."""

    def __init__(self, name: str) -> None:
        from fyke.cli.report import gather, page  # noqa: PLC0415  a scan without a report starts 20 ms sooner

        self._path = writable(name)
        self._gathered = gather.Gathered()
        self._render = page.render
        self.add = self._gathered.add

    def end(self, ran: Run) -> None:
        """Write the page. Raises `Wrong` where the disk does not take it."""
        try:
            self._path.write_text(self._render(ran, self._gathered), encoding="utf-8", errors="replace")
        except OSError as error:
            raise Wrong(f"--html {self._path}: {error.strerror}") from None
        print(f"fyke: the report is in {self._path}", file=sys.stderr)


def writable(name: str) -> Path:
    """Where a report goes; a wrong name is told before the work, not after it."""
    path = Path(name)
    if path.is_dir():
        raise Wrong(f"--html {name}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise Wrong(f"--html {no_such_path(str(path.parent))}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Wrong(f"--html {name}: may not be written")
    return path
