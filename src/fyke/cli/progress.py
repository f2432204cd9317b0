"""How far long work is: one line on a terminal's stderr, gone when it is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

PATIENCE_S = 1.0  # work that is done sooner shows no bar
EVERY_S = 0.1
BAR = 30


class Progress:
    """Draws at most ten times a second, and nothing at all where stderr is no terminal."""

    def __init__(
        self, stream: TextIO, total: int, clock: Callable[[], float] = time.monotonic, unit: str = "messages"
    ) -> None:
        self._stream = stream
        self._total = total
        self._unit = unit
        self._clock = clock
        self._started = clock()
        self._next = self._started + PATIENCE_S
        self._drawn = False

    def tell(self, count: int, done: int) -> None:
        """Draw how far it is, if it is time to."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + EVERY_S
        elapsed = now - self._started
        text = f"{count:,} {self._unit}, {count / elapsed:,.0f} a second"
        if self._total:
            share = min(1.0, done / self._total)
            full = round(share * BAR)
            left = f", {_duration(elapsed / share - elapsed)} left" if share > 0.02 else ""
            text = f"[{'#' * full}{'.' * (BAR - full)}] {share:4.0%}  {text}{left}"
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()
        self._drawn = True

    def hide(self) -> None:
        """Take the line away, so that something else can be printed."""
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._drawn = False


class Silent(Progress):
    """No bar: stderr is read by a program or kept in a file."""

    def tell(self, count: int, done: int) -> None:
        """Say nothing."""


def on_stderr(total: int, unit: str = "messages") -> Progress:
    """A bar where somebody looks. `total` is of what `done` counts; 0 where nobody knows."""
    return Progress(sys.stderr, total, unit=unit) if sys.stderr.isatty() else Silent(sys.stderr, 0)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
