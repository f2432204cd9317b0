"""Answers `Dns` by asking resolvers, and never lets anybody wait longer than a mail may take.

What is known is told in the caller's thread. The rest is asked by one thread of this process, which runs an event loop
for all callers: equal questions are asked once, and each answer is kept for its time to live. Whatever goes wrong
(no server, a broken zone, a lie, no time left) is no answer at all, so the question stays `UNKNOWN`, never "no".
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from msgspec import Struct

from fyke.lookup.dns_asker import Asker, Figures, Terms
from fyke.lookup.dns_cache import Answer, Cache, Key
from fyke.model import Fault
from fyke.model.query import UNKNOWN, Dns, Records

WHO = "dns"
Told = dict[Dns, Records]

DEADLINE_S = 10.0  # of all questions of a mail; RFC 7208 4.6.4 gives SPF alone 20
QUESTIONS = 100  # of a mail: SPF, DKIM, ARC, DMARC and some lists need thirty
CACHE_BYTES = 32 << 20
START_S = 5.0  # for the thread to run


class Asking(Struct):
    """What one mail has asked so far, and may still ask."""

    until: float  # on the resolver's clock
    left: int  # questions
    asked: int = 0
    over: int = 0  # not asked, for it was over the limit
    unanswered: int = 0

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is to be told of it on the scan."""
        said = []
        if self.over:
            said.append(Fault(WHO, f"{self.over} questions over the limit of {self.asked} were not asked"))
        if self.unanswered:
            said.append(Fault(WHO, f"{self.unanswered} of {self.asked} questions were not answered"))
        return tuple(said)


class Resolver:
    """Answers from the DNS. Threads and event loops may share one; a fork starts afresh, with an empty cache."""

    def __init__(
        self,
        terms: Terms,
        *,
        deadline_s: float = DEADLINE_S,
        questions: int = QUESTIONS,
        cache_bytes: int = CACHE_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terms, self._deadline_s, self._questions = terms, deadline_s, questions
        self._cache_bytes, self._clock = cache_bytes, clock
        self._current: ContextVar[Asking | None] = ContextVar("asking", default=None)
        self._abandoned: list[_Running] = []  # of the process that this one was forked from: not ours to close
        self._running: _Running | None = None
        self._begin()

    @contextmanager
    def mail(self) -> Iterator[Asking]:
        """Within it, all questions of this thread or task are one mail's: one deadline, one count."""
        asking = self._fresh()
        token = self._current.set(asking)
        try:
            yield asking
        finally:
            self._current.reset(token)

    def answer(self, questions: Iterable[Dns]) -> Mapping[Dns, Records]:
        """What the DNS says; a question that is not among the answers is unknown. Outside of `mail`, a call is one."""
        asking = self._current.get() or self._fresh()
        told, open_ = self._known(asking, questions)
        if open_:
            batch = self._submit(open_)
            with suppress(Late):
                batch.done.result(self._left_s(asking))
            _gather(batch, open_, told, asking)
        return told

    async def ask(self, questions: Iterable[Dns]) -> Mapping[Dns, Records]:
        """The same for a caller with an event loop of its own."""
        asking = self._current.get() or self._fresh()
        told, open_ = self._known(asking, questions)
        if open_:
            batch = self._submit(open_)
            await asyncio.wait([asyncio.wrap_future(batch.done)], timeout=self._left_s(asking))
            _gather(batch, open_, told, asking)
        return told

    @property
    def figures(self) -> Figures:
        """What has been asked of servers so far, in this process."""
        return self._running.asker.figures if self._running is not None else Figures()

    def close(self) -> None:
        """End the thread and close its sockets. The resolver may be asked again, and then starts another."""
        if os.getpid() == self._process:
            with self._lock:
                running, self._running = self._running, None
            if running is not None:
                running.close()

    def _fresh(self) -> Asking:
        return Asking(self._clock() + self._deadline_s, self._questions)

    def _left_s(self, asking: Asking) -> float:
        return max(0.0, asking.until - self._clock())

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._cache = Cache(self._cache_bytes, self._clock)
        if self._running is not None:
            self._abandoned.append(self._running)
            self._running = None

    def _known(self, asking: Asking, questions: Iterable[Dns]) -> tuple[Told, dict[Key, list[Dns]]]:
        """What is told at once, and what is to be asked."""
        if os.getpid() != self._process:
            self._begin()
        told: Told = {}
        open_: dict[Key, list[Dns]] = {}
        get = self._cache.get
        for question in questions:
            if asking.left <= 0:
                asking.over += 1
                continue
            asking.left -= 1
            asking.asked += 1
            key = (question.name, question.type)
            answer = get(key)
            if answer is None:
                open_.setdefault(key, []).append(question)
            elif type(answer) is Records:
                told[question] = answer
            else:
                asking.unanswered += 1
        return told, open_

    def _submit(self, keys: Iterable[Key]) -> _Batch:
        batch = _Batch(tuple(keys))
        while True:
            with self._lock:
                if self._running is None:
                    self._running = _Running(self._terms, self._cache)
                running = self._running
            try:
                running.loop.call_soon_threadsafe(running.take, batch)
            except RuntimeError:  # another thread has just closed it
                with self._lock:
                    if self._running is running:
                        self._running = None
                continue
            return batch


class _Batch:
    """Questions that somebody waits for."""

    __slots__ = ("done", "keys", "left", "told")

    def __init__(self, keys: tuple[Key, ...]) -> None:
        self.keys = keys
        self.left = len(keys)
        self.told: dict[Key, Answer] = {}
        self.done: Future[None] = Future()

    def tell(self, key: Key, answer: Answer) -> None:
        """Take an answer, on the loop's thread; the last one wakes who waits."""
        self.told[key] = answer
        self.left -= 1
        if not self.left:
            with suppress(InvalidStateError):  # nobody waits any more
                self.done.set_result(None)


class _Running:
    """The thread, its loop, and who waits there for what."""

    def __init__(self, terms: Terms, cache: Cache) -> None:
        self._cache = cache
        self._waiting: dict[Key, list[_Batch]] = {}
        self.loop = asyncio.new_event_loop()
        self.asker = Asker(self.loop, terms, self._arrived)
        self._thread = threading.Thread(target=self._run, name="fyke-dns", daemon=True)
        self._thread.start()

    def take(self, batch: _Batch) -> None:
        """Ask what nobody has asked yet, and have the batch wait for all of it."""
        for key in batch.keys:
            waiting = self._waiting.get(key)
            if waiting is not None:
                waiting.append(batch)
            elif (known := self._cache.get(key)) is not None:  # it came between
                batch.tell(key, known)
            else:
                self._waiting[key] = [batch]
                try:
                    self.asker.ask(key)
                except Exception as error:  # a bug is loud, and nobody waits for it
                    self.loop.call_exception_handler({"message": f"could not ask {key}", "exception": error})
                    self._arrived(key, UNKNOWN, 0.0)

    def close(self) -> None:
        """End it; who still waits is told nothing more."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(START_S)

    def _arrived(self, key: Key, answer: Answer, keep_s: float) -> None:
        if keep_s > 0:
            self._cache.keep(key, answer, keep_s)
        for batch in self._waiting.pop(key, ()):
            batch.tell(key, answer)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.asker.close()
            for batches in self._waiting.values():
                for batch in batches:
                    with suppress(InvalidStateError):
                        batch.done.set_result(None)
            self.loop.run_until_complete(asyncio.sleep(0))  # lets cancelled tasks end
            self.loop.close()


def _gather(batch: _Batch, open_: Mapping[Key, list[Dns]], told: Told, asking: Asking) -> None:
    """Take over what came; the loop may still be writing more, so from a copy."""
    came = dict(batch.told)
    for key, questions in open_.items():
        answer = came.get(key)
        if isinstance(answer, Records):
            told.update((question, answer) for question in questions)
        else:
            asking.unanswered += len(questions)
