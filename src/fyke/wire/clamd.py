"""The protocol of clamd, the daemon of ClamAV, client side: bytes to send, bytes in, events out. No socket here.

As clamd(8) has it: commands begin with `z` and end with a zero byte, and so do replies. One question is open at a time:
IDLE to WAITING by `ask`, or over STREAMING by `stream`, `chunk` and `end_stream`; a reply leads back to IDLE in a
session, and to DONE outside of one. A refusal may come while we still stream: then the connection is DONE as well.
"""

from __future__ import annotations

import re
import struct
from enum import Enum, auto

from msgspec import Struct

REPLY_BYTES = 8_192  # of one reply; the longest we know is a version with the date of the database
STREAM = "stream"  # what clamd calls the file that it was sent
_REPLY = re.compile(r"(?:(?P<id>\d{1,10}): )?(?P<said>.*)", re.DOTALL)
_FOUND = re.compile(r"stream: (?P<name>.{1,1000}?)(?:\([0-9a-f]{32,64}:\d+\))? FOUND", re.DOTALL)
_COMPLAINTS = ("UNKNOWN COMMAND", "COMMAND READ TIMED OUT")  # the only ones that do not end in ERROR


class LocalProtocolError(Exception):
    """We asked for what may not be said now."""


class RemoteProtocolError(Exception):
    """The other side says what clamd never says, or hung up over a question."""


class State(Enum):
    """What may come next."""

    IDLE = auto()  # a question
    STREAMING = auto()  # chunks of a file, or its end
    WAITING = auto()  # a reply
    DONE = auto()  # nothing: the connection is to be closed


class Command(Enum):
    """A question of one word."""

    PING = "PING"
    VERSION = "VERSION"


class Pong(Struct, frozen=True):
    """It lives."""


class Version(Struct, frozen=True):
    """What it is, and of when its database: "ClamAV 1.4.3/27800/Mon Oct 20 2026"."""

    text: str


class Clean(Struct, frozen=True):
    """It knows nothing against the file."""


class Found(Struct, frozen=True):
    """It knows the file."""

    name: str


class Refused(Struct, frozen=True):
    """It did not look: "INSTREAM size limit exceeded."."""

    why: str


class Ended(Struct, frozen=True):
    """The connection ended while nothing was asked."""


Event = Pong | Version | Clean | Found | Refused | Ended


class Connection:
    """One connection to clamd."""

    def __init__(self, *, session: bool = False) -> None:
        self.state = State.IDLE
        self._in_session = session
        self._number = 0  # of the newest question
        self._asked: Command | None = None  # None: about a stream
        self._heard = bytearray()
        self._is_over = False

    def ask(self, command: Command) -> bytes:
        """What to send for a question of one word. Raises `LocalProtocolError`."""
        return self._open(command, command.value, State.WAITING)

    def stream(self) -> bytes:
        """What to send before a file's chunks. Raises `LocalProtocolError`."""
        return self._open(None, "INSTREAM", State.STREAMING)

    def chunk(self, size: int) -> bytes:
        """What to send before so many bytes of the file. Raises `LocalProtocolError`."""
        self._must_be(State.STREAMING)
        if not 0 < size < 1 << 32:
            raise LocalProtocolError(f"a chunk of {size} bytes")
        return struct.pack("!I", size)

    def end_stream(self) -> bytes:
        """What to send after the last chunk. Raises `LocalProtocolError`."""
        self._must_be(State.STREAMING)
        self.state = State.WAITING
        return bytes(4)

    def end(self) -> bytes:
        """What to send before closing: a session says goodbye. Raises `LocalProtocolError`."""
        is_open = self.state is State.IDLE and self._in_session and self._number > 0
        self.state = State.DONE
        return b"zEND\0" if is_open else b""

    def receive(self, data: bytes) -> None:
        """Take what came; nothing means that the other side hung up."""
        if data:
            self._heard += data
        else:
            self._is_over = True

    def next_event(self) -> Event | None:
        """What was said; None where more must come first. Raises `RemoteProtocolError`."""
        reply, zero, rest = self._heard.partition(b"\0")
        if not zero:
            if len(reply) > REPLY_BYTES:
                raise self._failed("a reply without end")
            return self._at_the_end() if self._is_over and self.state is not State.DONE else None
        if self.state in (State.IDLE, State.DONE):
            raise self._failed("an answer to no question")
        if len(reply) > REPLY_BYTES:
            raise self._failed("a reply without end")
        event = self._read(reply.decode("utf-8", "replace"))
        self._heard = rest
        was_streaming = self.state is State.STREAMING
        if was_streaming and not isinstance(event, Refused):
            raise self._failed("a verdict on half a file")
        self.state = State.IDLE if self._in_session and not was_streaming else State.DONE
        return event

    def _at_the_end(self) -> Ended:
        if self._heard or self.state in (State.STREAMING, State.WAITING):
            raise self._failed("hung up without a reply")
        self.state = State.DONE
        return Ended()

    def _open(self, asked: Command | None, word: str, then: State) -> bytes:
        self._must_be(State.IDLE)
        self._asked, self.state = asked, then
        self._number += 1
        greeting = "zIDSESSION\0" if self._in_session and self._number == 1 else ""
        return f"{greeting}z{word}\0".encode()

    def _must_be(self, state: State) -> None:
        if self.state is not state:
            raise LocalProtocolError(f"{self.state.name}, not {state.name}")

    def _read(self, reply: str) -> Event:
        """The event of a reply to the open question."""
        parts = _REPLY.fullmatch(reply)
        number, said = (parts["id"], parts["said"]) if parts else (None, reply)
        if number is not None and number != str(self._number if self._in_session else ""):
            raise self._failed(f"a reply to question {number}")
        if said.endswith(" ERROR") or said in _COMPLAINTS:
            return Refused(said.removesuffix(" ERROR").removeprefix(f"{STREAM}: "))
        if self._in_session and number is None:
            raise self._failed("a reply without its number")
        if self._asked is Command.PING and said == "PONG":
            return Pong()
        if self._asked is Command.VERSION and said:
            return Version(said)
        if self._asked is None and said == f"{STREAM}: OK":
            return Clean()
        if self._asked is None and (found := _FOUND.fullmatch(said)):
            return Found(found["name"])
        raise self._failed(f"{said[:80]!r} is no answer")

    def _failed(self, why: str) -> RemoteProtocolError:
        self.state = State.DONE
        self._heard.clear()
        return RemoteProtocolError(why)
