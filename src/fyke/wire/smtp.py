"""SMTP and LMTP, server side (RFC 5321, 2033, 1870, 2920, 3030, 3207, 6531): bytes in, events out. No socket here.

START by EHLO to READY, by MAIL to SENDER, by RCPT to RECIPIENTS, by DATA to CONTENT or by BDAT to CHUNKS, and with the
message back to READY. A state changes when `reply` says yes to an event: nothing is taken that was refused. One event
is open at a time, and the next comes after its reply; in LMTP a message has a reply for each recipient taken. Only
CR LF ends a line, and only CR LF dot CR LF a message (CVE-2023-51764 and its kin).
"""

from __future__ import annotations

from fyke.wire import smtp_commands
from fyke.wire.smtp_content import ORDER, Chunked, Dotted
from fyke.wire.smtp_events import (
    Assume,
    Bdat,
    Chunk,
    Content,
    Data,
    Event,
    Forwarded,
    Hello,
    LocalProtocolError,
    Quit,
    Recipient,
    RemoteProtocolError,
    Reset,
    Sender,
    StartTls,
    State,
    TooLong,
    Wrong,
)
from fyke.wire.smtp_words import reply

COMMAND_BYTES = 2_000  # RFC 5321 4.5.3.1.4 has 512, and more for each extension
DRAINED_BYTES = 1 << 20  # of a command without end; then it is no mail client
SIZE_DIGITS = 20  # RFC 1870 3

_CLEAR = frozenset((State.START, State.READY))
_ANY = frozenset(State)
_MAY: dict[type, frozenset[State]] = {
    Sender: frozenset((State.READY,)),
    Recipient: frozenset((State.SENDER, State.RECIPIENTS)),
    Data: frozenset((State.RECIPIENTS,)),
    Bdat: frozenset((State.RECIPIENTS, State.CHUNKS)),
    Assume: _CLEAR,
    Forwarded: frozenset((State.READY,)),
    StartTls: frozenset((State.READY,)),
}
_HELLOS = {False: ("EHLO", "HELO"), True: ("LHLO",)}
_UNKNOWN = Wrong(500, "5.5.1 command not known here")
_NOT_YOU = Wrong(550, "5.7.1 not from this address")
_LONG_LINE = Wrong(500, "5.5.2 line too long")
_TOO_BIG = Wrong(552, "5.3.4 message too big")
_TOO_MANY = Wrong(452, "4.5.3 too many recipients")
_NOBODY = Wrong(554, "5.5.1 no recipient was taken")
_NO_TLS = Wrong(502, "5.5.1 no TLS here")


class Server:
    """One connection of a client. Memory is bounded by the greatest message and what was read at once."""

    def __init__(self, *, is_lmtp: bool = False, message_bytes: int = 64 << 20, recipients: int = 1_000) -> None:
        self.state = State.START
        self.is_lmtp, self.message_bytes, self.recipients = is_lmtp, message_bytes, recipients
        self.may_forward = False  # whether XCLIENT and XFORWARD are taken from this client
        self.has_tls = False  # whether it is offered
        self.accepted = 0  # recipients of this mail
        self.due = 0  # replies to the open event
        self._open: Event | None = None
        self._heard = bytearray()
        self._scanned = 0  # of what was heard: no line ends in it, and no message
        self._drained = 0  # of a line that is too long
        self._dotted: Dotted | None = None  # the message that is coming by DATA
        self._chunked: Chunked | None = None  # the message whose chunks came so far
        self._is_chunk = False  # a chunk is coming

    @property
    def has_more(self) -> bool:
        """Whether more came than was looked at: a client that pipelines, or half a line."""
        return bool(self._heard)

    def receive(self, data: bytes) -> None:
        """Take what came."""
        self._heard += data

    def next_event(self) -> Event | None:
        """What the client wants; None where more must come first. Raises `RemoteProtocolError`."""
        if self.due:
            raise LocalProtocolError("the last event has no reply yet")
        if self.state is State.DONE:
            return None
        event = self._read()
        if event is not None:
            ends_mail = isinstance(event, Content) or (isinstance(event, TooLong) and event.is_last)
            self._open, self.due = event, self.accepted if self.is_lmtp and ends_mail else 1
        return event

    def reply(self, code: int, *lines: str) -> bytes:
        """What to send as the (next) reply to the open event. Raises `LocalProtocolError` where none is due."""
        event = self._open
        if event is None:
            raise LocalProtocolError("nothing was asked")
        self.due -= 1
        if not self.due:
            self._open = None
            self._take(event, code)
        return reply(code, lines, has_enhanced=not isinstance(event, Hello) and code != 220)

    def start_tls(self) -> None:
        """The line is encrypted now: what was said in clear is forgotten (RFC 3207 4.2), and what came behind it."""
        self._heard.clear()
        self._scanned = 0
        self._end_mail()
        self.state, self.has_tls = State.START, False

    def close(self) -> None:
        """Nothing more is read."""
        self.state, self.due, self._open = State.DONE, 0, None
        self._heard.clear()
        self._dotted = self._chunked = None

    def _read(self) -> Event | None:
        if self._dotted is not None:
            return self._dotted.take(self._heard)
        if self._is_chunk and self._chunked is not None:
            event = self._chunked.take(self._heard)
            self._is_chunk = event is None
            return event
        return self._read_command()

    def _read_command(self) -> Event | None:
        at = self._heard.find(b"\r\n", max(0, self._scanned - 1))
        if at < 0:
            self._wait_for_end()
            return None
        is_long = at > COMMAND_BYTES or self._drained
        line = b"" if is_long else bytes(self._heard[:at])
        del self._heard[: at + 2]
        self._scanned = self._drained = 0
        if is_long:
            return _LONG_LINE
        event = smtp_commands.read(line)
        if isinstance(event, Bdat):
            self._chunked, self._is_chunk = self._chunked or Chunked(self.message_bytes), True
            self._chunked.begin(event, is_dropped=self.state not in _MAY[Bdat])
            return self._read()
        return self._in_order(event)

    def _wait_for_end(self) -> None:
        """Half a line: wait, or drop what is too long for a command until its end comes."""
        self._scanned = len(self._heard)
        if self._scanned > COMMAND_BYTES:
            self._drained += self._scanned - 1
            del self._heard[:-1]  # its CR may be there already
            self._scanned = len(self._heard)
        if self._drained > DRAINED_BYTES:
            raise RemoteProtocolError("a command without end")

    def _in_order(self, event: Event) -> Event:
        """The event, or what is wrong with it now."""
        if isinstance(event, Hello):
            return event if event.command in _HELLOS[self.is_lmtp] else _UNKNOWN
        if isinstance(event, (Assume, Forwarded)) and not self.may_forward:
            return _NOT_YOU
        if isinstance(event, StartTls) and not self.has_tls:
            return _NO_TLS
        if isinstance(event, Data) and self.state is State.SENDER:
            return _NOBODY
        if self.state not in _MAY.get(type(event), _ANY):
            return ORDER
        if isinstance(event, Recipient) and self.accepted >= self.recipients:
            return _TOO_MANY
        return self._of_size(event) if isinstance(event, Sender) else event

    def _of_size(self, event: Sender) -> Event:
        size = next((parameter.value or "" for parameter in event.parameters if parameter.key == "SIZE"), "0")
        if not (size.isascii() and size.isdigit() and len(size) <= SIZE_DIGITS):
            return Wrong(501, "5.5.4 bad SIZE")
        return event if int(size) <= self.message_bytes else _TOO_BIG

    def _take(self, event: Event, code: int) -> None:
        """What a reply to an event leads to."""
        if isinstance(event, (Content, TooLong)):
            self._end_mail()
        if isinstance(event, Quit):
            self.close()
        if code // 100 not in (2, 3):
            return
        match event:
            case Hello():
                self._end_mail()
                self.state = State.READY
            case Sender():
                self.state = State.SENDER
            case Recipient():
                self.state, self.accepted = State.RECIPIENTS, self.accepted + 1
            case Data():
                self.state, self._dotted = State.CONTENT, Dotted(self.message_bytes)
            case Chunk():
                self.state = State.CHUNKS
            case Reset():
                self._end_mail()
            case Assume():
                self.state = State.START

    def _end_mail(self) -> None:
        self._dotted = self._chunked = None
        self.accepted = 0
        self.state = State.START if self.state is State.START else State.READY
