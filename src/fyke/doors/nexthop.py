"""A connection to the server that gets a mail after us, by SMTP or LMTP: each step has its time, each end is told.

A mail is given whole or not: whoever does not want it any more, before the last piece goes, has it taken by nobody.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from fyke.wire.smtp_client import Client, Reply, State
from fyke.wire.smtp_events import LocalProtocolError, RemoteProtocolError
from fyke.wire.smtp_words import Parameter

READ_BYTES = 65_536
PIECE_BYTES = 262_144  # of a message written at once


class Patience(Struct, frozen=True):
    """How long each step may take: RFC 5321 4.5.3.2, but for the connection, which is near."""

    connect_s: float = 30.0
    greeting_s: float = 300.0
    command_s: float = 300.0
    data_s: float = 120.0
    block_s: float = 180.0
    done_s: float = 600.0  # from the whole mail to its reply


class HopError(Exception):
    """It cannot be reached, hung up, fell silent or speaks something else: no answer will come."""

    def __init__(self, why: str, *, is_unsure: bool = False) -> None:
        super().__init__(why)
        self.is_unsure = is_unsure  # it had the whole mail, and may have taken it (RFC 1047)


class Where(Struct, frozen=True):
    """A socket in the file system, or a host and its port."""

    path: str = ""
    host: str = ""
    port: int = 25


def where(text: str) -> Where:
    """The address in "unix:/path", "/path", "host:port" or "[::1]:port". Raises `ValueError` with a sentence."""
    path = text.removeprefix("unix:")
    if path.startswith("/"):
        return Where(path=path)
    host, _, port = text.removeprefix("inet:").rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or not 0 < int(port) < 1 << 16:
        raise ValueError(f"{text!r} is neither unix:/path nor host:port")
    return Where(host=host.strip("[]"), port=int(port))


class NextHop:
    """A conversation with it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: Patience, *, is_lmtp: bool
    ) -> None:
        self._reader, self._writer, self._patience = reader, writer, patience
        self._talk = Client(is_lmtp=is_lmtp)

    @classmethod
    async def open(
        cls, address: Where, name: str, *, is_lmtp: bool = False, patience: Patience | None = None
    ) -> NextHop:
        """Connect and say hello under that name. Raises `HopError`."""
        patience = Patience() if patience is None else patience
        try:
            async with asyncio.timeout(patience.connect_s):
                if address.path:
                    pair = await asyncio.open_unix_connection(address.path)
                else:
                    pair = await asyncio.open_connection(address.host, address.port)
        except (TimeoutError, OSError) as error:
            raise HopError(f"not reached: {error or 'too slow'}") from None
        hop = cls(*pair, patience, is_lmtp=is_lmtp)
        try:
            await hop._greet(name)
        except BaseException:
            hop.abort()
            raise
        return hop

    @property
    def features(self) -> dict[str, str]:
        """What it offered, in upper case."""
        return self._talk.features

    @property
    def is_open(self) -> bool:
        """Whether a mail may be given to it, as far as one knows."""
        return self._talk.state is State.READY and not self._reader.at_eof() and not self._writer.is_closing()

    async def start_tls(self, context: ssl.SSLContext, host: str, name: str) -> None:
        """Go on encrypted, and say hello again. Raises `HopError`."""
        reply = await self._ask(self._talk.say("STARTTLS"), self._patience.command_s)
        if not reply.is_yes:
            raise HopError(f"no TLS: {reply.code} {reply.text}")
        try:
            async with asyncio.timeout(self._patience.command_s):
                await self._writer.start_tls(context, server_hostname=host)
        except (TimeoutError, OSError) as error:
            raise HopError(f"no TLS: {error}") from None
        self._talk.restart()
        await self._hello(name)

    async def log_in(self, user: str, password: str) -> None:
        """AUTH PLAIN (RFC 4616). Raises `HopError`."""
        secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        reply = await self._ask(self._talk.say("AUTH", f"PLAIN {secret}"), self._patience.command_s)
        if not reply.is_yes:
            raise HopError(f"login refused: {reply.code} {reply.text}")

    async def mail(
        self, address: str, parameters: tuple[Parameter, ...] = (), forwarded: dict[str, str] | None = None
    ) -> Reply:
        """MAIL, after XFORWARD where it takes that. Raises `HopError`."""
        before = self._talk.forward(forwarded or {}) if "XFORWARD" in self.features else b""
        if before and "PIPELINING" not in self.features:
            for line in before.splitlines(keepends=True):
                await self._ask(line, self._patience.command_s)
            before = b""
        try:
            line = self._talk.mail(address, parameters)
        except LocalProtocolError as error:
            raise HopError(str(error)) from None
        return await self._ask(before + line, self._patience.command_s)

    async def recipient(self, address: str, parameters: tuple[Parameter, ...] = ()) -> Reply:
        """RCPT. Raises `HopError`."""
        return await self._ask(self._talk.recipient(address, parameters), self._patience.command_s)

    async def content(self, raw: bytes, is_wanted: Callable[[], bool] = lambda: True) -> list[Reply]:
        """The message and what is said to it: one reply, in LMTP one for each recipient taken. Raises `HopError`.

        It must have whole line ends. Its last piece goes only if it `is_wanted` still; else the connection is cut, so
        that nobody takes it.
        """
        if "CHUNKING" in self.features:
            data = self._talk.chunk(raw)
        else:
            reply = await self._ask(self._talk.data(), self._patience.data_s)
            if reply.code != 354:
                return [reply]
            data = self._talk.content(raw)
        last = max(0, len(data) - PIECE_BYTES)
        for at in range(0, last, PIECE_BYTES):
            await self._write(data[at : min(at + PIECE_BYTES, last)])
        if not is_wanted():
            self.abort()
            raise HopError("not wanted any more")
        try:
            await self._write(data[last:])
            return await self._replies(self._patience.done_s)
        except HopError as error:
            raise HopError(str(error), is_unsure=True) from None

    async def reset(self) -> None:
        """Give up a mail that was begun. Raises `HopError`."""
        await self._ask(self._talk.say("RSET"), self._patience.command_s)

    async def quit(self) -> None:
        """Say goodbye, wait for nothing."""
        with suppress(HopError, LocalProtocolError):
            await self._write(self._talk.say("QUIT"))
        self._writer.close()

    def abort(self) -> None:
        """Hang up at once."""
        self._talk.state = State.DONE
        self._writer.transport.abort()

    async def _greet(self, name: str) -> None:
        reply = (await self._replies(self._patience.greeting_s))[-1]
        if not reply.is_yes:
            raise HopError(f"no greeting: {reply.code} {reply.text}")
        await self._hello(name)

    async def _hello(self, name: str) -> None:
        reply = await self._ask(self._talk.hello(name), self._patience.command_s)
        if reply.code // 100 == 5 and not self._talk.is_lmtp:
            reply = await self._ask(self._talk.hello(name, is_old=True), self._patience.command_s)
        if not reply.is_yes:
            raise HopError(f"no hello: {reply.code} {reply.text}")

    async def _ask(self, data: bytes, within_s: float) -> Reply:
        """Send, and wait for the replies to all that was sent; the last is the one that counts."""
        await self._write(data)
        return (await self._replies(within_s))[-1]

    async def _write(self, data: bytes) -> None:
        try:
            self._writer.write(data)
            async with asyncio.timeout(self._patience.block_s):
                await self._writer.drain()
        except (TimeoutError, OSError) as error:
            raise self._failed(str(error) or "too slow to take the mail") from None

    async def _replies(self, within_s: float) -> list[Reply]:
        """All that are due."""
        replies: list[Reply] = []
        try:
            async with asyncio.timeout(within_s):
                while True:
                    while (reply := self._talk.next_reply()) is not None:
                        replies.append(reply)
                        if not self._talk.waits or reply.code == 421:
                            return replies
                    self._talk.receive(await self._reader.read(READ_BYTES))
        except (TimeoutError, OSError, RemoteProtocolError) as error:
            raise self._failed(str(error) or "silent for too long") from None

    def _failed(self, why: str) -> HopError:
        self.abort()
        return HopError(why)
