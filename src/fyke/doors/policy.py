"""A door for Postfix's `check_policy_service`: a first look at the envelope; see `fyke.wire.policy`.

Asked at RCPT, it says what the envelope alone tells. Asked later about a transaction that it was asked about at RCPT,
it has nothing to add, so that nothing is counted twice. What breaks here is a temporary failure to the client.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address

from fyke.doors.base import Door, Line, Terms
from fyke.model.envelope import Envelope
from fyke.model.gate import NOTE, Early, Gate
from fyke.model.verdict import Action
from fyke.wire.policy import Connection, Ended, RemoteProtocolError, Request

RECIPIENTS = 1_000  # of a transaction that are named to the gate: Postfix's own limit
UNKNOWN = "unknown"
LATER = "4.3.0 mail filter is out of order, try again later"
STATUS = "4.7.1"  # RFC 3463 3.8: delivery not authorized
REFUSED = "5.7.1"


class PolicyTerms(Terms, frozen=True):
    """What a mail server may take."""

    per_client: int = 2_000  # the clients are mail servers: each of their processes has a connection
    idle_s: float = 1_100.0  # Postfix hangs up after 300 s without a question, and after 1,000 s in any case
    talk_s: float = 86_400.0


class Policy(Door):
    """Speaks Postfix's policy delegation protocol."""

    protocol = "policy"

    def __init__(
        self,
        gate: Gate,
        terms: Terms | None = None,
        tell: Callable[[str], None] = lambda _said: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(gate, PolicyTerms() if terms is None else terms, tell)
        self.clock = clock

    async def talk(self, line: Line) -> None:
        """One connection: question after question."""
        wire, known = Connection(), _Transaction()
        try:
            while True:
                event = wire.next_event()
                line.is_busy = not wire.is_between
                if isinstance(event, Ended) or (line.is_ending and wire.is_between):
                    return
                if event is None:
                    wire.receive(await line.read())
                    continue
                await line.send(await self._answer(wire, known, event))
                self.counts.mails += 1
        except RemoteProtocolError as error:
            self.counts.errors += 1
            self.tell(f"policy: {error}")

    async def _answer(self, wire: Connection, known: _Transaction, request: Request) -> bytes:
        """What the gate says to a question, in Postfix's words."""
        is_new = known.begins(request["instance"])
        if not is_new and request["protocol_state"] != "RCPT":
            return wire.dunno()
        recipient = request["recipient"]
        try:
            early = await self.gate.early(self._envelope(request, known, recipient))
        except Exception as error:
            self.counts.faults += 1
            self.tell(f"policy: {type(error).__name__}: {error}")
            return wire.defer(LATER)
        if early.action is Action.REJECT:
            return wire.reject(f"{REFUSED} {early.reply or 'refused'}")
        if early.action is Action.TEMPFAIL:
            return wire.defer(f"{STATUS} {early.reply or 'try again later'}")
        known.add(recipient)
        return _noted(wire, early)

    def _envelope(self, request: Request, known: _Transaction, recipient: str) -> Envelope:
        return Envelope(
            client_ip=_ip(request["client_address"]),
            client_name=request["client_name"] or UNKNOWN,
            helo=request["helo_name"],
            mail_from=request["sender"],
            rcpt_to=(*known.recipients, recipient) if recipient else known.recipients,
            tls=bool(request["encryption_protocol"]),
            login=request["sasl_username"],
            received_at=self.clock(),
            queue_id=request["queue_id"],
        )


class _Transaction:
    """The one that was asked about last on a connection: Postfix gives all questions about it one `instance`."""

    def __init__(self) -> None:
        self._instance = ""
        self.recipients: tuple[str, ...] = ()

    def begins(self, instance: str) -> bool:
        """Whether it is another one than before; without an instance (before Postfix 2.2) each is."""
        if instance and instance == self._instance:
            return False
        self._instance, self.recipients = instance, ()
        return True

    def add(self, recipient: str) -> None:
        """It is for this one too."""
        if recipient and len(self.recipients) < RECIPIENTS:
            self.recipients += (recipient,)


def _noted(wire: Connection, early: Early) -> bytes:
    return wire.prepend(NOTE, early.note) if early.note else wire.dunno()


def _ip(told: str) -> str:
    try:
        found = ip_address(told)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
