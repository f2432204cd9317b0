"""Answers `Alike` from an index of campaigns, and tells it what became of mail. Broken, it answers nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from fyke.model import Scan
from fyke.model.campaign import Alike, Copies
from fyke.model.sketch import Sketch

RETRY_S = 30.0  # that an index which failed is left alone
WANTED = 0.0  # bits; between this and what is unwanted, a verdict counts for nothing
GROUP = "CAMPAIGN_"  # what begins so says what became of others: it must not feed on itself


class Index(Protocol):
    """What is asked of a store."""

    def join(self, asked: Alike, at: float) -> Copies:
        """The campaign that the mail is of."""

    def judged(self, campaign: str, *, unwanted: bool) -> None:
        """Count a verdict."""

    def said(self, sketch: Sketch, at: float, *, unwanted: bool, times: int = 1) -> str:
        """Count what a person said."""


class Counting:
    """An answerer of `Alike`. A process that was forked off opens the index for itself."""

    def __init__(
        self,
        make: Callable[[], Index],
        *,
        tell: Callable[[str], None] = lambda _warning: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`make` opens the index; `tell` hears a sentence each time that it begins to fail."""
        self._make, self._tell, self._clock = make, tell, clock
        self._pid, self._due_at, self._is_well = 0, 0.0, True
        self._index: Index | None = None

    def __call__(self, questions: list[Alike]) -> Mapping[Alike, Copies]:
        """The campaigns of mails, which are counted."""
        now = self._clock()
        told = self._do(lambda index: {each: index.join(each, now) for each in questions})
        return told if isinstance(told, dict) else {}

    def judged(self, scan: Scan, unwanted_bits: float) -> None:
        """Count the verdict on a mail without the share that its campaign had in it: unwanted from so many bits on."""
        if not scan.campaign:
            return
        shares = scan.verdict.contributions
        bits = scan.verdict.bits - sum(share.bits for share in shares if share.name.startswith(GROUP))
        if WANTED < bits < unwanted_bits:
            return
        self._do(lambda index: index.judged(scan.campaign, unwanted=bits >= unwanted_bits))

    def said(self, sketch: Sketch, *, unwanted: bool, times: int = 1) -> None:
        """Count what a person said of a mail."""
        now = self._clock()
        self._do(lambda index: index.said(sketch, now, unwanted=unwanted, times=times))

    def _do(self, work: Callable[[Index], object]) -> object:
        if self._pid != os.getpid():  # a lock that was taken before a fork is not ours
            self._pid, self._index, self._due_at = os.getpid(), None, 0.0
        if self._clock() < self._due_at:
            return None
        try:
            if self._index is None:
                self._index = self._make()
            done = work(self._index)
        except Exception as error:
            self._due_at = self._clock() + RETRY_S
            if self._is_well:
                self._is_well = False
                self._tell(f"mails are not counted by their text: {type(error).__name__}: {error}"[:300])
            return None
        self._is_well = True
        return done
