"""The protocol of spamd, the daemon of SpamAssassin, server side: 1.0 to 1.5, as spamc and Exim speak it.

A connection is one request: a line (`CHECK SPAMC/1.5`), fields up to an empty line, a mail. The mail ends where
`Content-length` says, or where the client shuts its side down. REQUEST, FIELDS and MAIL lead to WAITING for our answer,
and that to DONE. What is wrong becomes a `Refused`, to be sent as it is; what the client still sends is thrown away.
"""

from __future__ import annotations

import re
import zlib
from enum import Enum, auto

from msgspec import Struct

LINE_BYTES = 8_192
FIELDS = 256  # spamd takes as many
EX_TOOBIG, EX_UNAVAILABLE, EX_TEMPFAIL, EX_PROTOCOL, EX_TIMEOUT = 98, 69, 75, 76, 79  # sysexits.h; spamc's own: 98
_MAILS = ("CHECK", "SYMBOLS", "REPORT", "REPORT_IFSPAM", "HEADERS", "PROCESS", "TELL")
_REQUEST = re.compile(rf"(?P<word>{'|'.join(_MAILS)}|PING|SKIP) SPAMC/(?P<major>\d{{1,3}})\.(?P<minor>\d{{1,3}})\s*")
_LENGTH = re.compile(r"\d{0,18}", re.ASCII)


class LocalProtocolError(Exception):
    """We said what may not be said now."""


class State(Enum):
    """What may come next."""

    REQUEST = auto()  # its line
    FIELDS = auto()
    MAIL = auto()
    WAITING = auto()  # our answer
    DONE = auto()  # nothing: whatever comes is thrown away


class Request(Struct, frozen=True):
    """A client wants something."""

    word: str  # "CHECK", "SYMBOLS", "REPORT", "REPORT_IFSPAM", "HEADERS", "PROCESS", "TELL", "PING" or "SKIP"
    user: str = ""
    raw: bytes = b""
    says: str = ""  # TELL: what the mail is, "spam" or "ham"
    sets: frozenset[str] = frozenset()  # TELL: where that is to be written down: "local", "remote"
    removes: frozenset[str] = frozenset()


class Refused(Struct, frozen=True):
    """Why the client gets no result."""

    code: int
    why: str


class Result(Struct, frozen=True):
    """What a mail is."""

    is_spam: bool
    score: float
    required: float
    content: bytes = b""  # the report, the names of tests, the mail or its header


class Connection:
    """One connection of a client."""

    def __init__(self, mail_bytes: int) -> None:
        """`mail_bytes`: the largest mail that is taken, as it is when it is unpacked."""
        self.state = State.REQUEST
        self._most = mail_bytes
        self._line = bytearray()  # what came of the line that is not complete
        self._word, self._version = "", (1, 0)
        self._fields: dict[str, str] = {}
        self._count = 0
        self._mail = bytearray()
        self._taken = 0  # bytes of the mail as they came
        self._length: int | None = None
        self._unpacker: _Inflater | None = None

    def receive(self, data: bytes) -> Request | Refused | None:
        """Take what came, and say what that makes complete; no bytes mean that the client sends no more."""
        if not data:
            return self._end()
        at = 0
        while at < len(data) and self.state in (State.REQUEST, State.FIELDS):
            end = data.find(b"\n", at)
            self._line += data[at : len(data) if end < 0 else end + 1]
            if len(self._line) > LINE_BYTES:
                return self._wrong("(line too long)")
            if end < 0:
                return None
            at = end + 1
            line, self._line = bytes(self._line), bytearray()
            event = self._on_line(line.rstrip(b"\r\n").decode("utf-8", "surrogateescape"))
            if event is not None:
                return event
        return self._on_mail(memoryview(data)[at:]) if self.state is State.MAIL and at < len(data) else None

    def pong(self) -> bytes:
        """The answer to PING. Raises `LocalProtocolError`."""
        return self._answered(b"SPAMD/1.5 0 PONG\r\n")

    def result(self, result: Result) -> bytes:
        """The answer to a mail, as the version of the client understands it. Raises `LocalProtocolError`."""
        yes, no = ("Yes", "No") if self._word == "REPORT_IFSPAM" else ("True", "False")
        spam = f"Spam: {yes if result.is_spam else no} ; {result.score:.1f} / {result.required:.1f}\r\n".encode()
        content, length = result.content, b"Content-length: %d\r\n" % len(result.content)
        if self._word == "CHECK":
            return self._answered(b"SPAMD/1.1 0 EX_OK\r\n%s\r\n" % spam)
        if self._version >= (1, 3):
            return self._answered(b"SPAMD/1.1 0 EX_OK\r\n%s%s\r\n%s" % (length, spam, content))
        if self._word not in ("PROCESS", "HEADERS"):
            end = b"\r\n" if self._word == "SYMBOLS" else b""
            return self._answered(b"SPAMD/1.1 0 EX_OK\r\n%s\r\n%s%s" % (spam, content, end))
        if self._version >= (1, 2):
            return self._answered(b"SPAMD/1.1 0 EX_OK\r\n%s\r\n%s" % (length, content))
        return self._answered(b"SPAMD/1.0 0 EX_OK\r\n%s" % content)

    def told(self, *, did_set: bool, did_remove: bool) -> bytes:
        """The answer to TELL: whether a word was written down here, or taken back. Raises `LocalProtocolError`."""
        done = b"DidSet: local\r\n" * did_set + b"DidRemove: local\r\n" * did_remove
        return self._answered(b"SPAMD/1.1 0 EX_OK\r\n%s\r\n\r\n" % done)

    def refuse(self, refused: Refused) -> bytes:
        """The line for what went wrong: the whole answer. Nothing where the client has its answer already."""
        if self.state is State.DONE and not self._is_refusing:
            return b""
        self.state, self._is_refusing = State.DONE, False
        words = {
            EX_PROTOCOL: "Bad header line",
            EX_UNAVAILABLE: "Service Unavailable",
            EX_TIMEOUT: "Timeout",
            EX_TEMPFAIL: "EX_TEMPFAIL",
            EX_TOOBIG: "EX_TOOBIG",
        }
        why = "".join(char if " " <= char <= "~" else "?" for char in refused.why)
        return f"SPAMD/1.0 {refused.code} {words.get(refused.code, 'Error')}: {why}\r\n".encode()

    _is_refusing = False  # a `Refused` was given and not sent yet

    def _on_line(self, line: str) -> Request | Refused | None:
        if self.state is State.FIELDS:
            return self._on_field(line)
        asked = _REQUEST.fullmatch(line)
        if asked is None:
            return self._wrong(line[:200])
        self._word, self._version = asked["word"], (int(asked["major"]), int(asked["minor"]))
        has_fields = self._version >= (1, 5) if self._word in ("PING", "SKIP") else self._version > (1, 0)
        if has_fields:
            self.state = State.FIELDS
            return None
        return self._after_fields()

    def _on_field(self, line: str) -> Request | Refused | None:
        if not line:
            return self._after_fields()
        name, colon, value = line.partition(":")
        self._count += 1
        if not colon:
            return self._wrong("(header not in 'Name: value' format)")
        if self._count > FIELDS:
            return self._wrong("(too many headers)")
        name, value = name.strip().lower(), value.strip()
        if name == "user" and any(char < " " or char == "\x7f" for char in value):
            return self._wrong("(User header contains control chars)")
        if name == "content-length" and not _LENGTH.fullmatch(value):
            return self._wrong("(Content-Length contains non-numeric bytes)")
        if name == "message-class" and value.lower() not in ("spam", "ham"):
            return self._wrong("(Message-class header contains invalid class)")
        if name == "compress" and "zlib" not in value.lower():
            return self._wrong("(compression type not supported)")
        self._fields[name] = value
        return None

    def _after_fields(self) -> Request | Refused | None:
        if self._word in ("PING", "SKIP"):
            self.state = State.WAITING
            return Request(self._word)
        length = self._fields.get("content-length", "")
        self._length = int(length) if length else None
        if "compress" in self._fields:
            if self._length is None:
                return self._refused(EX_UNAVAILABLE, "Compress requires Content-length header")
            self._unpacker = _Inflater(self._most)
        if self._where("set") & self._where("remove"):
            return self._wrong("(the same place is set and removed)")
        if self._word == "TELL" and self._where("set") and "message-class" not in self._fields:
            return self._wrong("(Set without Message-class)")
        self.state = State.MAIL
        if self._length is not None and self._length > self._most:
            return self._too_big()
        return self._complete() if self._length == 0 else None

    def _on_mail(self, data: memoryview) -> Request | Refused | None:
        length = len(data) if self._length is None else min(len(data), self._length - self._taken)
        self._taken += length
        if self._unpacker is None:
            self._mail += data[:length]
        else:
            try:
                self._mail += self._unpacker.take(data[:length])
            except zlib.error:
                return self._refused(EX_UNAVAILABLE, "zlib: not a stream of zlib")
        if len(self._mail) > self._most:
            return self._too_big()
        if self._taken != self._length:
            return None
        if length < len(data) and not self._mail.endswith(b"\n"):  # the mail goes on: spamd reads whole lines
            self._taken += len(data) - length
            return self._mismatch()
        return self._complete()

    def _end(self) -> Request | Refused | None:
        """The client sends no more."""
        if self.state is State.MAIL:
            return self._complete() if self._length in (None, self._taken) else self._mismatch()
        if self.state is State.FIELDS and self._word in ("PING", "SKIP"):  # many monitors forget the empty line
            self.state = State.WAITING
            return Request(self._word)
        if self.state is State.FIELDS:
            return self._wrong("(EOF during headers)")
        if self.state is State.REQUEST:
            return self._wrong("(closed before headers)")
        return None

    def _complete(self) -> Request | Refused:
        if self._unpacker is not None and not self._unpacker.is_at_end:
            return self._refused(EX_UNAVAILABLE, "zlib: failed to find end of zlib stream")
        self.state = State.WAITING
        raw, self._mail = bytes(self._mail), bytearray()
        return Request(
            self._word,
            self._fields.get("user", ""),
            raw,
            self._fields.get("message-class", "").lower(),
            self._where("set"),
            self._where("remove"),
        )

    def _where(self, field: str) -> frozenset[str]:
        value = self._fields.get(field, "").lower()
        return frozenset(place for place in ("local", "remote") if place in value)

    def _answered(self, data: bytes) -> bytes:
        if self.state is not State.WAITING:
            raise LocalProtocolError(f"an answer in {self.state.name}")
        self.state = State.DONE
        return data

    def _mismatch(self) -> Refused:
        return self._wrong(f"(Content-Length mismatch: Expected {self._length} bytes, got {self._taken} bytes)")

    def _too_big(self) -> Refused:
        return self._refused(EX_TOOBIG, f"more than {self._most} bytes")

    def _wrong(self, why: str) -> Refused:
        return self._refused(EX_PROTOCOL, why)

    def _refused(self, code: int, why: str) -> Refused:
        self.state, self._is_refusing = State.DONE, True
        self._line, self._mail = bytearray(), bytearray()
        return Refused(code, why)


class _Inflater:
    """A stream of zlib that is unpacked up to a limit, and one byte more, by which the limit is seen to be passed."""

    def __init__(self, most: int) -> None:
        self._stream = zlib.decompressobj()
        self._left = most + 1

    @property
    def is_at_end(self) -> bool:
        return self._stream.eof

    def take(self, data: memoryview) -> bytes:
        if self._stream.eof or self._left <= 0:
            return b""
        found = self._stream.decompress(data, self._left)
        self._left -= len(found)
        return found
