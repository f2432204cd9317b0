"""Slots to records, by this process or by forks of it, always in order, and never one lost.

A worker is forked after the engine is loaded and frozen (`setup.engine`), and shares it. Parent and worker talk over
a socket: slots go out in chunks, records come back. When a worker dies, each message of its chunk gets a process of its
own, so that the one that kills it is found, told, and costs nothing but itself.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Self

import msgspec
from msgspec import Struct

from fyke.cli import record as records
from fyke.cli.mailbox import Slot
from fyke.cli.work import Outcome, scan_one
from fyke.engine import Engine
from fyke.model import Envelope

CHUNK = 16  # slots: about 10 ms of work, so that the talk costs nothing and two workers end together
CHUNK_BYTES = 1 << 20  # of messages whose bytes go along
WAITING = 2  # chunks a worker has: one at work, one at hand. Of slots without bytes both fit into the socket
AHEAD = 256  # chunks done before one that is not: bounds the memory that order costs


class _Chunk(Struct):
    """Some slots, and what became of them once a worker sent it."""

    slots: list[Slot]
    outcomes: list[Outcome] | None = None


class _Worker(Struct):
    """A forked process, the line to it, and the chunks it has."""

    process: BaseProcess
    line: Connection
    chunks: deque[_Chunk]


class Pool:
    """Several processes that scan. Use as a context manager: leaving it ends them."""

    def __init__(self, engine: Engine, envelope: Envelope, jobs: int, *, counting: bool = False) -> None:
        self._engine = engine
        self._counting = counting
        self._envelope = envelope
        self._fork = get_context("fork")
        self._workers = [self._start() for _ in range(jobs)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.line.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()

    def scan(self, slots: Iterable[Slot]) -> Iterator[Outcome]:
        """What became of the slots, in their order."""
        coming = _chunks(slots)
        pending: deque[_Chunk] = deque()
        exhausted = False
        while True:
            worker = None if exhausted or len(pending) >= AHEAD else self._free()
            if worker is not None:
                chunk = next(coming, None)
                if chunk is None:
                    exhausted = True
                else:
                    pending.append(chunk)
                    self._give(worker, chunk)
            elif pending:
                self._collect()
            else:
                return
            while pending and pending[0].outcomes is not None:
                yield from pending.popleft().outcomes or ()

    def _free(self) -> _Worker | None:
        """The worker that has least to do, where one can take a chunk."""
        worker = min(self._workers, key=lambda each: len(each.chunks))
        if not worker.chunks:
            return worker
        light = all(slot.data is None for chunk in worker.chunks for slot in chunk.slots)
        return worker if light and len(worker.chunks) < WAITING else None

    def _give(self, worker: _Worker, chunk: _Chunk) -> None:
        worker.chunks.append(chunk)
        try:
            worker.line.send_bytes(_ENCODER.encode(chunk.slots))
        except OSError:
            pass  # it died; `_collect` sees that

    def _collect(self) -> None:
        """Wait until a worker has something to say, and take it."""
        busy = {worker.line: worker for worker in self._workers if worker.chunks}
        for line in wait(list(busy)):
            worker = busy[line]  # type: ignore[index]
            try:
                worker.chunks[0].outcomes = _OUTCOMES.decode(worker.line.recv_bytes())
                worker.chunks.popleft()
            except (EOFError, OSError):
                self._bury(worker)

    def _bury(self, worker: _Worker) -> None:
        """Replace a dead worker: its first chunk one message at a time, the others as they were."""
        worker.process.join()
        worker.line.close()
        first, *others = worker.chunks
        first.outcomes = [self._alone(slot) for slot in first.slots]
        fresh = self._start()
        self._workers[self._workers.index(worker)] = fresh
        for chunk in others:
            self._give(fresh, chunk)

    def _alone(self, slot: Slot) -> Outcome:
        """Scan one message in a process of its own; if that dies, it was this message."""
        worker = self._start()
        try:
            worker.line.send_bytes(_ENCODER.encode([slot]))
            return _OUTCOMES.decode(worker.line.recv_bytes())[0]
        except (EOFError, OSError):
            worker.process.join()
            return Outcome(records.broken(slot.shown, _death(worker.process.exitcode), self._engine.policy))
        finally:
            worker.line.close()
            worker.process.join()

    def _start(self) -> _Worker:
        ours, theirs = self._fork.Pipe()
        work = self._engine, self._envelope, self._counting
        process = self._fork.Process(target=_work, args=(*work, theirs, ours), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours, deque())


_ENCODER = msgspec.msgpack.Encoder()
_SLOTS = msgspec.msgpack.Decoder(list[Slot])
_OUTCOMES = msgspec.msgpack.Decoder(list[Outcome])


def _work(engine: Engine, envelope: Envelope, counting: bool, line: Connection, parents: Connection) -> None:
    """A worker's life: chunks in, outcomes out, until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    parents.close()  # else the parent's death would not be heard
    try:
        while True:
            slots = _SLOTS.decode(line.recv_bytes())
            line.send_bytes(_encoded([scan_one(engine, envelope, slot, counting=counting) for slot in slots]))
    except (EOFError, OSError):
        return


def _encoded(outcomes: list[Outcome]) -> bytes:
    try:
        return _ENCODER.encode(outcomes)
    except UnicodeEncodeError:
        return _ENCODER.encode([_tidied(outcome) for outcome in outcomes])


def _tidied(outcome: Outcome) -> Outcome:
    return msgspec.structs.replace(outcome, record=records.tidy(outcome.record)) if outcome.record else outcome


def _chunks(slots: Iterable[Slot]) -> Iterator[_Chunk]:
    """Slots by the handful; bytes that go along make a handful smaller."""
    taken: list[Slot] = []
    size = 0
    for slot in slots:
        taken.append(slot)
        size += len(slot.data or b"")
        if len(taken) >= CHUNK or size >= CHUNK_BYTES:
            yield _Chunk(taken)
            taken, size = [], 0
    if taken:
        yield _Chunk(taken)


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        return f"the process that scanned it was killed by {signal.Signals(-code).name}"
    return f"the process that scanned it left with {code}"
