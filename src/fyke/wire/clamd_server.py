"""The protocol of clamd, server side: what clients ask of the daemon of ClamAV, in all its forms. No socket here.

As clamd(8) has it: a command begins with `z` and ends with a zero byte, or with `n` and a newline, or stands alone on
its line, and replies end as the command does. A file follows INSTREAM in chunks, each behind its length; behind FILDES
comes a byte that carries a descriptor. A connection is one command, or IDSESSION, numbered ones, and END.
COMMAND leads to WAITING for our answer, over SIZE and CHUNK or over DESCRIPTOR where more has to come, and that to
COMMAND in a session and to DONE outside of one.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from msgspec import Struct

COMMAND_BYTES: Final = 5_120  # clamd's own: PATH_MAX and 1024
SIZE_BYTES: Final = 4  # of the length of a chunk, most significant first
UNKNOWN: Final = "UNKNOWN COMMAND"
LATE: Final = b"COMMAND READ TIMED OUT\n"  # for a client that falls silent; not numbered, whatever the form


class Form(Struct, frozen=True):
    """How and where a command may be said."""

    has_path: bool = False
    alone: bool = False  # on its line, without `n` or `z`
    in_session: bool = False


COMMANDS: Final = {
    "PING": Form(alone=True, in_session=True),
    "VERSION": Form(alone=True, in_session=True),
    "VERSIONCOMMANDS": Form(in_session=True),
    "STATS": Form(in_session=True),
    "RELOAD": Form(alone=True),
    "SHUTDOWN": Form(alone=True),
    "SCAN": Form(has_path=True, alone=True, in_session=True),
    "CONTSCAN": Form(has_path=True, alone=True),
    "MULTISCAN": Form(has_path=True, alone=True),
    "ALLMATCHSCAN": Form(has_path=True),
    "INSTREAM": Form(in_session=True),
    "FILDES": Form(alone=True, in_session=True),
    "IDSESSION": Form(),
}


class LocalProtocolError(Exception):
    """We said what may not be said now."""


class State(Enum):
    """What may come next."""

    COMMAND = auto()
    SIZE = auto()  # the length of a chunk
    CHUNK = auto()  # its bytes
    DESCRIPTOR = auto()  # the byte that carries one
    WAITING = auto()  # our answer
    DONE = auto()  # nothing: the connection is to be closed


class Asked(Struct, frozen=True):
    """A command: a word of `COMMANDS`. FILDES comes when the byte behind it came, INSTREAM with its last chunk."""

    word: str
    path: str = ""  # as it was sent: bytes that are no UTF-8 are surrogates
    content: bytes = b""


class Refused(Struct, frozen=True):
    """What the client did wrong, in clamd's words: to be sent, and the connection closed."""

    why: str


class Ended(Struct, frozen=True):
    """The client says no more."""

    in_time: bool  # nothing was half said


Event = Asked | Refused | Ended


class Connection:
    """One connection of a client."""

    def __init__(self, stream_bytes: int) -> None:
        """`stream_bytes`: the largest file that is taken by INSTREAM."""
        self.state = State.COMMAND
        self._most = stream_bytes
        self._heard = bytearray()
        self._content = bytearray()
        self._left = 0  # bytes to come of the chunk
        self._end = b"\n"  # of what we reply
        self._number: int | None = None  # of the newest command in a session
        self._is_over = False  # the client sends no more

    @property
    def is_idle(self) -> bool:
        """Whether nothing is half said, and no answer is owed."""
        return self.state in (State.COMMAND, State.DONE) and not self._heard

    @property
    def in_session(self) -> bool:
        """Whether another command may come."""
        return self._number is not None

    @property
    def may_be_whole(self) -> bool:
        """Whether a command came as old clients send it, with nothing behind it: silence would be its end."""
        return self.state is State.COMMAND and not self.in_session and bytes(self._heard[:1]) not in (b"", b"n", b"z")

    def receive(self, data: bytes) -> None:
        """Take what came; no bytes mean that the client sends no more, or nothing more of an old command."""
        if data and self.state is not State.DONE:
            self._heard += data
        elif not data:
            self._is_over = True

    def next_event(self) -> Event | None:
        """What that makes complete; None where more must come first, or our answer."""
        while self.state not in (State.WAITING, State.DONE):
            if not self._has_enough():
                return self._ended() if self._is_over else None
            if (event := self._step()) is not None:
                return event
        return None

    def say(self, text: str) -> bytes:
        """A line of an answer of several. Raises `LocalProtocolError`."""
        if self.state is not State.WAITING:
            raise LocalProtocolError(f"{self.state.name}, not WAITING")
        return self._reply(text)

    def answer(self, text: str = "") -> bytes:
        """The last line of an answer, nothing where all is said; then the next command. Raises `LocalProtocolError`."""
        said = self.say(text) if text or self.state is not State.WAITING else b""
        self.state = State.COMMAND if self.in_session else State.DONE
        if self.state is State.DONE:
            self._heard.clear()
        return said

    def refuse(self, refused: Refused) -> bytes:
        """The last words to a client that did something wrong."""
        self._stop()
        return self._reply(refused.why)

    def _has_enough(self) -> bool:
        """Whether there is something to go on with."""
        match self.state:
            case State.COMMAND:
                return self._line_end() >= 0
            case State.SIZE:
                return len(self._heard) >= SIZE_BYTES
        return bool(self._heard)

    def _step(self) -> Event | None:
        match self.state:
            case State.COMMAND:
                end = self._line_end()
                line = bytes(self._heard[:end])
                del self._heard[: end + 1]
                return self._on_command(line if len(line) < COMMAND_BYTES else line[:1])  # too long: no command
            case State.SIZE:
                return self._on_size()
            case State.CHUNK:
                self._take_chunk()
                return None
        del self._heard[0]  # of a descriptor: clamd looks at it neither
        self.state = State.WAITING
        return Asked("FILDES")

    def _line_end(self) -> int:
        """Where the command that comes next ends; -1 where it is not complete."""
        heard = self._heard
        at = heard.find(b"\0" if heard.startswith(b"z") else b"\n", 0, COMMAND_BYTES)
        is_over = len(heard) >= COMMAND_BYTES or (self._is_over and self.may_be_whole)
        return len(heard) if at < 0 and is_over else at

    def _on_command(self, line: bytes) -> Event | None:
        is_alone = line[:1] not in (b"n", b"z")
        self._end = b"\0" if line[:1] == b"z" else b"\n"
        text = (line if is_alone else line[1:]).decode("utf-8", "surrogateescape")
        if self._end == b"\n":
            text = text.removesuffix("\r")
        word, space, path = text.partition(" ")
        if self._number is not None:
            if (word, space, is_alone) == ("END", "", False):
                self._stop()
                return Ended(in_time=True)
            self._number += 1
        form = COMMANDS.get(word)
        is_said_so = form is not None and form.has_path == bool(path) == bool(space) and (form.alone or not is_alone)
        if form is None or not is_said_so or (self.in_session and not form.in_session):
            return self._refused("Command invalid inside IDSESSION. ERROR" if self.in_session else UNKNOWN)
        return self._begin(word, path)

    def _begin(self, word: str, path: str) -> Event | None:
        """What a command leads to."""
        match word:
            case "IDSESSION":
                self._number = 0
            case "INSTREAM":
                self.state = State.SIZE
                self._content = bytearray()
            case "FILDES":
                self.state = State.DESCRIPTOR
            case _:
                self.state = State.WAITING
                return Asked(word, path)
        return None

    def _on_size(self) -> Event | None:
        self._left = int.from_bytes(self._heard[:SIZE_BYTES])
        del self._heard[:SIZE_BYTES]
        if self._left > self._most - len(self._content):
            return self._refused("INSTREAM size limit exceeded. ERROR")
        if self._left:
            self.state = State.CHUNK
            return None
        content, self._content = bytes(self._content), bytearray()
        self.state = State.WAITING
        return Asked("INSTREAM", content=content)

    def _take_chunk(self) -> None:
        if len(self._heard) <= self._left:
            taken, self._heard = self._heard, bytearray()
        else:
            taken = self._heard[: self._left]
            del self._heard[: self._left]
        self._content += taken
        self._left -= len(taken)
        if not self._left:
            self.state = State.SIZE

    def _reply(self, text: str) -> bytes:
        number = "" if self._number is None else f"{self._number}: "
        return (number + text).encode("utf-8", "surrogateescape") + self._end

    def _refused(self, why: str) -> Refused:
        self._stop()
        return Refused(why)

    def _ended(self) -> Ended:
        in_time = self.is_idle
        self._stop()
        return Ended(in_time)

    def _stop(self) -> None:
        self.state = State.DONE
        self._heard.clear()
        self._content = bytearray()
