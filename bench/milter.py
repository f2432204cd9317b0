"""What a milter costs: mails a second, latency and processor time, asked directly or by real Postfix.

    python -m bench.milter --own                      our door before a gate that accepts at once: what the door costs
    python -m bench.milter 127.0.0.1:11332 --pid 4711  any milter, and what its process and children use
    python -m bench.milter --own --postfix            the same through a private Postfix (Debian's, as root)

Asked directly, we are the mail server: each connection is one of its clients, who sends mail after mail. Of a pack of
mail the messages are taken in turn. Through Postfix, smtp-source sends messages of its own making.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from bench import packs
from bench.process import children, cpu_s, memory_mib
from fyke.doors.base import Doorway
from fyke.doors.milter import Milter
from fyke.model import Action, Envelope, Label, Scan, Verdict
from fyke.model.gate import Early, Handled
from fyke.wire.milter import Server
from fyke.wire.milter.server import Answer
from fyke.wire.milter.server import State as Said
from fyke.wire.milter.words import CHUNK_BYTES

_FIELD = re.compile(rb"([!-9;-~]+):((?:[^\n]|\n[ \t])*)\n")
WARM = 50  # mails before the clock starts


class Asked(Struct, frozen=True):
    """A message as a mail server tells it."""

    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes


class Taken(Struct):
    """What came of it."""

    walls: list[float]  # of each mail, in seconds, from its sender to the answer to its end
    answers: Counter[str]


def asked(raw: bytes) -> Asked:
    """A message cut into fields and body; a header that is none is body, a line `From ` of an mbox is left out."""
    text = raw.replace(b"\r\n", b"\n")
    at, fields = text.find(b"\n") + 1 if text.startswith(b"From ") else 0, []
    while found := _FIELD.match(text, at):
        fields.append((found[1], found[2].replace(b"\0", b"")))
        at = found.end()
    return Asked(tuple(fields), text[at:].removeprefix(b"\n").replace(b"\n", b"\r\n"))


class Client:
    """One client of a mail server that asks a milter."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._wire = Server()
        self._kept = bytearray()

    async def greet(self, number: int) -> None:
        """Agree, and say who it is."""
        wire = self._wire
        self._writer.write(wire.offer())
        while wire.next_event() is None:
            wire.receive(await self._reader.read(65_536))
        await self._said(wire.connect(b"mail.example.net", b"4", 40_000, b"192.0.2.%d" % (number % 250 + 1)))
        await self._said(wire.helo(b"mail.example.net"))

    async def send(self, mail: Asked, number: int) -> str:
        """A mail, and the letter of the last word on it."""
        wire = self._wire
        await self._said(wire.define(b"M", {b"i": b"%08X" % number}) + wire.sender(b"<ann@example.net>"))
        answer = await self._said(wire.recipient(b"<bob%d@example.org>" % (number % 1_000)))
        if answer != b"c":
            self._kept += wire.abort()
            return f"rcpt {answer.decode()}"
        await self._said(wire.data())
        for name, value in mail.fields:
            await self._said(wire.header(name, value))
        await self._said(wire.headers_end())
        for at in range(0, len(mail.body), CHUNK_BYTES):
            if await self._said(wire.body(mail.body[at : at + CHUNK_BYTES])) == b"s":
                break
        return (await self._said(wire.end())).decode()

    def leave(self) -> None:
        """Say so, and hang up."""
        if self._wire.state is Said.READY:
            self._kept += self._wire.quit()
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write(bytes(self._kept))
        self._kept.clear()

    async def _said(self, data: bytes) -> bytes:
        """Say it, and wait for an answer where there is one; until then it is kept, as Postfix does."""
        self._kept += data
        if self._wire.state is Said.WAITING:
            self._flush()
        while self._wire.state is Said.WAITING:
            event = self._wire.next_event()
            if isinstance(event, Answer):
                return event.letter
            if event is None:
                self._wire.receive(await self._reader.read(65_536))
        return b""


async def drive(where: str, mails: Sequence[Asked], count: int, connections: int) -> Taken:
    """Send so many mails over so many connections at a time."""
    taken, numbers = Taken([], Counter()), iter(range(count))

    async def client(number: int) -> None:
        reader, writer = await _connection(where)
        one = Client(reader, writer)
        await one.greet(number)
        for mail in numbers:
            started = time.perf_counter()
            taken.answers[await one.send(mails[mail % len(mails)], mail)] += 1
            taken.walls.append(time.perf_counter() - started)
        one.leave()

    await asyncio.gather(*(client(number) for number in range(connections)))
    return taken


async def _connection(where: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if "/" in where:
        return await asyncio.open_unix_connection(where.removeprefix("unix:"))
    host, _, port = where.removeprefix("inet:").rpartition(":")
    return await asyncio.open_connection(host, int(port))


class Accepting:
    """A gate that takes everything, at once."""

    def __init__(self) -> None:
        verdict = Verdict(Label.HAM, (), 0.0, 0.5, (), (), ())
        scan = Scan(
            "0" * 32, Envelope(), "0" * 64, 0, "", "", "", (), "", verdict, Action.ACCEPT, (), (), (), (), 0
        )  # fmt: skip
        self._handled, self._early = Handled(scan, Action.ACCEPT), Early(Action.ACCEPT)

    async def early(self, _envelope: Envelope) -> Early:
        """Go on."""
        return self._early

    async def handle(self, _envelope: Envelope, _raw: bytes, *, keeps: bool = True) -> Handled:  # noqa: ARG002
        """Take it."""
        return self._handled

    async def look(self, _name: str, _content: bytes) -> Scan:
        """It is nothing."""
        return self._handled.scan

    async def learn(self, _raw: bytes, _account: str, _label: Label | None) -> bool:
        """Nothing is learned."""
        return False

    async def trouble(self) -> str:
        """There is none."""
        return ""

    async def figures(self) -> dict[str, float]:
        """Nothing is counted."""
        return {}


def _serve(listener: socket.socket) -> None:
    async def forever() -> None:
        await Doorway(Milter(Accepting(), clock=lambda: datetime.now(UTC)), listener).open()
        await asyncio.Event().wait()

    asyncio.run(forever())


@contextmanager
def own_door() -> Iterator[tuple[str, int]]:
    """Our door in a process of its own: where, and its number."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1_000)
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(listener,), daemon=True)
    process.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}", process.pid or 0
    finally:
        process.terminate()
        process.join()


def used(pid: int) -> float:
    """Processor seconds of a process and its children."""
    return cpu_s([pid, *children(pid)]) if pid else 0.0


def show(said: str, count: int, wall: float, cpu: float, pid: int) -> None:
    """A line of figures."""
    print(f"{said}: {count / wall:,.0f} mails/s", end="")
    if pid:
        print(f", CPU {cpu / count * 1e6:,.0f} us a mail, {count / cpu if cpu else 0:,.0f} mails a CPU second", end="")
        print(f", {memory_mib(pid):.0f} MiB", end="")
    print()


def directly(where: str, pid: int, mails: Sequence[Asked], count: int, connections: int) -> None:
    """Ask it ourselves."""
    asyncio.run(drive(where, mails, WARM, 1))
    before, started = used(pid), time.perf_counter()
    taken = asyncio.run(drive(where, mails, count, connections))
    wall = time.perf_counter() - started
    show(f"asked directly, {connections} at a time", count, wall, used(pid) - before, pid)
    walls = sorted(taken.walls)
    p50, p99 = (walls[int(len(walls) * part)] * 1_000 for part in (0.5, 0.99))
    print(f"  latency p50 {p50:.2f} p99 {p99:.2f} max {walls[-1] * 1_000:.1f} ms, answers {dict(taken.answers)}")


def by_postfix(where: str, pid: int, size: int, count: int, connections: int) -> None:
    """Have Postfix ask it, and beside that nobody."""
    from tests.peers.postfix import Postfix, Sink  # noqa: PLC0415  needs pytest, which is for developers

    for milters in ((), (where if where.startswith("unix:") else f"inet:{where.removeprefix('inet:')}",)):
        with Sink() as sink, Postfix(sink, milters=milters) as postfix:
            postfix.source("-d", "-l", str(size), count=WARM, sessions=connections)
            before, started = used(pid), time.perf_counter()
            done = postfix.source("-d", "-l", str(size), count=count, sessions=connections)
            wall = time.perf_counter() - started
            if done.returncode:
                sys.exit(done.stderr.decode())
            said = "Postfix with this milter" if milters else "Postfix alone"
            show(
                f"{said}, {size} octets, {connections} at a time", count, wall, used(pid) - before, pid * bool(milters)
            )
            delivered = len(sink.wait_for(count + WARM, 120.0)) - WARM
            print(f"  {delivered} of {count} were delivered")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("where", nargs="?", help="host:port or unix:/path of a milter")
    parser.add_argument("--own", action="store_true", help="our door, before a gate that accepts at once")
    parser.add_argument("--postfix", action="store_true", help="through a private Postfix")
    parser.add_argument("--pid", type=int, default=0, help="whose processor time is measured, its children's too")
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--size", type=int, default=5_000, help="octets of a mail that smtp-source makes")
    parser.add_argument("--corpora", type=Path, default=packs.default())
    parser.add_argument("--pack", default="spamassassin")
    chosen = parser.parse_args()
    if bool(chosen.where) == chosen.own:
        parser.error("name a milter, or give --own")

    def measure(where: str, pid: int) -> None:
        if chosen.postfix:
            by_postfix(where, pid, chosen.size, chosen.count, chosen.connections)
            return
        mails = [asked(sample.read()) for sample in packs.samples(chosen.corpora, chosen.pack)]
        if not mails:
            sys.exit(f"no pack {chosen.pack} in {chosen.corpora}: name its folder with --corpora")
        directly(where, pid, mails, chosen.count, chosen.connections)

    if chosen.own:
        with own_door() as (where, pid):
            measure(where, pid)
    else:
        measure(chosen.where, chosen.pid)


if __name__ == "__main__":
    main()
