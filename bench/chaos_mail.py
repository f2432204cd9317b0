"""The two ends of the mail path in `bench.chaos`: mail servers that try until they have an answer, and the next hop.

Each try of a mail has a number of its own, which SMTP carries as ENVID (RFC 3461 4.4): so the sink knows by which try
it got a mail, and a mail that came twice can be told from one whose first answer was lost on the way (RFC 1047).
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from contextlib import suppress
from enum import StrEnum

from msgspec import Struct, field

from bench.milter import Client, asked
from fyke.wire.milter.server import Answer, Changed
from fyke.wire.milter.server import State as Said

HELD, PLAIN, OTHER, REFUSED = "held@example.org", "bob@example.org", "carl@example.org", "refused@example.org"
KINDS = ((PLAIN,), (PLAIN,), (HELD,), (PLAIN, OTHER), (PLAIN, HELD), (REFUSED,), (PLAIN,), (HELD,))
WAIT_S = 60.0  # for any answer
DELETE_RCPT = b"-"


class Outcome(StrEnum):
    """What the sender of a mail knows after a try."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"  # a temporary failure, or no answer before the end of the mail was sent
    UNSURE = "unsure"  # the whole mail was sent and no answer came


class Mail(Struct):
    """A mail, and how its tries ended."""

    number: int
    recipients: tuple[str, ...]
    tries: list[Outcome] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What only this mail has in it."""
        return f"chaos-{self.number:07}"

    @property
    def raw(self) -> bytes:
        """The message; the same at every try."""
        words = " ".join(f"word{(self.number * 7 + at) % 997}" for at in range(40))
        return (
            f"From: Ann <ann{self.number % 50}@example.net>\r\nTo: <{self.recipients[0]}>\r\nSubject: {self.name}\r\n"
            f"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{self.name}@example.net>\r\n\r\n{words}\r\n"
        ).encode()


class Got(Struct):
    """Who has which copies of mail: by name of the mail and recipient, the tries that brought one."""

    copies: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, recipients: tuple[str, ...], number: int) -> None:
        """They have it now."""
        for recipient in recipients:
            self.copies[name, recipient].append(number)


class Sink:
    """The next hop: takes all, and notes it before it answers."""

    def __init__(self, got: Got) -> None:
        self._got = got
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        """Begin to take mail."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=1 << 22)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Take no more."""
        if self._server is not None:
            self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._said(reader, writer)
        writer.close()

    async def _said(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, recipients = 0, list[str]()
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 DSN\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                raw = await reader.readuntil(b"\r\n.\r\n")
                found = re.search(rb"chaos-\d{7}", raw)
                self._got.add(found[0].decode() if found else "", tuple(recipients), number)
                writer.write(b"250 2.0.0 taken\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                if verb in (b"MAIL", b"RSET"):
                    told = re.search(rb"ENVID=(\d+)", line)
                    number, recipients = int(told[1]) if told else 0, []
                elif verb == b"RCPT":
                    recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
                writer.write(b"250 2.0.0 ok\r\n")
            await writer.drain()


async def by_smtp(port: int, mail: Mail) -> Outcome:
    """One try over a connection of its own."""
    reader = writer = None
    is_whole = False
    try:
        async with asyncio.timeout(WAIT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            if await _code(reader) != 220 or await _said(reader, writer, "EHLO mx.example.org") != 250:
                return Outcome.LATER
            lines = [f"MAIL FROM:<ann@example.net> ENVID={len(mail.tries) + 1}"]
            lines += [f"RCPT TO:<{recipient}>" for recipient in mail.recipients]
            for line in (*lines, "DATA"):
                if (code := await _said(reader, writer, line)) // 100 not in (2, 3):
                    return Outcome.REFUSED if code // 100 == 5 else Outcome.LATER
            is_whole = True
            code = await _said(reader, writer, (mail.raw + b".").decode())
            return {2: Outcome.TAKEN, 5: Outcome.REFUSED}.get(code // 100, Outcome.LATER)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
        return Outcome.UNSURE if is_whole else Outcome.LATER
    finally:
        if writer is not None:
            writer.close()


async def _said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str) -> int:
    writer.write(line.encode() + b"\r\n")
    await writer.drain()
    return await _code(reader)


async def _code(reader: asyncio.StreamReader) -> int:
    while True:
        line = await reader.readuntil(b"\n")
        if line[3:4] != b"-":
            return int(line[:3])


class Asking(Client):
    """A mail server with a milter, which says what it says of a mail's recipients too."""

    async def greeted(self) -> None:
        """Agree, and say who the client is. Raises `ConnectionError`."""
        wire = self._wire
        self._writer.write(wire.offer())
        while wire.next_event() is None:
            came = await self._reader.read(65_536)
            if not came:
                raise ConnectionError("hung up")
            wire.receive(came)
        await self._said(wire.connect(b"mail.example.net", b"4", 40_000, b"192.0.2.7"))
        await self._said(wire.helo(b"mail.example.net"))

    async def judged(self, mail: Mail) -> tuple[bytes, tuple[str, ...]]:
        """The last word on a mail, and who gets it."""
        wire, taken = self._wire, list(mail.recipients)
        message = asked(mail.raw)
        await self._said(wire.define(b"M", {b"i": b"%08X" % mail.number}) + wire.sender(b"<ann@example.net>"))
        for recipient in mail.recipients:
            answer = await self._said(wire.recipient(b"<%b>" % recipient.encode()))
            if answer != b"c":
                self._writer.write(wire.abort())
                return answer, ()
        await self._said(wire.data())
        for name, value in message.fields:
            await self._said(wire.header(name, value))
        await self._said(wire.headers_end())
        await self._said(wire.body(message.body))
        self._kept += wire.end()
        self._flush()
        while wire.state is Said.WAITING:
            event = wire.next_event()
            if isinstance(event, Answer):
                return event.letter + event.reply, tuple(taken)
            if isinstance(event, Changed) and event.letter == DELETE_RCPT:
                taken.remove(event.name.decode().strip("<>"))
            elif event is None:
                data = await self._reader.read(65_536)
                if not data:
                    raise ConnectionError("hung up")
                wire.receive(data)
        raise ConnectionError("no answer")

    async def _said(self, data: bytes) -> bytes:
        self._kept += data
        if self._wire.state is Said.WAITING:
            self._flush()
        while self._wire.state is Said.WAITING:
            event = self._wire.next_event()
            if isinstance(event, Answer):
                return event.letter + event.reply
            if event is None:
                came = await self._reader.read(65_536)
                if not came:
                    raise ConnectionError("hung up")
                self._wire.receive(came)
        return b""


async def by_milter(port: int, mail: Mail, got: Got) -> Outcome:
    """One try of a mail server that asks; what it may deliver it delivers at once, for it is that who has the mail."""
    writer = None
    try:
        async with asyncio.timeout(WAIT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            one = Asking(reader, writer)
            await one.greeted()
            letter, recipients = await one.judged(mail)
    except (OSError, TimeoutError, ValueError):
        return Outcome.LATER
    finally:
        if writer is not None:
            writer.close()
    if letter[:1] in (b"c", b"a"):
        got.add(mail.name, recipients, len(mail.tries) + 1)
        return Outcome.TAKEN
    if letter[:1] == b"d":
        return Outcome.TAKEN
    return Outcome.REFUSED if letter[:1] == b"r" or letter[:2] == b"y5" else Outcome.LATER
