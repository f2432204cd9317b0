"""Answers `Seen` from a store of correspondents. A store that is broken makes the answer unknown, never "no"."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from fyke.model.known import Acquaintance, Seen

RETRY_S = 30.0  # that a store which failed is left alone: each try may wait for its file


class Known(Protocol):
    """What is asked of a store."""

    def look(self, *asked: Seen) -> list[Acquaintance]:
        """What is known, in the order of the questions."""

    def close(self) -> None:
        """Let go of what is open."""


class Memory:
    """An answerer of `Seen`. Each thread opens the store for itself, and so does a process that was forked off."""

    def __init__(
        self,
        make: Callable[[], Known],
        *,
        tell: Callable[[str], None] = lambda _warning: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`make` opens the store; `tell` hears a sentence each time that it begins to fail."""
        self._make, self._tell, self._clock = make, tell, clock
        self._here = threading.local()
        self._is_well = True

    @property
    def is_open(self) -> bool:
        """Whether this thread has the store open."""
        return getattr(self._here, "pid", 0) == os.getpid() and self._here.store is not None

    def __call__(self, questions: list[Seen]) -> Mapping[Seen, Acquaintance]:
        """What is known, by question; nothing where the store fails."""
        here = self._here
        if getattr(here, "pid", 0) != os.getpid():  # a file opened before a fork is not to be used after it
            here.pid, here.store, here.due_at = os.getpid(), None, 0.0
        if self._clock() < here.due_at:
            return {}
        try:
            if here.store is None:
                here.store = self._make()
            answers = dict(zip(questions, here.store.look(*questions), strict=True))
        except Exception as error:
            self._fail(f"{type(error).__name__}: {error}")
            return {}
        self._is_well = True
        return answers

    def _fail(self, why: str) -> None:
        here = self._here
        store, here.store, here.due_at = here.store, None, self._clock() + RETRY_S
        if self._is_well:
            self._is_well = False
            self._tell(f"who is known is not known: {why}"[:300])
        try:
            if store is not None:
                store.close()
        except Exception:
            return
