"""Records as a table on the terminal: a line a message; of many messages only those that need a look."""

from __future__ import annotations

from msgspec import Struct

from fyke.cli.record import Record
from fyke.cli.screen import Screen, clean, fit, fit_end, legible, percent
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
    """Prints records as they come, once it knows whether they are few."""

    def __init__(self, screen: Screen, show_all: bool, root: str = "") -> None:
        self._screen = screen
        self._all = show_all
        self._root = root
        self._columns = _columns(screen.width)
        self._held: list[Record] | None = [] if not show_all else None
        self._begun = False
        self.left_out = 0

    def add(self, record: Record) -> None:
        """Take one record; print it, hold it back or leave it out."""
        if self._all:
            self._print(record)
        elif self._held is None:
            self._print_if_unwanted(record)
        else:
            self._held.append(record)
            if len(self._held) > FEW:
                held, self._held = self._held, None
                for each in held:
                    self._print_if_unwanted(each)

    def end(self) -> None:
        """Print what was held back, and say what was left out."""
        for record in self._held or ():
            self._print(record)
        self._held = None
        if self.left_out:
            verb = "wanted message is" if self.left_out == 1 else "wanted messages are"
            note = f"{self.left_out:,} {verb} not listed; --all lists them"
            self._screen.line(self._screen.style(note, "dim"))

    def _print_if_unwanted(self, record: Record) -> None:
        if record.label in WANTED and not record.faults:
            self.left_out += 1
        else:
            self._print(record)

    def _print(self, record: Record) -> None:
        screen, columns = self._screen, self._columns
        if not self._begun:
            self._begun = True
            screen.line(screen.style(self._heads(), "dim"))
        ellipsis = "…" if screen.has_unicode else "~"
        sender = (record.sender_name and record.sender_name + " " + f"<{record.sender}>") or record.sender
        cells = [
            screen.style(fit(record.label.value, 8), record.label),
            f"{percent(record.probability):>7}",
            f"{record.bits:>+7.2f}",
            fit(record.action.value, columns.action) if columns.action else None,
            fit_end(clean(record.path.removeprefix(self._root)), columns.path, ellipsis),
            fit(clean(sender), columns.sender, ellipsis),
            fit(legible(record.subject), columns.subject, ellipsis),
            screen.style(fit(clean(top_reason(record)), columns.reason, ellipsis).rstrip(), "dim"),
        ]
        screen.line("  ".join(cell for cell in cells if cell is not None))

    def _heads(self) -> str:
        columns = self._columns
        return "  ".join(
            [
                *(fit("label", 8), "unwant.", "   bits"),
                *([fit("action", columns.action)] if columns.action else []),
                fit("message", columns.path),
                fit("from", columns.sender),
                fit("subject", columns.subject),
                fit("strongest reason", columns.reason),
            ]
        )


def top_reason(record: Record) -> str:
    """The sentence that decided: what weighs most on the side that won."""
    if record.faults and record.is_broken:
        return record.faults[0].what
    if record.label is Label.BULK and record.bulk:
        return record.bulk[0].why
    sign = 1 if record.label in UNWANTED or record.label is Label.UNSURE else -1
    mine = [share for share in record.contributions if share.bits * sign > 0 and share.name != "PRIOR"]
    return mine[0].why if mine else ""


def _columns(width: int) -> _Columns:
    action = 10 if width >= NARROW else 0
    free = max(40, width - 8 - 7 - 7 - (action + 2 if action else 0) - 7 * 2 + 2)
    path, sender, subject = (max(10, free * share // 100) for share in (17, 22, 29))
    return _Columns(action, path, sender, subject, free - path - sender - subject)
