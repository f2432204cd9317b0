"""A client and its mail as a mail server tells them step by step over milter, made into an `Envelope` and bytes.

Addresses become text as UTF-8, a byte that is none by its number after a backslash: everybody can write them down; the
server is answered with the bytes that it gave. The message is as the server has it, byte for byte; the Received field
of its own that it puts on top it shows to no filter.
"""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address

from fyke.model.envelope import Envelope
from fyke.wire.milter import Filter
from fyke.wire.milter.events import Connect, Header, Helo, Macros, Sender

UNKNOWN = "unknown"


class Client:
    """Who is connected to the mail server."""

    def __init__(self) -> None:
        self.ip = self.name = self.helo = ""
        self.is_encrypted = False

    def connect(self, event: Connect) -> None:
        """Another client."""
        self.__init__()  # type: ignore[misc]  # it is a new one
        self.ip = _ip(event.address if event.family in (b"4", b"6") else event.macros.get(b"client_addr", b""))
        self.name = _name(text(event.name), event.macros) if self.ip else ""

    def greet(self, event: Helo) -> None:
        """HELO, and again after STARTTLS."""
        self.helo = text(event.name)
        self.is_encrypted = bool(event.macros.get(b"tls_version"))


class Mail:
    """A mail under way."""

    def __init__(self, client: Client, event: Sender, limit_bytes: int) -> None:
        self._client, self._limit_bytes = client, limit_bytes
        self.queue_id = ""  # the server's name for it; Postfix tells it with the end, Sendmail at once
        self.mail_from = address(event.address)
        self.login = text(event.macros.get(b"auth_authen", b""))
        self.is_encrypted = client.is_encrypted or bool(event.macros.get(b"tls_version"))
        self.recipients: list[bytes] = []  # as they were given
        self.note = ""  # what the envelope alone left to be written on it
        self._addresses: tuple[str, ...] = ()
        self._head: list[bytes] = []
        self._body: list[bytes] = []
        self._size = 0
        self.named(event.macros)

    def named(self, macros: Macros) -> None:
        """The server's name for it, where it is said."""
        self.queue_id = text(macros.get(b"i", b"")) or self.queue_id

    def envelope(self, at: datetime, *more: str) -> Envelope:
        """What is known by now, perhaps with one recipient more."""
        client = self._client
        return Envelope(
            client_ip=client.ip,
            client_name=client.name,
            helo=client.helo,
            mail_from=self.mail_from,
            rcpt_to=(*self._addresses, *more),
            tls=self.is_encrypted,
            login=self.login,
            received_at=at,
            queue_id=self.queue_id,
        )

    def add(self, recipient: bytes) -> None:
        """It is for this one too."""
        self.recipients.append(recipient)
        self._addresses += (address(recipient),)

    def header(self, wire: Filter, event: Header) -> None:
        """A field more."""
        self._take(self._head, wire.field(event))

    def body(self, content: bytes) -> None:
        """More of the body."""
        self._take(self._body, content)

    @property
    def is_too_large(self) -> bool:
        """Whether it is more than is taken; nothing of it is kept then."""
        return self._size > self._limit_bytes

    @property
    def raw(self) -> bytes:
        """The message."""
        return b"".join((*self._head, b"\r\n", *self._body))

    def _take(self, pieces: list[bytes], piece: bytes) -> None:
        self._size += len(piece)
        if self.is_too_large:
            self._head.clear()
            self._body.clear()
        else:
            pieces.append(piece)


def text(value: bytes) -> str:
    """As it can be read and written down."""
    return value.decode("utf-8", "backslashreplace")


def address(given: bytes) -> str:
    """Without its brackets: `<ann@example.net>`; `<>` is empty."""
    return text(given.removeprefix(b"<").removesuffix(b">"))


def _ip(told: bytes) -> str:
    """Sendmail writes `IPv6:2001:db8::1`."""
    try:
        found = ip_address(told.decode("ascii", "replace").removeprefix("IPv6:").strip("[]"))
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _name(told: str, macros: Macros) -> str:
    """A name that resolves back to the client: Postfix says no other; Sendmail tells beside it how it fared."""
    fared = macros.get(b"client_resolve", b"OK")
    if fared == b"TEMP":
        return ""
    is_doubtful = fared != b"OK" or b"may be forged" in macros.get(b"_", b"") or told.startswith("[")
    return UNKNOWN if is_doubtful or not told else told
