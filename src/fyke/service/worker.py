"""A worker: an event loop with all doors, until it is told to end."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Sequence

from msgspec import Struct

from fyke.doors.base import Door, Doorway
from fyke.service.ledger import Ledger

GLANCE_S = 1.0  # between two looks at what others changed: what somebody teaches holds within a second


class Work(Struct):
    """What a worker serves."""

    doors: Sequence[tuple[Door, socket.socket]]
    ledger: Ledger
    refresh: Callable[[], None]  # look whether others changed what was loaded
    close: Callable[[], None]  # let go of what is open
    patience_s: float  # for mail under way when the service stops
    retire_s: float  # for connections of a worker whose successors are there


async def serve(work: Work, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM (stop) or SIGUSR1 (successors are there: end as your clients leave)."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[signal.Signals] = loop.create_future()
    for number in (signal.SIGTERM, signal.SIGUSR1):
        loop.add_signal_handler(number, _tell, told, number)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the watcher's to handle
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    ways = [Doorway(door, listener) for door, listener in work.doors]
    for way in ways:
        await way.open()
    work.ledger.count("worker_starts")
    ready()
    before: dict[int, tuple[int, ...]] = {}
    glance = asyncio.create_task(_glance(work, ways, before))
    word = await told
    await _ended(work, ways, word, loop)
    glance.cancel()
    _counted(work, ways, before)
    work.ledger.gauge("connections_open", 0)
    work.close()


def _tell(told: asyncio.Future[signal.Signals], number: signal.Signals) -> None:
    if not told.done():
        told.set_result(number)


async def _ended(work: Work, ways: Sequence[Doorway], word: signal.Signals, loop: asyncio.AbstractEventLoop) -> None:
    """End all doors at once; whoever retires may still be told to stop."""
    stops = word is signal.SIGTERM
    patience_s = work.patience_s if stops else work.retire_s
    ending = asyncio.gather(*(way.end(patience_s, cut_idle=stops) for way in ways))
    if not stops:
        stop = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        waits = asyncio.create_task(stop.wait())
        await asyncio.wait((ending, waits), return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        if not ending.done():
            ending.cancel()
            await asyncio.gather(*(way.end(work.patience_s, cut_idle=True) for way in ways))
            return
    await ending


async def _glance(work: Work, ways: Sequence[Doorway], before: dict[int, tuple[int, ...]]) -> None:
    """Keep the counters current, and what was loaded."""
    while True:
        await asyncio.sleep(GLANCE_S)
        _counted(work, ways, before)
        await asyncio.to_thread(work.refresh)


def _counted(work: Work, ways: Sequence[Doorway], before: dict[int, tuple[int, ...]]) -> None:
    for way in ways:
        counts = way.door.counts
        now = (counts.connections, counts.refused, counts.errors, counts.gone, counts.faults, counts.bytes_in)
        for name, value, was in zip(_COUNTED, now, before.get(id(way), (0,) * len(now)), strict=True):
            if value != was:
                work.ledger.count(name, value - was)
        before[id(way)] = now
    work.ledger.gauge("connections_open", sum(way.connections for way in ways))


_COUNTED = ("connections", "connections_refused", "protocol_errors", "clients_gone", "door_faults", "bytes_in")
