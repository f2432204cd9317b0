"""What many records come to: counts for the summary and the page, and the exit code."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from fyke.cli.record import Record
from fyke.cli.work import Unread
from fyke.judge import Policy
from fyke.model import UNWANTED, Label


class Tally:
    """Counts over records, one at a time."""

    def __init__(self) -> None:
        self.messages = 0
        self.size_bytes = 0
        self.labels: Counter[Label] = Counter()
        self.actions: Counter[str] = Counter()
        self.categories: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()  # symbols that spoke against unwanted messages
        self.domains: Counter[str] = Counter()
        self.domains_unwanted: Counter[str] = Counter()
        self.defects: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.broken: list[tuple[str, str]] = []  # path, and what happened
        self.unread: list[Unread] = []

    def add(self, record: Record) -> None:
        """Count one."""
        self.messages += 1
        self.size_bytes += record.size_bytes
        self.labels[record.label] += 1
        self.actions[record.action.value] += 1
        self.domains[record.sender_domain] += 1
        if record.label in UNWANTED:
            self.domains_unwanted[record.sender_domain] += 1
            self.categories.update(record.categories)
            self.reasons.update(share.name for share in record.contributions if share.bits > 0)
        if record.defects:
            self.defects.update({defect.kind for defect in record.defects})
        if record.faults:
            self.faults.update({f"{fault.who}: {fault.what}" for fault in record.faults})
        if record.skipped:
            self.skipped.update(record.skipped)
        if record.is_broken:
            self.broken.append((record.path, record.faults[0].what))

    @property
    def unwanted(self) -> int:
        """How many are unwanted."""
        return sum(self.labels[label] for label in UNWANTED)

    def exit_code(self, problems: int) -> int:
        """0: all wanted. 1: something is not. 2: something could not be told."""
        if problems or self.unread or self.broken:
            return 2
        return 1 if self.unwanted else 0


class Run(Struct, frozen=True):
    """A run that is over: what the summary and the page tell."""

    tally: Tally
    policy: Policy
    wall_s: float
    jobs: int
    title: str  # of what was scanned
    root: str  # what all paths begin with and need not be repeated
    passed: dict[str, int]  # what was passed over in folders, by reason
    unread: tuple[str, ...]  # what could not be read or scanned, a sentence each


def sentences(policy: Policy) -> dict[str, str]:
    """What each symbol and composite says, by its name."""
    said = {name: symbol.text for name, symbol in policy.symbols.items()}
    said.update((rule.composite.name, rule.composite.text) for rule in policy.composites)
    return said
