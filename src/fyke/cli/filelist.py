"""Files that were scanned, for people: a line a file that needs a look, then the summary that scanners print."""

from __future__ import annotations

from collections import Counter

from fyke.cli import inside
from fyke.cli.record import Record
from fyke.cli.screen import Screen, clean, number, plural
from fyke.cli.tally import Run
from fyke.model import UNWANTED, Label

FEW = 40  # files that are all listed: about a screen


class FileListing:
    """A line a file: what it is called, what it is, and the strongest reason."""

    def __init__(self, screen: Screen, show_all: bool) -> None:
        self._screen = screen
        self._all = show_all
        self._held: list[Record] = []  # clean ones, until there are too many to be listed
        self._left_out = 0
        self._partly: Counter[str] = Counter()

    def add(self, record: Record) -> None:
        """Take one record; print it, hold it back or leave it out."""
        files = [file for top in record.files for file in inside.walk(top)]
        if any(file.locked for file in files):
            self._partly["locked"] += 1
        elif record.cuts:
            self._partly["cut by a limit"] += 1
        elif record.faults:
            self._partly["failed"] += 1
        if self._all or record.label is not Label.HAM or record.faults:
            self._print(record)
        elif len(self._held) < FEW:
            self._held.append(record)
        else:
            self._left_out += 1

    def end(self, ran: Run) -> None:
        """Print what was held back where it is little, and the summary."""
        screen, tally = self._screen, ran.tally
        if not self._left_out:
            for record in self._held:
                self._print(record)
        else:
            count = plural(self._left_out + len(self._held), "clean file is", "clean files are")
            screen.line(screen.style(f"{count} not listed; --all lists them", "dim"))
        if not tally.messages and not ran.unread:
            screen.line("No file found")
            return
        infected, suspicious = tally.unwanted, tally.labels[Label.UNSURE]
        partly = ", ".join(f"{count:,} {why}" for why, count in self._partly.items())
        screen.title("Summary")
        for name, value in (
            ("Files scanned", number(tally.messages)),
            ("Infected files", number(infected)),
            ("Suspicious files", number(suspicious)),
            ("Not looked into wholly", f"{number(sum(self._partly.values()))}{f' ({partly})' if partly else ''}"),
            ("Could not be read", number(len(ran.unread))),
            ("Passed over", ", ".join(f"{reason} ({number(count)})" for reason, count in ran.passed.items())),
            ("Data scanned", f"{tally.size_bytes / 1e6:,.2f} MB"),
            ("Time", f"{ran.wall_s:.2f} s"),
        ):
            if value:
                screen.line(f"  {name + ':':<24} {value}")
        screen.stream.flush()

    def _print(self, record: Record) -> None:
        screen = self._screen
        verdict = screen.style(said(record), record.label)
        screen.line(f"{clean(record.path)}: {verdict}")
        for fault in record.faults:
            screen.line(screen.style(f"  {clean(fault.who)}: {clean(fault.what)}", "unsure"))


def said(record: Record) -> str:
    """What is said of a file in one line: the name of the malware, or why it is suspicious."""
    reasons = [share for share in record.contributions if share.bits > 0 and share.name != "PRIOR"]
    why = clean(reasons[0].why) if reasons else ""
    if record.label in UNWANTED:
        return f"{record.family or record.label.value} FOUND ({record.bits:+.2f} bits: {why})"
    if record.label is Label.UNSURE and not record.is_broken:
        return f"SUSPICIOUS ({record.bits:+.2f} bits: {why})"
    return "NOT SCANNED" if record.faults else f"OK ({why})" if why else "OK"
