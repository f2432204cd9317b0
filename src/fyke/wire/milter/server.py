"""The mail server's side of a milter connection: steps to say, answers to read. For benches and tests. No socket here.

START by `offer` to OFFERED, by the filter's answer to READY. A step that has an answer leads to WAITING and back; after
the end of a message changes come before the last word. Macros are said before their step.
"""

from __future__ import annotations

import struct
from enum import Enum, auto

from msgspec import Struct

from fyke.wire.milter import words
from fyke.wire.milter.packets import LocalProtocolError, Packets, RemoteProtocolError, packet, strings
from fyke.wire.milter.words import Actions, Stage, Steps

_OFFER = struct.Struct("!III")
_INDEX = struct.Struct("!I")
ALL_ACTIONS, ALL_STEPS = Actions(0x1FF), Steps(0x1FFFFF)


class State(Enum):
    """What may come next."""

    START = auto()  # our offer
    OFFERED = auto()  # what the filter wants of it
    READY = auto()  # a step
    WAITING = auto()  # an answer
    DONE = auto()  # nothing


class Agreed(Struct, frozen=True):
    """What the filter wants of our offer."""

    version: int
    actions: Actions
    steps: Steps
    macros: dict[Stage, bytes]


class Answer(Struct, frozen=True):
    """The last word on a step: `c`, `a`, `d`, `r`, `t`, `s`, `4`, or `y` with the reply to the client."""

    letter: bytes
    reply: bytes = b""


class Changed(Struct, frozen=True):
    """A change of the mail, or `p`: it takes longer."""

    letter: bytes
    index: int = 0
    name: bytes = b""  # of a header field; else the whole of what was said
    value: bytes = b""


Event = Agreed | Answer | Changed
_LAST = frozenset((
    words.CONTINUE, words.ACCEPT, words.DISCARD, words.REJECT, words.TEMPFAIL, words.SKIP, words.SHUTDOWN, words.REPLY,
))  # fmt: skip
_NEEDS = {
    words.ADD_HEADER: Actions.ADD_HEADERS, words.INSERT_HEADER: Actions.ADD_HEADERS,
    words.CHANGE_HEADER: Actions.CHANGE_HEADERS, words.REPLACE_BODY: Actions.CHANGE_BODY,
    words.ADD_RCPT: Actions.ADD_RCPT, words.ADD_RCPT_ARGS: Actions.ADD_RCPT_ARGS,
    words.DELETE_RCPT: Actions.DELETE_RCPT, words.CHANGE_FROM: Actions.CHANGE_FROM,
    words.HOLD: Actions.QUARANTINE, words.PROGRESS: Actions(0),
}  # fmt: skip


class Server:
    """One connection to a filter."""

    def __init__(self) -> None:
        self.state = State.START
        self.version, self.actions, self.steps = 0, Actions(0), Steps(0)  # offered, then agreed on
        self._step = b""  # that waits for an answer
        self._packets = Packets()
        self._is_over = False

    def offer(self, version: int = words.VERSION, actions: Actions = ALL_ACTIONS, steps: Steps = ALL_STEPS) -> bytes:
        """What we can do."""
        self._must_be(State.START)
        self.version, self.actions, self.steps = version, actions, steps
        self.state, self._step = State.OFFERED, words.OFFER
        return packet(words.OFFER, _OFFER.pack(version, actions, steps))

    def define(self, step: bytes, macros: dict[bytes, bytes]) -> bytes:
        """Macros of the step that follows; names of more than a letter in braces."""
        self._must_be(State.READY)
        return packet(words.MACRO, step + b"".join(name + b"\0" + value + b"\0" for name, value in macros.items()))

    def connect(self, name: bytes, family: bytes, port: int, address: bytes) -> bytes:
        """A client; families are those of `events.Connect`."""
        rest = b"" if family == b"U" else port.to_bytes(2) + address + b"\0"
        return self._say(words.CONNECT, name + b"\0" + family + rest)

    def helo(self, name: bytes) -> bytes:
        """Its name, as it says."""
        return self._say(words.HELO, name + b"\0")

    def sender(self, address: bytes, *parameters: bytes) -> bytes:
        """A mail begins; the address with its angle brackets."""
        return self._say(words.MAIL, b"".join(word + b"\0" for word in (address, *parameters)))

    def recipient(self, address: bytes, *parameters: bytes) -> bytes:
        """One more recipient; the address with its angle brackets."""
        return self._say(words.RCPT, b"".join(word + b"\0" for word in (address, *parameters)))

    def data(self) -> bytes:
        """The client wants to send the message."""
        return self._say(words.DATA)

    def header(self, name: bytes, value: bytes) -> bytes:
        """A field; the value as it stands behind the colon."""
        whole = value if self.steps & Steps.LEADING_SPACE else value.removeprefix(b" ")
        return self._say(words.HEADER, name + b"\0" + whole + b"\0")

    def headers_end(self) -> bytes:
        """The header is over."""
        return self._say(words.EOH)

    def body(self, content: bytes) -> bytes:
        """A piece of the body: at most `words.CHUNK_BYTES`."""
        return self._say(words.BODY, content)

    def end(self, content: bytes = b"") -> bytes:
        """The message is over."""
        return self._say(words.EOM, content)

    def abort(self) -> bytes:
        """The mail is over without an answer, even while one is due."""
        self._must_be(State.READY)
        return packet(words.ABORT)

    def quit(self, *, is_last: bool = True) -> bytes:
        """The client is gone, and the connection with it where this is the last."""
        self._must_be(State.READY)
        self.state = State.DONE if is_last else State.READY
        return packet(words.QUIT if is_last else words.QUIT_NC)

    def receive(self, data: bytes) -> None:
        """Take what came; nothing means that the filter hung up."""
        if data:
            self._packets.receive(data)
        else:
            self._is_over = True

    def next_event(self) -> Event | None:
        """What the filter says; None where more must come first. Raises `RemoteProtocolError`."""
        try:
            came = self._packets.next()
            if came is not None:
                return self._read(*came)
            if self._is_over and self.state is not State.DONE:
                raise RemoteProtocolError("the filter hung up")
        except RemoteProtocolError:
            self.state = State.DONE
            self._packets.clear()
            raise
        return None

    def _say(self, letter: bytes, data: bytes = b"") -> bytes:
        self._must_be(State.READY)
        left_out = words.LEFT_OUT.get(letter)
        if left_out is not None and self.steps & left_out:
            return b""
        silent = words.SILENT.get(letter)
        if silent is None or not self.steps & silent:
            self.state, self._step = State.WAITING, letter
        return packet(letter, data)

    def _must_be(self, state: State) -> None:
        if self.state is not state:
            raise LocalProtocolError(f"{self.state.name}, not {state.name}")

    def _read(self, letter: bytes, data: bytes) -> Event:
        if self.state is State.OFFERED and letter == words.OFFER:
            return self._agreed(data)
        if self.state is not State.WAITING:
            raise RemoteProtocolError(f"{letter!r} in {self.state.name}")
        if letter in _LAST:
            if letter == words.SKIP and not self.steps & Steps.SKIP:
                raise RemoteProtocolError("SKIP was not agreed on")
            self.state = State.DONE if letter == words.SHUTDOWN else State.READY
            return Answer(letter, data.removesuffix(b"\0"))
        if self._step != words.EOM or letter not in _NEEDS or _NEEDS[letter] & ~self.actions:
            raise RemoteProtocolError(f"{letter!r} after {self._step!r}")
        return _changed(letter, data)

    def _agreed(self, data: bytes) -> Agreed:
        if len(data) < _OFFER.size:
            raise RemoteProtocolError("half an answer to the offer")
        version, actions, steps = _OFFER.unpack_from(data)
        if not words.OLDEST <= version <= self.version or actions & ~int(self.actions) or steps & ~int(self.steps):
            raise RemoteProtocolError("more than was offered")
        self.version, self.actions, self.steps = version, Actions(actions), Steps(steps)
        self.state = State.READY
        return Agreed(version, self.actions, self.steps, _asked(data[_OFFER.size :]))


def _asked(data: bytes) -> dict[Stage, bytes]:
    """Which macros are wanted at which stage."""
    macros = {}
    while data:
        names, zero, rest = data[_INDEX.size :].partition(b"\0")
        (stage,) = _INDEX.unpack_from(data) if zero else (len(Stage),)
        if stage >= len(Stage):
            raise RemoteProtocolError("macros of an unknown stage")
        macros[Stage(stage)] = names
        data = rest
    return macros


def _changed(letter: bytes, data: bytes) -> Changed:
    if letter in (words.INSERT_HEADER, words.CHANGE_HEADER, words.ADD_HEADER):
        at = 0 if letter == words.ADD_HEADER else _INDEX.size
        said = strings(data[at:])
        if len(said) != 2:
            raise RemoteProtocolError("a header field without name or value")
        return Changed(letter, int.from_bytes(data[:at]), said[0], said[1])
    return Changed(letter, name=data.removesuffix(b"\0"))
