"""The first process of `fyke serve`: it opens the sockets, starts a generation, and starts the next one on a reload.

It loads no engine and reads no mail, so it may keep the privileges that low ports need. A new generation takes over
only when it is ready: a config that cannot be used changes nothing but the log.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import FrameType

from msgspec import Struct

from fyke.service.generation import Crew, Generation, follow, how
from fyke.service.ledger import Ledger
from fyke.service.notify import notify, reloading, watchdog_s
from fyke.service.sockets import Address, clear, listen

Listeners = Mapping[str, Sequence[socket.socket]]  # by name of door: one for each worker
BAD_CONFIG = 78  # EX_CONFIG of sysexits.h
REST_S = 1.0


class Plan(Struct):
    """What the config wants of the watcher."""

    addresses: dict[str, tuple[Address, ...]]  # where each door stands
    workers: int


class Watcher:
    """Watches over generations."""

    def __init__(
        self,
        plan: Callable[[], Plan],
        load: Callable[[Listeners, Ledger, int], Crew],
        tell: Callable[[str], None],
    ) -> None:
        """`load` runs in the new generation, whose number it gets; both raise what the user of the config must mend."""
        self._plan, self._load, self._tell = plan, load, tell
        self._ledger = Ledger()
        self._open: dict[Address, list[socket.socket]] = {}
        self._number = 0
        self._now = 0  # process of the generation that serves
        self._old: set[int] = set()
        self._signals: list[int] = []

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, self._note)
        wake_in, wake_out = os.pipe()
        os.set_blocking(wake_out, False)
        os.set_blocking(wake_in, False)
        signal.set_wakeup_fd(wake_out, warn_on_full_buffer=False)
        try:
            if not self._next():
                return BAD_CONFIG
            notify("READY=1", f"STATUS=serving at {', '.join(map(str, self._open))}")
            return self._watch(wake_in)
        finally:
            for where in self._open:
                clear(where)

    def _watch(self, wake: int) -> int:
        alive_s = watchdog_s() or 3_600.0
        while True:
            select.select([wake], [], [], min(alive_s, 5.0))
            with suppress(BlockingIOError):
                os.read(wake, 4_096)
            notify("WATCHDOG=1")
            noted, self._signals = self._signals, []
            if signal.SIGTERM in noted or signal.SIGINT in noted:
                return self._stop()
            self._reap()
            if signal.SIGHUP in noted:
                notify(reloading())
                self._tell("reload")
                self._next()
                notify("READY=1")
            if not self._now:
                self._tell("the generation is gone; another one is started")
                time.sleep(REST_S)
                self._next()

    def _next(self) -> bool:
        """Start a generation; when it is ready the one before retires. False, and all as before, if it cannot be."""
        try:
            plan = self._plan()
            listeners = self._listen(plan)
        except (OSError, ValueError) as error:
            self._tell(f"{error}; nothing is changed" if self._now else str(error))
            return False
        except Exception as error:
            self._tell(f"{error}; nothing is changed" if self._now else str(error))
            return False
        self._number += 1
        line_in, line_out = os.pipe()
        process = os.fork()
        if not process:
            os.close(line_in)
            self._generate(listeners, line_out, plan)
        os.close(line_out)
        said = _heard(line_in)
        if said != "ready":
            with suppress(ChildProcessError):
                _, status = os.waitpid(process, 0)
                said = said or how(status)
            self._tell(f"{said}; nothing is changed" if self._now else said)
            return False
        if self._now:
            os.kill(self._now, signal.SIGUSR1)
            self._old.add(self._now)
        self._now = process
        self._forget(plan)
        return True

    def _listen(self, plan: Plan) -> dict[str, list[socket.socket]]:
        """Sockets for all doors: those that are open, and new ones. Raises OSError."""
        found: dict[str, list[socket.socket]] = {}
        for name, places in plan.addresses.items():
            for at, where in enumerate(places):
                known = self._open.get(where, [])
                if len(known) < plan.workers:
                    known = [*known, *(listen(where, plan.workers) if not known else _more(known, where, plan.workers))]
                    self._open[where] = known
                found[f"{name}#{at}"] = known[: plan.workers]
        return found

    def _forget(self, plan: Plan) -> None:
        """Close the sockets of doors that are no more; those who retire have their own copies."""
        wanted = {where for places in plan.addresses.values() for where in places}
        for where in [where for where in self._open if where not in wanted]:
            for listener in self._open.pop(where):
                listener.close()
            clear(where)

    def _generate(self, listeners: Listeners, line: int, plan: Plan) -> None:
        """The whole life of a generation's process."""
        code = 1
        try:
            follow(os.getppid())
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            for number in (signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            crew = self._load(listeners, self._ledger, self._number)
            assert crew.workers == plan.workers
            Generation(crew, self._tell, lambda: _say(line, "ready")).run()
            code = 0
        except Exception as error:
            _say(line, str(error) or type(error).__name__)
            code = BAD_CONFIG
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not process:
                return
            self._old.discard(process)
            if process == self._now:
                self._tell(f"generation {self._number} {how(status)}")
                self._now = 0

    def _stop(self) -> int:
        notify("STOPPING=1")
        everybody = {self._now, *self._old} - {0}
        for process in everybody:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        for process in everybody:
            with suppress(ChildProcessError):
                os.waitpid(process, 0)
        return 0

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)


def _more(known: Sequence[socket.socket], where: Address, copies: int) -> list[socket.socket]:
    """More sockets where there are some already."""
    if where.path:
        return [known[0].dup() for _ in range(copies - len(known))]
    port = known[0].getsockname()[1]
    return listen(Address(host=where.host, port=port), copies - len(known))


def _say(line: int, text: str) -> None:
    with suppress(OSError):
        os.write(line, text.encode("utf-8", "replace")[:4_000])
        os.close(line)


def _heard(line: int) -> str:
    """What a generation says of itself: "ready", what is wrong, or nothing where it died."""
    said = b""
    while True:
        try:
            piece = os.read(line, 4_096)
        except InterruptedError:
            continue
        said += piece
        if not piece or said == b"ready":  # its workers have the other end too
            os.close(line)
            return said.decode("utf-8", "replace")
