"""What the page needs beyond the tally: distributions, and the messages it lists. Bounded however many come."""

from __future__ import annotations

from collections import Counter
from datetime import date

import msgspec

from fyke.cli.record import Record
from fyke.model import Label

BINS = 20  # of the probability: five per cent each
LISTED = 2_000  # messages on the page: about 4 MB, which a browser opens at once

# When there are more messages than the page lists, these go first.
DULL = (Label.HAM, Label.BULK, Label.UNSURE, Label.SPAM, Label.SCAM, Label.PHISHING, Label.MALWARE)


class Gathered:
    """Takes records one at a time."""

    def __init__(self, listed: int = LISTED) -> None:
        self.certainty: dict[Label, list[int]] = {label: [0] * BINS for label in Label}
        self.days: dict[date, Counter[Label]] = {}
        self.undated = 0
        self.domains: dict[str, Counter[Label]] = {}
        self.left_out = 0
        self._listed = listed
        self._kept: dict[Label, list[tuple[int, Record]]] = {label: [] for label in Label}
        self._seen = 0

    def add(self, record: Record) -> None:
        """Take one."""
        self.certainty[record.label][min(BINS - 1, int(record.probability * BINS))] += 1
        self.domains.setdefault(record.sender_domain, Counter())[record.label] += 1
        if record.came_at is None:
            self.undated += 1
        else:
            self.days.setdefault(record.came_at.date(), Counter())[record.label] += 1
        self._kept[record.label].append((self._seen, msgspec.structs.replace(record, observables=())))
        self._seen += 1
        if self._seen - self.left_out > self._listed:
            next(self._kept[label] for label in DULL if self._kept[label]).pop()
            self.left_out += 1

    @property
    def listed(self) -> list[Record]:
        """The messages that the page lists, in the order in which they came."""
        kept = [pair for pairs in self._kept.values() for pair in pairs]
        return [record for _, record in sorted(kept, key=lambda pair: pair[0])]
