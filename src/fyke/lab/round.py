"""A round of the lab: what is new is read into facts, entered into the chain of custody, and all is concluded anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from fyke.lab.conclude import conclude
from fyke.lab.custody import SOURCE_CHARS, Custody, Entry, Received
from fyke.lab.engine import LOCAL, Engine
from fyke.lab.sites.base import PROBLEMS, Read
from fyke.lab.sites.warnings import Warnings
from fyke.lab.verdicts import honest
from fyke.model.fact import Fact
from fyke.store.blobs import Blobs
from fyke.store.cases import Cases, Conclusions
from fyke.store.facts import Facts

BATCH = 50_000  # facts in hand before they are written
BATCH_BYTES = 64 << 20  # of evidence in hand


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
        self,
        folder: Path,
        facts: Facts,
        cases: Cases,
        clock: Callable[[], datetime],
        engine: Engine = LOCAL,
        *,
        evidence: Blobs | None = None,
    ) -> None:
        """`evidence`: where raw bytes are kept; None: only their digests are."""
        self.folder, self.facts, self.cases, self._clock = folder, facts, cases, clock
        self.engine = engine
        self.evidence = evidence
        self.custody = Custody(folder / "custody.jsonl")
        self._known: set[str] = set()
        self._pages: set[tuple[str, str]] = set()
        self._remember(self.custody.entries())
        self.taken = Taken()

    def was_received(self, digest: str) -> bool:
        """Whether something of that digest was received before this round; counts nothing."""
        return digest in self._known

    def is_known(self, digest: str, source: str = "") -> bool:
        """Whether something of that digest was received before; of a page, from that source."""
        known = (digest, source[:SOURCE_CHARS]) in self._pages if source else digest in self._known
        self.taken.passed += known
        return known

    def take(self, reads: Iterable[Read]) -> None:
        """Keep what was read: evidence, the chain that names it, then the facts. Raises `StoreError`, OSError."""
        facts: list[Fact] = []
        received: list[Received] = []
        held = 0
        for read in reads:
            if read.problem:
                self.taken.problems += 1
                if len(self.taken.told) < PROBLEMS:
                    self.taken.told.append(read.problem)
            facts += read.facts
            received += read.received
            held += sum(each.size_bytes for each in read.received if each.content is not None)
            if len(facts) >= BATCH or len(received) >= BATCH or held >= BATCH_BYTES:
                self._keep(facts, received)
                facts, received, held = [], [], 0
        self._keep(facts, received)

    def conclude(self, is_common: Warnings) -> Conclusions:
        """Weigh all facts anew."""
        relation = self.facts.relation()
        good = honest(relation)
        return conclude(relation, self.cases, self._clock(), honest=good, is_common=is_common, engine=self.engine)

    def _keep(self, facts: Sequence[Fact], received: Sequence[Received]) -> None:
        now = self._clock()
        received = [self._held(each) for each in received]
        self.custody.append(received, now)
        self._remember(received)
        if facts:
            self.taken.facts += self.facts.append(facts, now)
        self.taken.received += len(received)

    def _held(self, received: Received) -> Received:
        """The same without its bytes, which are on the disk then."""
        if received.content is None or self.evidence is None:
            return msgspec.structs.replace(received, content=None)
        self.evidence.put(received.content)
        return msgspec.structs.replace(received, content=None, kept=True)

    def _remember(self, entries: Iterable[Entry | Received]) -> None:
        for entry in entries:
            self._known.add(entry.digest)
            if entry.kind == "page":
                self._pages.add((entry.digest, entry.source[:SOURCE_CHARS]))
