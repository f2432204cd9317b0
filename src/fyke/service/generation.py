"""A generation: one process that loads everything once, drops its privileges, and forks the workers that share it.

It starts anew a worker that dies, and ends when it is told to or when the watcher is gone. It serves nothing itself, so
that whatever a mail does to a worker finds another one forked from a process that no mail has touched.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from msgspec import Struct

from fyke.service.worker import Work, serve

PR_SET_PDEATHSIG = 1  # prctl(2)
REST_S = 1.0  # before a worker is started anew that did not live longer than this
TEND_S = 20.0  # between two rounds of what is to be done beside the mail
KEEPER = -1  # the number of the process that does it
STOPS = (signal.SIGTERM, signal.SIGUSR1)


class Crew(Struct):
    """What a generation has loaded."""

    workers: int
    work: Callable[[int], Work]  # what the worker of that number serves; called in its own process
    tend: Callable[[], None] | None  # done every `TEND_S` in a process of its own
    uvloop: bool = True  # where it is installed


class Generation:
    """The life of one generation."""

    def __init__(self, crew: Crew, tell: Callable[[str], None], ready: Callable[[], None]) -> None:
        """`ready` is called once, when all workers accept."""
        self._crew, self._tell, self._ready = crew, tell, ready
        self._running: dict[int, tuple[int, float]] = {}  # process to its number and when it was started
        self._due: dict[int, float] = {}  # numbers that are to be started, and when
        self._word: signal.Signals | None = None
        self._line_in, self._line_out = os.pipe()

    def run(self) -> None:
        """Work until told to end and all workers have."""
        for number in STOPS:
            signal.signal(number, self._told)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)  # only wakes
        numbers = [*range(self._crew.workers), *([KEEPER] if self._crew.tend is not None else [])]
        self._due = dict.fromkeys(numbers, 0.0)
        self._start_due()
        self._await_ready(self._crew.workers)
        while self._running or self._word is None:
            self._reap()
            if self._word is None:
                self._start_due()
            if self._running or self._word is None:
                time.sleep(0.2)  # a signal ends it early

    def _await_ready(self, count: int) -> None:
        """A worker says a byte when it accepts; where one died before, its successor does."""
        os.set_blocking(self._line_in, False)
        while count > 0 and self._word is None:
            with suppress(BlockingIOError):
                count -= len(os.read(self._line_in, count))
            self._reap()
            self._start_due()
            time.sleep(0.01)
        if self._word is None:
            self._ready()

    def _told(self, number: int, _frame: FrameType | None) -> None:
        """Pass it on; who was told to retire may still be told to stop."""
        self._word = signal.Signals(number)
        self._due.clear()
        for process, (worker, _) in list(self._running.items()):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM if worker == KEEPER else number)

    def _start_due(self) -> None:
        now = time.monotonic()
        for number in [number for number, at in self._due.items() if at <= now]:
            del self._due[number]
            self._running[self._fork(number)] = (number, now)

    def _reap(self) -> None:
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not process:
                return
            found = self._running.pop(process, None)
            if found is None or self._word is not None:
                continue
            number, started = found
            name = "keeper" if number == KEEPER else f"worker {number}"
            self._tell(f"{name} {how(status)}; another one is started")
            lived_s = time.monotonic() - started
            self._due[number] = time.monotonic() + (0.0 if lived_s > REST_S else REST_S)

    def _fork(self, number: int) -> int:
        process = os.fork()
        if process:
            return process
        code = 1
        try:
            follow(os.getppid())
            for each in (*STOPS, signal.SIGCHLD):
                signal.signal(each, signal.SIG_DFL)
            if self._word is not None:
                os._exit(0)  # told between
            self._live(number)
            code = 0
        except Exception as error:
            self._tell(f"worker {number}: {type(error).__name__}: {error}")
        finally:
            os._exit(code)

    def _live(self, number: int) -> None:
        """The whole life of a child."""
        if number == KEEPER:
            assert self._crew.tend is not None
            keep(self._crew.tend, self._tell)
            return
        gc.enable()
        work = self._crew.work(number)
        runner = asyncio.Runner(loop_factory=_loops(wanted=self._crew.uvloop))
        with runner:
            runner.run(serve(work, lambda: void(os.write(self._line_out, b"."))))


def keep(tend: Callable[[], None], tell: Callable[[str], None]) -> None:
    """Do what is to be done beside the mail, again and again, until SIGTERM; a failure is told and tried again."""
    is_over = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_over
        is_over = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    due = time.monotonic()
    while not is_over:
        if time.monotonic() >= due:
            try:
                tend()
            except Exception as error:
                tell(f"keeper: {type(error).__name__}: {error}")
            due = time.monotonic() + TEND_S
        time.sleep(0.5)


def follow(parent: int) -> None:
    """Be told to end when the parent is gone, however it went (Linux; elsewhere the others are killed by hand)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != parent:
        os._exit(0)


def how(status: int) -> str:
    """How a process ended, from its wait status."""
    if os.WIFSIGNALED(status):
        return f"was killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"left with {os.waitstatus_to_exitcode(status)}"


def void(_value: object) -> None:
    """Do nothing with a value."""


def _loops(*, wanted: bool) -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster event loop, where it is installed; Python's own does the same."""
    if not wanted:
        return None
    try:
        loops: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    except ImportError:
        return None
    return loops
