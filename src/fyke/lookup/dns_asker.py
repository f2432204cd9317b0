"""Questions to resolvers over UDP and TCP, all of them on the thread of one event loop; no thread and no cache here.

A question is tried again, at the next server, when an answer is later than usual; every try is listened to until one
of them is answered or the question's time is over. Nobody's answer counts but that of the server that was asked, to
the number, the port and the question that were sent.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable

from msgspec import Struct

from fyke.lookup.dns_cache import Answer, Key, keep_s
from fyke.lookup.dns_ports import Place, Ports, streamed
from fyke.lookup.dns_servers import Address, Server
from fyke.model.query import UNKNOWN, Records
from fyke.wire import dns as wire

TRIES = 6  # with three of ten packets lost, one question of 1,400 is not answered
STEADY = 3  # tries with the same patience: a packet was lost ...
GROWTH = 1.7  # ... and from then on with more and more: the server has too much to do
CURIOUS = 50  # of so many questions, one is put to every server besides, to see how it is; nobody waits for that
LIES = 8  # wrong answers to a question's tries, after which TCP decides, where a forger would have to see our packets
HOPS = 8  # alias to alias, where a server stops half way
STREAMS = 64  # TCP connections at a time
QUEUED = 10_000  # questions that wait for their turn


class Terms(Struct, frozen=True):
    """How resolvers are asked."""

    servers: tuple[Address, ...]
    timeout_s: float = 1.5  # the longest wait before another try
    life_s: float = 10.0  # of one question, with all its tries
    failure_s: float = 10.0  # for which a failure is remembered
    parallel: int = 1_000  # questions on their way
    mix_case: bool = False


class Figures(Struct):
    """What has been done so far."""

    asked: int = 0
    sent: int = 0
    streams: int = 0
    lies: int = 0
    failed: int = 0


Tell = Callable[[Key, Answer, float], None]  # which question, its answer, and how long it may be kept (0: not at all)


class _Flight:
    """One question on its way."""

    __slots__ = (
        "asked",
        "edns",
        "failed",
        "hops",
        "is_probe",
        "key",
        "lies",
        "open",
        "streamed",
        "timer",
        "tries",
        "ttl_s",
        "until",
    )

    def __init__(self, key: Key, asked: bytes, until: float) -> None:
        self.key, self.asked, self.until = key, asked, until
        self.tries = self.lies = self.hops = 0
        self.ttl_s = wire.MOST_TTL_S  # of the aliases that were followed
        self.edns, self.is_probe = True, False
        self.open: list[tuple[Server, Place[_Try]]] = []  # tries that may still be answered
        self.failed: set[Server] = set()  # said that they cannot tell
        self.streamed: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None


class _Try(Struct, frozen=True, eq=False):
    flight: _Flight
    server: Server
    asked: bytes  # the question with the case of its letters
    at: float


class Asker:
    """Asks, and tells what came of it. To be used on the loop's own thread only."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, terms: Terms, tell: Tell, chance: random.Random | None = None
    ) -> None:
        self._loop, self._terms, self._tell = loop, terms, tell
        self._chance = random.SystemRandom() if chance is None else chance
        self._servers = [Server(where, terms.timeout_s, loop.time()) for where in terms.servers]
        self._ports = {
            server: Ports[_Try](
                loop,
                server.where,
                self._chance,
                arrived=self._arrived,
                refused=lambda sent: self._refused(sent.flight, sent.server),
            )
            for server in self._servers
        }
        self._flights: set[_Flight] = set()
        self._queue: deque[tuple[Key, float]] = deque()
        self._streams = asyncio.Semaphore(STREAMS)
        self.figures = Figures()

    def ask(self, key: Key) -> None:
        """Ask, now or when it is its turn. The caller sees to it that equal questions are not asked twice."""
        self.figures.asked += 1
        until = self._loop.time() + self._terms.life_s
        if len(self._flights) < self._terms.parallel:
            self._start(key, until)
        elif len(self._queue) < QUEUED:
            self._queue.append((key, until))
        else:
            self._fail(key, 0.0)

    def close(self) -> None:
        """Let go of all sockets; nothing more is told."""
        self._queue.clear()
        for flight in self._flights:
            self._forget(flight)
        self._flights.clear()
        for ports in self._ports.values():
            ports.close()

    def _start(self, key: Key, until: float) -> None:
        try:
            flight = _Flight(key, wire.question(*key), until)
        except wire.Impossible:
            self._tell(key, Records(exists=False), 0.0)
        except (UnicodeError, KeyError):  # not as the question says that names and types are written
            self._fail(key, 0.0)
        else:
            self._go(flight)
            if len(self._servers) > 1 and not self.figures.asked % CURIOUS:
                self._look_at_all(key, flight.asked, until)

    def _look_at_all(self, key: Key, asked: bytes, until: float) -> None:
        for server in self._servers:
            probe = _Flight(key, asked, until)
            probe.is_probe, probe.tries = True, TRIES - 1
            probe.failed.update(each for each in self._servers if each is not server)
            self._go(probe)

    def _go(self, flight: _Flight) -> None:
        self._flights.add(flight)
        self._next(flight)

    def _next(self, flight: _Flight) -> None:
        """Another try, where there is a server that may know."""
        self._unset(flight)
        now = self._loop.time()
        server = self._choose(flight, now) if flight.tries < TRIES and now < flight.until else None
        if server is None:
            if not flight.open and flight.streamed is None:
                self._end_badly(flight)
            else:
                wait_s = min(self._terms.timeout_s, flight.until - now)
                flight.timer = self._loop.call_later(max(0.0, wait_s), self._end_badly, flight)
            return
        flight.tries += 1
        try:
            self._send(flight, server, now)
        except OSError:
            self._refused(flight, server)
        else:
            patience_s = min(server.patience_s * GROWTH ** max(0, flight.tries - STEADY), self._terms.timeout_s)
            flight.timer = self._loop.call_later(patience_s, self._late, flight, server)

    def _choose(self, flight: _Flight, now: float) -> Server | None:
        """The next server that neither failed at this question nor rests; first the one that is quickest just now."""
        servers = self._servers
        if len(servers) > 1:
            servers = sorted(servers, key=_burden)
        for step in range(len(servers)):
            server = servers[(flight.tries + step) % len(servers)]
            if server not in flight.failed and server.takes(now):
                return server
        return None

    def _late(self, flight: _Flight, server: Server) -> None:
        server.missed(self._loop.time())
        self._next(flight)

    def _refused(self, flight: _Flight, server: Server) -> None:
        """Nobody listens there."""
        server.missed(self._loop.time())
        self._failed_at(flight, server)

    def _failed_at(self, flight: _Flight, server: Server) -> None:
        """It cannot tell; perhaps another can."""
        flight.failed.add(server)
        self._forget_tries(flight, server)
        if len(flight.failed) < len(self._servers):
            self._next(flight)
        elif flight.streamed is None:
            self._end_badly(flight)

    def _send(self, flight: _Flight, server: Server, now: float) -> None:
        """Raises `OSError` where nobody is there."""
        ports = self._ports[server]
        place = ports.place(now)
        asked = flight.asked
        if self._terms.mix_case:
            asked = wire.mixed(asked, self._chance.getrandbits(len(asked)))
        ports.send(place, wire.message(place[1], asked, edns=flight.edns), _Try(flight, server, asked, now))
        self.figures.sent += 1
        flight.open.append((server, place))

    def _arrived(self, sent: _Try | None, data: bytes) -> None:
        if sent is None:  # garbage, or another answer to a question that has been answered
            self.figures.lies += 1
            return
        now = self._loop.time()
        try:
            reply = wire.read(data, sent.asked, exact_case=self._terms.mix_case)
        except (wire.Foreign, wire.Malformed) as error:
            self._lied_to(sent.flight, sent.server, error)
            return
        sent.server.heard(now, now - sent.at)
        if reply.is_truncated:
            self._over_tcp(sent.flight, sent.server)
        else:
            self._heard(sent.flight, sent.server, reply)

    def _lied_to(self, flight: _Flight, server: Server, error: Exception) -> None:
        """The number was right and the rest was not: once may be chance, more is somebody who guesses."""
        self.figures.lies += 1
        flight.lies += 1
        if flight.lies >= LIES or isinstance(error, (wire.OtherCase, wire.Malformed)):
            self._over_tcp(flight, server)

    def _heard(self, flight: _Flight, server: Server, reply: wire.Reply) -> None:
        if reply.code in (wire.NOERROR, wire.NXDOMAIN):
            if reply.alias:
                self._follow(flight, reply)
                return
            self._end(flight)
            records = Records(
                reply.values,
                reply.code == wire.NOERROR,
                min(reply.ttl_s, flight.ttl_s),
                reply.secure and not flight.hops,
            )
            if not flight.is_probe:
                self._tell(flight.key, records, keep_s(records))
        elif reply.code in (wire.FORMERR, wire.NOTIMP) and flight.edns:  # RFC 6891 7: an old one
            flight.edns = False
            self._forget_tries(flight, server)
            flight.tries -= 1
            self._next(flight)
        else:
            self._failed_at(flight, server)

    def _follow(self, flight: _Flight, reply: wire.Reply) -> None:
        """Ask on where an alias leads."""
        flight.hops += 1
        flight.ttl_s = min(flight.ttl_s, reply.ttl_s)
        self._forget(flight)
        try:
            flight.asked = wire.question(reply.alias, flight.key[1])
        except (wire.Impossible, UnicodeError):  # it has escapes, which no host has
            flight.hops = HOPS + 1
        if flight.hops > HOPS:
            self._end_badly(flight)
        else:
            flight.tries = 0
            self._next(flight)

    # TCP

    def _over_tcp(self, flight: _Flight, server: Server) -> None:
        """Ask this server again, where the answer may be long and cannot be forged from afar."""
        if flight.streamed is not None:
            return
        self._forget_tries(flight, server)
        self._unset(flight)
        flight.streamed = self._loop.create_task(self._stream(flight, server))

    async def _stream(self, flight: _Flight, server: Server) -> None:
        self.figures.streams += 1
        reply = None
        left_s = flight.until - self._loop.time()
        try:
            async with asyncio.timeout(min(2 * self._terms.timeout_s, left_s)), self._streams:
                query = wire.message(self._chance.getrandbits(16), flight.asked, edns=flight.edns)
                reply = wire.read(await streamed(server.where, query), flight.asked)
        except (OSError, EOFError, wire.Malformed, wire.Foreign):
            server.missed(self._loop.time())
        flight.streamed = None
        if flight not in self._flights:
            return
        if reply is None or reply.is_truncated:
            self._failed_at(flight, server)
        else:
            self._heard(flight, server, reply)

    # The end

    def _end_badly(self, flight: _Flight) -> None:
        was_tried = flight.tries > 0
        self._end(flight)
        if not flight.is_probe:
            self._fail(flight.key, self._terms.failure_s if was_tried else 0.0)

    def _fail(self, key: Key, for_s: float) -> None:
        self.figures.failed += 1
        self._tell(key, UNKNOWN, for_s)

    def _end(self, flight: _Flight) -> None:
        self._forget(flight)
        self._flights.discard(flight)
        if self._queue:
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Whose turn it is now."""
        while self._queue and len(self._flights) < self._terms.parallel:
            key, until = self._queue.popleft()
            if self._loop.time() < until:
                self._start(key, until)
            else:
                self._fail(key, 0.0)

    def _forget(self, flight: _Flight) -> None:
        self._unset(flight)
        self._forget_tries(flight, *self._servers)
        if flight.streamed is not None:
            flight.streamed.cancel()
            flight.streamed = None

    def _forget_tries(self, flight: _Flight, *servers: Server) -> None:
        kept = []
        for server, place in flight.open:
            if server in servers:
                self._ports[server].forget(place)
            else:
                kept.append((server, place))
        flight.open = kept

    def _unset(self, flight: _Flight) -> None:
        if flight.timer is not None:
            flight.timer.cancel()
            flight.timer = None


def _burden(server: Server) -> int:
    return server.burden
