"""Records as a table on the terminal: a line a message; of many messages only those that need a look."""

from __future__ import annotations

from msgspec import Struct

from fyke.cli.record import Record
from fyke.cli.screen import Screen, cells, clean, fit, fit_end, legible, percent
from fyke.model import UNWANTED, Label

FEW = 40  # messages that are all shown: about a screen
NARROW = 110  # columns below which the action gives way: it follows from the label

WANTED = (Label.HAM, Label.BULK)


class _Columns(Struct, frozen=True):
    """Widths of the columns that share what the fixed ones leave."""

    action: int
    path: int
    sender: int
    subject: int
    reason: int


class Table:
    """Prints records as they come, once it knows whether they are few, and how wide its columns must be."""

    def __init__(self, screen: Screen, show_all: bool, root: str = "") -> None:
        self._screen = screen
        self._all = show_all
        self._root = root
        self._held: list[Record] = []
        self._columns: _Columns | None = None
        self.left_out = 0

    def add(self, record: Record) -> None:
        """Take one record; print it, hold it back or leave it out."""
        if self._columns is None:
            self._held.append(record)
            if len(self._held) > FEW:
                self._begin(self._all)
        elif self._all or _needs_a_look(record):
            self._print(record, self._columns)
        else:
            self.left_out += 1

    def _begin(self, show_all: bool) -> None:
        """Print the head and what was held back."""
        shown = [record for record in self._held if show_all or _needs_a_look(record)]
        self.left_out += len(self._held) - len(shown)
        paths = max((cells(clean(self._path(record))) for record in self._held), default=0)
        self._columns = columns = _columns(self._screen.width, paths)
        self._screen.line(self._screen.style(_heads(columns), "dim"))
        for record in shown:
            self._print(record, columns)
        self._held = []

    def end(self) -> None:
        """Print what was held back, and say what was left out."""
        if self._columns is None and self._held:
            self._begin(True)
        if self.left_out:
            verb = "wanted message is" if self.left_out == 1 else "wanted messages are"
            note = f"{self.left_out:,} {verb} not listed; --all lists them"
            self._screen.line(self._screen.style(note, "dim"))

    def _path(self, record: Record) -> str:
        return record.path.removeprefix(self._root)

    def _print(self, record: Record, columns: _Columns) -> None:
        screen = self._screen
        ellipsis = "…" if screen.has_unicode else "~"
        sender = f"{record.sender_name} <{record.sender}>" if record.sender_name else record.sender
        row = [
            screen.style(fit(record.label.value, 8), record.label),
            f"{percent(record.probability):>8}",
            f"{record.bits:>+7.2f}",
            *([fit(record.action.value, columns.action)] if columns.action else []),
            fit_end(clean(self._path(record)), columns.path, ellipsis),
            fit(clean(sender), columns.sender, ellipsis),
            fit(legible(record.subject), columns.subject, ellipsis),
            screen.style(fit(clean(top_reason(record)), columns.reason, ellipsis).rstrip(), "dim"),
        ]
        screen.line("  ".join(row))


def _heads(columns: _Columns) -> str:
    return "  ".join(
        [
            *(fit("label", 8), "unwanted", "   bits"),
            *([fit("action", columns.action)] if columns.action else []),
            fit("message", columns.path),
            fit("from", columns.sender),
            fit("subject", columns.subject),
            fit("strongest reason", columns.reason),
        ]
    )


def _needs_a_look(record: Record) -> bool:
    return record.label not in WANTED or bool(record.faults)


def top_reason(record: Record) -> str:
    """The sentence that decided: what weighs most on the side that won."""
    if record.faults and record.is_broken:
        return record.faults[0].what
    if record.label is Label.BULK and record.bulk:
        return record.bulk[0].why
    sign = 1 if record.label in UNWANTED or record.label is Label.UNSURE else -1
    mine = [share for share in record.contributions if share.bits * sign > 0 and share.name != "PRIOR"]
    return mine[0].why if mine else ""


def _columns(width: int, paths: int) -> _Columns:
    """Columns for a screen of that width, where the longest path takes that many."""
    action = 10 if width >= NARROW else 0
    free = max(43, width - 8 - 8 - 7 - (action + 2 if action else 0) - 6 * 2)
    path = min(max(8, paths), free * 20 // 100)
    sender, subject = ((free - path) * share // 100 for share in (26, 34))
    return _Columns(action, path, sender, subject, free - path - sender - subject)
