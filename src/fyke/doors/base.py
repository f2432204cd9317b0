"""What all doors share: connections with limits on their number, their bytes and their time, and an orderly end.

A door is one protocol. It talks over a `Line` from the first word to the last; a `Doorway` is a door at one listening
socket, with the connections that are open there. How sockets are opened is the server's business.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar

from msgspec import Struct

from fyke.doors.descriptors import Ends, LocalServer
from fyke.model.gate import Gate

Tell = Callable[[str], None]
Reader = asyncio.StreamReader | Ends
Writer = asyncio.StreamWriter | Ends
QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux
READ_BYTES = 65_536  # taken from a socket at a time
MIB = 1 << 20
ARRIVAL_S = 0.05  # between the kernel's handing over a connection and our seeing it, with room to spare
FIRST_WORD_S = 1.0  # for whom has just come to say what for, when the server ends


class GoneError(Exception):
    """The other side hung up, or was silent or slow for longer than it may be."""


class Terms(Struct, frozen=True):
    """What a client may take."""

    connections: int = 2_000  # open at a time, of one worker; Postfix runs 100 processes by default
    per_client: int = 200  # of these from one address; local sockets count as no client
    message_bytes: int = 64 * MIB  # Postfix takes 10 MB by default, large sites 50
    idle_s: float = 300.0  # without a word from the client: RFC 5321 4.5.3.2.7
    send_s: float = 60.0  # for the client to take what we say
    talk_s: float = 3_600.0  # a whole connection; an idle milter of Postfix is closed after 5 minutes


class Counts(Struct):
    """What a door has seen since its worker started."""

    connections: int = 0
    refused: int = 0  # over a limit on connections
    mails: int = 0
    errors: int = 0  # conversations that broke the protocol
    gone: int = 0  # clients that hung up or fell silent in the middle of a mail
    faults: int = 0  # bugs of ours
    bytes_in: int = 0


class Line:
    """One connection: bytes both ways, each with its limit in time. A door sets `is_busy` while it has a mail."""

    def __init__(self, reader: Reader, writer: Writer, terms: Terms, counts: Counts) -> None:
        self._reader, self._writer = reader, writer
        self.terms, self.counts = terms, counts
        self.is_busy = False  # a mail is under way: the server lets it end
        self.is_ending = False  # the server is closing: say so after this mail, and take no other
        self.has_spoken = False  # the client has said something
        self.client_ip = _address(writer)
        self._leaves_at = asyncio.get_running_loop().time() + terms.talk_s

    @property
    def is_gone(self) -> bool:
        """Whether the other side hung up, or will say nothing more, and all that it said was read."""
        return self._reader.at_eof() or self._writer.is_closing()

    async def read(self) -> bytes:
        """What came, at least a byte; nothing once the other side is done. Raises `GoneError` for silence."""
        self._check_time()
        try:
            async with asyncio.timeout(self.terms.idle_s):
                data = await self._reader.read(READ_BYTES)
        except (TimeoutError, OSError) as error:
            raise GoneError(str(error) or "silent for too long") from None
        self.counts.bytes_in += len(data)
        self.has_spoken = True
        return data

    def descriptor(self) -> int | None:
        """The open file that came with what was read last, the caller's to close; None for none, or where none can."""
        return self._reader.descriptor() if isinstance(self._reader, Ends) else None

    def acknowledge(self) -> None:
        """Have TCP say at once that all came that was read; nothing over a local socket, or where TCP cannot.

        A client that writes twice before it listens is else held up for 40 ms: by its own side, which waits for our
        acknowledgement (RFC 896), and by ours, which waits for an answer to send it with (RFC 1122 4.2.3.2).
        """
        if self.client_ip and QUICKACK is not None:
            with suppress(OSError):
                self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)

    async def drain(self, silence_s: float = 2.0) -> None:
        """Take and drop what the client still sends until it is silent, before we hang up.

        One that is hung up on while it sends gets a reset, and may never read the answer that it had.
        """
        with suppress(GoneError, TimeoutError):
            while True:
                async with asyncio.timeout(silence_s):
                    if not await self.read():
                        return

    async def send(self, data: bytes) -> None:
        """Send it all, waiting for a slow client as long as it may be slow. Raises `GoneError`."""
        if not data:
            return
        try:
            self._writer.write(data)
            if isinstance(self._writer, asyncio.StreamWriter) and _has_room(self._writer.transport):
                return
            async with asyncio.timeout(self.terms.send_s):
                await self._writer.drain()
        except (TimeoutError, OSError) as error:
            raise GoneError(str(error) or "too slow to take the answer") from None

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on encrypted, as the server. What came in clear behind the command is thrown away. Raises `GoneError`."""
        if isinstance(self._writer, Ends):
            raise GoneError("no TLS over a local socket")
        buffered = getattr(self._reader, "_buffer", None)
        if buffered:  # CVE-2011-0411: commands smuggled in before the handshake
            buffered.clear()
        try:
            async with asyncio.timeout(self.terms.idle_s):
                await self._writer.start_tls(context)
        except (TimeoutError, OSError) as error:  # ssl.SSLError is an OSError
            raise GoneError(f"no TLS: {error}") from None

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(Exception):
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()

    def _check_time(self) -> None:
        if asyncio.get_running_loop().time() > self._leaves_at:
            raise GoneError("connected for too long")


class Door:
    """One protocol before a gate."""

    protocol: ClassVar[str]  # as the config and the log name it
    takes_descriptors: ClassVar[bool] = False  # whether clients of local sockets hand open files over

    def __init__(
        self, gate: Gate, terms: Terms | None = None, tell: Callable[[str], None] = lambda _said: None
    ) -> None:
        """`tell` hears what an operator should know, a sentence each time."""
        self.gate, self.tell = gate, tell
        self.terms = Terms() if terms is None else terms
        self.counts = Counts()

    async def talk(self, line: Line) -> None:
        """Talk with one client from the first word to the last. May raise `GoneError`."""
        raise NotImplementedError

    async def refuse(self, line: Line) -> None:
        """Say that there are too many connections already, where the protocol has words for it."""

    async def part(self, line: Line) -> None:
        """Say to a client without a mail under way that the server closes, where the protocol has words for it."""


class Doorway:
    """A door at a listening socket, and who is in it now."""

    def __init__(self, door: Door, listener: socket.socket) -> None:
        self.door, self.listener = door, listener
        self._server: asyncio.Server | LocalServer | None = None
        self._open: dict[asyncio.Task[None], Line] = {}
        self._by_client: Counter[str] = Counter()
        self._is_ending = False

    async def open(self) -> None:
        """Begin to accept."""
        is_local = self.listener.family == socket.AF_UNIX
        if is_local and self.door.takes_descriptors:
            self._server = LocalServer(self._welcome, self.listener)
            return
        kind = asyncio.start_unix_server if is_local else asyncio.start_server
        self._server = await kind(self._welcome, sock=self.listener, limit=READ_BYTES)

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

    async def end(self, patience_s: float, *, cut_idle: bool = True) -> None:
        """Accept no more, let mails under way end, and hang up on all when patience ends; on the idle at once.

        One that was accepted just before has a second to begin a mail: it cannot know that it came to the wrong one.
        With `cut_idle` false the idle may stay until they have had their next mail or leave: successors are there. The
        listening socket stays open: it is its owner's.
        """
        self._is_ending = True
        if self._server is not None:
            sock = self.listener.dup()  # closing a server closes its socket; the next worker needs it
            self._server.close()
            self.listener = sock
            await asyncio.sleep(ARRIVAL_S)
        for line in self._open.values():
            line.is_ending = True
        ends_at = asyncio.get_running_loop().time() + patience_s
        if cut_idle:
            await self._cut(lambda line: line.has_spoken)
            await self._wait(min(FIRST_WORD_S, patience_s), lambda line: not line.has_spoken)
            await self._cut(lambda _line: True)
        await self._wait(ends_at - asyncio.get_running_loop().time(), lambda _line: True)
        late = list(self._open)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1.0)

    async def _cut(self, is_meant: Callable[[Line], bool]) -> None:
        """Hang up on those meant who have no mail under way, with a word where the protocol has one."""
        for task, line in list(self._open.items()):
            if is_meant(line) and not line.is_busy:
                with suppress(GoneError):
                    await self.door.part(line)
                task.cancel()

    async def _wait(self, patience_s: float, is_meant: Callable[[Line], bool]) -> None:
        """Wait so long for those meant to leave."""
        ends_at = asyncio.get_running_loop().time() + patience_s
        while waits := [task for task, line in self._open.items() if is_meant(line)]:
            left_s = ends_at - asyncio.get_running_loop().time()
            if left_s <= 0:
                return
            await asyncio.wait(waits, timeout=min(left_s, 0.1), return_when=asyncio.FIRST_COMPLETED)

    async def _welcome(self, reader: Reader, writer: Writer) -> None:
        door = self.door
        line = Line(reader, writer, door.terms, door.counts)
        client = line.client_ip
        door.counts.connections += 1
        task = asyncio.current_task()
        if task is None:  # not reached: a callback of the server is a task
            return
        is_over = len(self._open) >= door.terms.connections
        if is_over or (client and self._by_client[client] >= door.terms.per_client):
            door.counts.refused += 1
            with suppress(GoneError):
                await door.refuse(line)
            await line.close()
            return
        self._open[task] = line
        self._by_client[client] += 1
        line.is_ending = self._is_ending
        try:
            await door.talk(line)
        except GoneError:
            door.counts.gone += line.is_busy
        except asyncio.CancelledError:
            pass  # the server ends; the connection is closed below
        except Exception as error:
            door.counts.faults += 1
            door.tell(f"{door.protocol}: {type(error).__name__}: {error}")
        finally:
            del self._open[task]
            self._by_client[client] -= 1
            if not self._by_client[client]:
                del self._by_client[client]
            await line.close()


def _has_room(transport: asyncio.WriteTransport) -> bool:
    """Whether nobody need wait for the client to take what was written: most answers are short."""
    return not transport.is_closing() and transport.get_write_buffer_size() <= transport.get_write_buffer_limits()[1]


def _address(writer: Writer) -> str:
    """The client's address; empty over a local socket."""
    peer = writer.get_extra_info("peername")
    if not isinstance(peer, tuple):
        return ""
    address = str(peer[0]).partition("%")[0]
    return address.removeprefix("::ffff:") if address.startswith("::ffff:") and "." in address else address
