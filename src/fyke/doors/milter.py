"""A door for mail servers that ask filters by milter: Postfix and Sendmail; see `fyke.wire.milter`.

A recipient may be refused as soon as it is named; everything else is said at the end of the message. While a mail is
being judged the server hears every few seconds that we are at it, so it does not give up. What breaks here is 451 to
the client: the mail stays where it is, and comes again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from fyke.doors.base import Door, GoneError, Line, Terms
from fyke.doors.milter_mail import Client, Mail, address
from fyke.doors.milter_orders import broken, noted, orders, refusal
from fyke.model.gate import Gate, Handled
from fyke.model.verdict import Action
from fyke.wire.milter import Actions, Filter, RemoteProtocolError, Stage, Steps
from fyke.wire.milter.events import (
    Abort,
    Body,
    Connect,
    End,
    Event,
    Header,
    Helo,
    Offer,
    Quit,
    Recipient,
    Sender,
)

RECIPIENTS = 10_000  # of a mail; Postfix takes 1,000, RFC 5321 4.5.3.1.8 wants 100 at least
NEEDED = Actions.ADD_HEADERS | Actions.CHANGE_HEADERS | Actions.DELETE_RCPT
# What we do without, and what we have no answer to: each would cost a round trip.
STEPS = (
    Steps.NO_EOH | Steps.NO_DATA | Steps.NO_UNKNOWN | Steps.SKIP | Steps.LEADING_SPACE
    | Steps.SILENT_CONNECT | Steps.SILENT_HELO | Steps.SILENT_MAIL | Steps.SILENT_HEADER | Steps.SILENT_BODY
)  # fmt: skip
MACROS = {
    Stage.CONNECT: b"{client_addr} {client_resolve} _",
    Stage.HELO: b"{tls_version}",
    Stage.MAIL: b"i {auth_authen} {tls_version}",
    Stage.RCPT: b"i",
    Stage.EOM: b"i",
}


class MilterTerms(Terms, frozen=True):
    """What a mail server may take, and how it is answered."""

    per_client: int = 2_000  # the clients are mail servers: one has a connection for each of its own clients
    idle_s: float = 7_210.0  # libmilter's: while a slow client sends its message, nothing is said here
    talk_s: float = 86_400.0  # as long as the server's client stays connected
    early_s: float = 9.0  # for what the envelope alone says: Sendmail waits 10 s for an answer, Postfix 30
    progress_s: float = 5.0  # between two words that we are at it
    answer_s: float = 280.0  # for a verdict: RFC 5321 4.5.3.2.6 has the server's client wait 10 minutes, some wait 5
    hold: bool = False  # what is set aside waits in the server's own quarantine (Postfix: HOLD), not in ours


class Milter(Door):
    """Speaks the milter protocol."""

    protocol = "milter"

    def __init__(
        self,
        gate: Gate,
        terms: MilterTerms | None = None,
        tell: Callable[[str], None] = lambda _said: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._terms = MilterTerms() if terms is None else terms
        super().__init__(gate, self._terms, tell)
        self.clock = clock

    async def talk(self, line: Line) -> None:
        """One connection of a mail server, for one of its clients or for many."""
        await _Talk(self, line, self._terms).run()


class _Talk:
    """A connection, the client that it is about now, and its mail."""

    def __init__(self, door: Milter, line: Line, terms: MilterTerms) -> None:
        self._door, self._line, self._terms = door, line, terms
        self._wire = Filter()
        self._client = Client()
        self._mail: Mail | None = None
        self._holds = False

    async def run(self) -> None:
        """From the offer to the end."""
        line, wire = self._line, self._wire
        try:
            while True:
                event = wire.next_event()
                if isinstance(event, Header) and self._mail is not None and not wire.owes:
                    self._mail.header(wire, event)  # most events are fields, and have no answer
                elif event is None:
                    line.acknowledge()  # most steps have no answer that it could go with
                    wire.receive(await line.read())
                elif isinstance(event, Quit) and event.is_last:
                    self._door.counts.gone += line.is_busy
                    return
                else:
                    await line.send(await self._heard(event))
                    line.is_busy = self._mail is not None
                    if line.is_ending and isinstance(event, End):
                        return  # the protocol has words for it only as an answer; the server connects anew
        except RemoteProtocolError as error:
            self._door.counts.errors += 1
            self._door.tell(f"milter: {error}")

    async def _heard(self, event: Event) -> bytes:
        """What is to be answered to an event, and what it changes."""
        mail = self._mail
        if isinstance(event, Header | Body) and mail is not None:
            return self._piece(mail, event)
        if isinstance(event, Recipient) and mail is not None:
            return await self._recipient(mail, event)
        if isinstance(event, End) and mail is not None:
            return await self._end(mail, event)
        if isinstance(event, Offer):
            return self._agree()
        if isinstance(event, Sender):
            self._mail = Mail(self._client, event, self._terms.message_bytes)
        elif isinstance(event, Connect | Helo | Abort | Quit):
            self._leave(event)
        return self._wire.go_on()

    def _agree(self) -> bytes:
        """Take what we need of what is offered."""
        wanted = NEEDED | (Actions.QUARANTINE if self._terms.hold else Actions(0))
        said = self._wire.agree(wanted, STEPS, MACROS)
        missing = wanted & ~self._wire.actions
        if missing:
            self._door.tell(f"milter: the mail server does not let us do this: {missing.name}")
        self._holds = bool(self._wire.actions & Actions.QUARANTINE)
        return said

    def _leave(self, event: Connect | Helo | Abort | Quit) -> None:
        """No mail is under way, or none any more."""
        self._mail = None
        if isinstance(event, Connect):
            self._client.connect(event)
        elif isinstance(event, Helo):
            self._client.greet(event)
        elif isinstance(event, Quit):
            self._client = Client()

    def _piece(self, mail: Mail, event: Header | Body) -> bytes:
        if isinstance(event, Header):
            mail.header(self._wire, event)
        else:
            mail.body(event.content)
            if mail.is_too_large and self._wire.owes and self._wire.steps & Steps.SKIP:
                return self._wire.skip()
        return self._wire.go_on()

    async def _recipient(self, mail: Mail, event: Recipient) -> bytes:
        """Ask what the envelope alone says of one more recipient."""
        mail.named(event.macros)
        if len(mail.recipients) >= RECIPIENTS:
            return self._wire.reply(452, "4.5.3", "too many recipients")
        envelope = mail.envelope(self._door.clock(), address(event.address))
        try:
            async with asyncio.timeout(self._terms.early_s):
                early = await self._door.gate.early(envelope)
        except Exception as error:
            return self._failed(mail, error)
        if early.action in (Action.REJECT, Action.TEMPFAIL):
            return refusal(self._wire, early.action, early.reply)
        mail.add(event.address)
        mail.note = mail.note or early.note
        return self._wire.go_on()

    async def _end(self, mail: Mail, event: End) -> bytes:
        """Have the mail judged, and say what becomes of it."""
        mail.named(event.macros)
        mail.body(event.content)
        if mail.is_too_large:
            said = self._wire.reply(552, "5.3.4", "message is too large for the mail filter")
        else:
            try:
                handled = noted(await self._handled(mail), mail.note)
                said = orders(self._wire, handled, mail.recipients, holds=self._holds)
                self._door.counts.mails += 1
            except GoneError:
                raise
            except Exception as error:
                said = self._failed(mail, error)
        self._mail = None
        return said

    async def _handled(self, mail: Mail) -> Handled:
        """The gate's answer; the server hears meanwhile that we are at it. Raises `TimeoutError`."""
        work = asyncio.ensure_future(
            self._door.gate.handle(mail.envelope(self._door.clock()), mail.raw, keeps=not self._holds)
        )
        try:
            async with asyncio.timeout(self._terms.answer_s):
                while True:
                    done, _ = await asyncio.wait((work,), timeout=self._terms.progress_s)
                    if done:
                        return work.result()
                    await self._line.send(self._wire.progress())
        finally:
            work.cancel()

    def _failed(self, mail: Mail, error: Exception) -> bytes:
        """A gate that raises or never ends is a bug or an outage of ours; the client comes again."""
        self._door.counts.faults += 1
        self._door.tell(f"milter: {mail.queue_id or 'a mail'}: {type(error).__name__}: {error}")
        return broken(self._wire)
