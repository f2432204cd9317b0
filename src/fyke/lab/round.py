"""A round of the lab: what is new is read into facts, entered into the chain of custody, and all is concluded anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from fyke.lab.conclude import conclude
from fyke.lab.custody import Custody, Received
from fyke.lab.engine import LOCAL, Engine
from fyke.lab.sites.base import PROBLEMS, Read
from fyke.lab.sites.warnings import Warnings
from fyke.lab.verdicts import honest
from fyke.model.fact import Fact
from fyke.store.cases import Cases, Conclusions
from fyke.store.facts import Facts

BATCH = 50_000  # facts in hand before they are written


class Taken(Struct):
    """What was read in a round."""

    facts: int = 0
    received: int = 0
    passed: int = 0  # had been received before
    problems: int = 0
    told: list[str] = []  # the first of them, a sentence each


class Lab:
    """The lab of a site: its folder, its facts and its conclusions."""

    def __init__(
        self, folder: Path, facts: Facts, cases: Cases, clock: Callable[[], datetime], engine: Engine = LOCAL
    ) -> None:
        self.folder, self.facts, self.cases, self._clock = folder, facts, cases, clock
        self.engine = engine
        self.custody = Custody(folder / "custody.jsonl")
        self._known = self.custody.known()
        self.taken = Taken()

    def is_known(self, digest: str) -> bool:
        """Whether something of that digest was received before."""
        known = digest in self._known
        self.taken.passed += known
        return known

    def take(self, reads: Iterable[Read]) -> None:
        """Keep what was read: the chain first, then the facts that rest on it. Raises `StoreError`, OSError."""
        facts: list[Fact] = []
        received: list[Received] = []
        for read in reads:
            if read.problem:
                self.taken.problems += 1
                if len(self.taken.told) < PROBLEMS:
                    self.taken.told.append(read.problem)
            facts += read.facts
            received += read.received
            if len(facts) >= BATCH or len(received) >= BATCH:
                self._keep(facts, received)
                facts, received = [], []
        self._keep(facts, received)

    def conclude(self, is_common: Warnings) -> Conclusions:
        """Weigh all facts anew."""
        relation = self.facts.relation()
        good = honest(relation)
        return conclude(relation, self.cases, self._clock(), honest=good, is_common=is_common, engine=self.engine)

    def _keep(self, facts: Sequence[Fact], received: Sequence[Received]) -> None:
        now = self._clock()
        self.custody.append(received, now)
        self._known.update(each.digest for each in received)
        if facts:
            self.taken.facts += self.facts.append(facts, now)
        self.taken.received += len(received)
