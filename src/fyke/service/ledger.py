"""Counters of the whole service, in memory that all processes share: each worker writes its own row, all rows are read.

A row is written by one process at a time, so nothing is locked; a number of eight bytes is written whole.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable

from fyke.model import Action, Label

ROWS = 256  # workers of all generations that may still be there
NAMES = (
    "scanned", "files", "learned", "broken", "bytes", "seconds", "faults",
    *(f"label_{label}" for label in Label), *(f"action_{action}" for action in Action),
    *(f"early_{action}" for action in Action),
    "connections", "connections_open", "connections_refused", "protocol_errors", "clients_gone", "door_faults",
    "bytes_in", "worker_starts",
)  # fmt: skip


class Ledger:
    """Made before the first fork; each process then chooses its row."""

    def __init__(self, names: Iterable[str] = NAMES, rows: int = ROWS) -> None:
        self._places = {name: place for place, name in enumerate(names)}
        self._memory = mmap.mmap(-1, max(1, rows * len(self._places) * 8))
        self._cells = memoryview(self._memory).cast("d")
        self._rows = rows
        self._start = 0

    def choose(self, row: int) -> None:
        """Write to that row from now on. Its counters go on where they stood; its gauges begin anew."""
        self._start = row % self._rows * len(self._places)
        self._cells[self._start + self._places["connections_open"]] = 0.0

    def count(self, name: str, amount: float = 1.0) -> None:
        """Add to a counter."""
        self._cells[self._start + self._places[name]] += amount

    def gauge(self, name: str, value: float) -> None:
        """Say how much there is of something in this process now."""
        self._cells[self._start + self._places[name]] = value

    def figures(self) -> dict[str, float]:
        """The sums over all rows."""
        width = len(self._places)
        return {name: sum(self._cells[place::width]) for name, place in self._places.items()}
