"""A door for whoever asks spamd: spamc, Exim, spamass-milter and others; see `fyke.wire.spamd`.

The client itself sees to a mail that is spam, so nothing is put into quarantine here. A mail that could not be judged
gets a line with an error code, never a result: what the client does then is its own setting (`spamc -x`).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal

from fyke import __version__
from fyke.doors.base import Door, GoneError, Line, Terms
from fyke.doors.edits import apply
from fyke.doors.spamd_markup import (
    Points,
    edits,
    fields,
    header,
    names,
    points,
    report,
    with_fields,
    without_markup,
)
from fyke.model.envelope import Envelope
from fyke.model.finding import Label
from fyke.model.gate import Gate, Handled
from fyke.model.verdict import Action
from fyke.wire.spamd import (
    EX_TEMPFAIL,
    EX_TIMEOUT,
    EX_UNAVAILABLE,
    Connection,
    Refused,
    Request,
    Result,
    State,
)

ACCOUNT_CHARS = 320  # of a user: an address at most
VERSION = f"fyke {__version__}"


class SpamdTerms(Terms, frozen=True):
    """What a client may take, and how bits become points."""

    required_bits: float = 4.0  # that are 5 points: the policy's line of unwanted mail
    tell_from: Literal["nobody", "local", "anyone"] = "local"  # who may teach; local: this machine
    host: str = ""  # our name in what people read; empty: the machine's


class Spamd(Door):
    """Speaks spamd's protocol."""

    protocol = "spamd"

    def __init__(
        self, gate: Gate, terms: SpamdTerms | None = None, tell: Callable[[str], None] = lambda _said: None
    ) -> None:
        self._terms = SpamdTerms() if terms is None else terms
        super().__init__(gate, self._terms, tell)
        self._host = self._terms.host or socket.gethostname()

    async def talk(self, line: Line) -> None:
        """One request and its answer."""
        connection = Connection(self._terms.message_bytes)
        asked = await self._heard(line, connection)
        if isinstance(asked, Refused):
            self.counts.errors += 1
            await line.send(connection.refuse(asked))
            line.is_busy = False
            await line.drain()
        elif asked is not None:
            await line.send(await self._answer(line, connection, asked))
        line.is_busy = False

    async def refuse(self, line: Line) -> None:
        """Too many connections."""
        await line.send(Connection(0).refuse(Refused(EX_UNAVAILABLE, "too many connections")))

    async def part(self, line: Line) -> None:
        """The server closes."""
        await line.send(Connection(0).refuse(Refused(EX_UNAVAILABLE, "closing")))

    async def _heard(self, line: Line, connection: Connection) -> Request | Refused | None:
        """The client's request; None for one who connected and hung up."""
        asked = None
        while asked is None:
            try:
                data = await line.read()
            except GoneError:
                with suppress(GoneError):
                    late = Refused(EX_TIMEOUT, f"({self.terms.idle_s:.0f} second socket timeout reading from client)")
                    await line.send(connection.refuse(late))
                raise
            if not data and not line.is_busy:
                return None
            line.is_busy = True
            asked = connection.receive(data)
        return asked

    async def _answer(self, line: Line, connection: Connection, asked: Request) -> bytes:
        if asked.word == "PING":
            return connection.pong()
        if asked.word == "SKIP":
            return b""
        try:
            if asked.word == "TELL":
                return await self._taught(line, connection, asked)
            return await self._judged(connection, asked)
        except Exception as error:
            self.counts.faults += 1
            self.tell(f"{self.protocol}: {type(error).__name__}: {error}")
            if connection.state is not State.WAITING:
                raise
            return connection.refuse(Refused(EX_TEMPFAIL, "try again later"))

    async def _judged(self, connection: Connection, asked: Request) -> bytes:
        envelope = Envelope(rcpt_to=(asked.user,) if asked.user else (), received_at=datetime.now(UTC))
        handled = await self.gate.handle(envelope, asked.raw, keeps=False)
        self.counts.mails += 1
        if handled.action is Action.TEMPFAIL:
            return connection.refuse(Refused(EX_TEMPFAIL, handled.reply or "try again later"))
        found = points(handled, self._terms.required_bits)
        content = self._content(asked, handled, found)
        return connection.result(Result(found.is_spam, found.score, found.required, content))

    def _content(self, asked: Request, handled: Handled, found: Points) -> bytes:
        match asked.word:
            case "SYMBOLS":
                return ",".join(names(handled.scan)).encode()
            case "REPORT":
                return report(handled, found, self._host)
            case "REPORT_IFSPAM":
                return report(handled, found, self._host) if found.is_spam else b""
            case "PROCESS" | "HEADERS":
                changed = apply(asked.raw, edits(handled, asked.raw))
                whole = with_fields(changed, fields(handled.scan, found, VERSION, self._host))
                return whole if asked.word == "PROCESS" else header(whole)
        return b""

    async def _taught(self, line: Line, connection: Connection, asked: Request) -> bytes:
        if not self._may_tell(line):
            return connection.refuse(Refused(EX_UNAVAILABLE, "TELL commands are not allowed from here"))
        raw = apply(asked.raw, without_markup(asked.raw))
        account = asked.user[:ACCOUNT_CHARS].lower()
        did_set = did_remove = False
        if "local" in asked.sets:
            label = Label.SPAM if asked.says == "spam" else Label.HAM
            did_set = await self.gate.learn(raw, account, label)
        if "local" in asked.removes:
            did_remove = await self.gate.learn(raw, account, None)
        return connection.told(did_set=did_set, did_remove=did_remove)

    def _may_tell(self, line: Line) -> bool:
        match self._terms.tell_from:
            case "anyone":
                return True
            case "local":
                return line.client_ip in ("", "::1") or line.client_ip.startswith("127.")
        return False
