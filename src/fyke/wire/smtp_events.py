"""What a client of SMTP or LMTP can want, and the states of its connection."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

from fyke.wire.smtp_words import Parameter


class LocalProtocolError(Exception):
    """We said what may not be said now."""


class RemoteProtocolError(Exception):
    """The other side speaks another protocol, or cannot be followed any further: say why, and hang up."""


class State(Enum):
    """What may come next."""

    START = auto()  # EHLO
    READY = auto()  # MAIL
    SENDER = auto()  # RCPT
    RECIPIENTS = auto()  # RCPT, DATA or BDAT
    CONTENT = auto()  # the message after DATA
    CHUNKS = auto()  # BDAT
    DONE = auto()  # nothing: the connection is to be closed


class Hello(Struct, frozen=True):
    """EHLO, HELO or LHLO: another beginning, which ends a mail that was begun."""

    command: str
    name: str


class Sender(Struct, frozen=True):
    """MAIL FROM."""

    address: str
    parameters: tuple[Parameter, ...] = ()


class Recipient(Struct, frozen=True):
    """RCPT TO."""

    address: str
    parameters: tuple[Parameter, ...] = ()


class Data(Struct, frozen=True):
    """DATA: the client waits for 354."""


class Bdat(Struct, frozen=True):
    """BDAT: so many bytes of the message follow at once (RFC 3030). The server makes a `Chunk` or `Content` of it."""

    size: int
    is_last: bool


class Chunk(Struct, frozen=True):
    """A chunk of the message came, and more will follow."""


class Content(Struct, frozen=True):
    """The whole message, as the sender had it."""

    raw: bytes


class TooLong(Struct, frozen=True):
    """More of a message than we take; it was thrown away, and the mail is over."""

    is_last: bool = True  # false after a chunk that others follow


class Assume(Struct, frozen=True):
    """XCLIENT: from here on, the client is another."""

    attributes: dict[str, str]


class Forwarded(Struct, frozen=True):
    """XFORWARD: whom the next mail is from."""

    attributes: dict[str, str]


class StartTls(Struct, frozen=True):
    """STARTTLS: the client waits for 220 to begin the handshake."""


class Reset(Struct, frozen=True):
    """RSET: the mail that was begun is none."""


class Quit(Struct, frozen=True):
    """QUIT."""


class Plain(Struct, frozen=True):
    """What changes nothing: NOOP, HELP, VRFY or EXPN."""

    command: str


class Wrong(Struct, frozen=True):
    """What cannot be done, with the reply that is due."""

    code: int
    text: str


Event = (
    Hello
    | Sender
    | Recipient
    | Data
    | Bdat
    | Chunk
    | Content
    | TooLong
    | Assume
    | Forwarded
    | StartTls
    | Reset
    | Quit
    | Plain
    | Wrong
)
