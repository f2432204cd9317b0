"""The filter's side of a milter connection: what a mail server says, and what may be answered. No socket here.

START by an offer to READY; by a sender to ENVELOPE; by anything of the message to MESSAGE; by its end to ENDED, where
changes are said, and by the last word back to READY. A step that has an answer leaves the machine `owes`: nothing
further is read before it is answered. Macros belong to the step that follows them.
"""

from __future__ import annotations

import re
import struct
from enum import Enum, auto

from fyke.wire.milter import words
from fyke.wire.milter.data import connect, reply
from fyke.wire.milter.events import (
    Abort,
    Body,
    Data,
    End,
    Event,
    Header,
    HeadersEnd,
    Helo,
    Macros,
    Offer,
    Quit,
    Recipient,
    Sender,
    Unknown,
)
from fyke.wire.milter.packets import LocalProtocolError, Packets, RemoteProtocolError, packet, strings
from fyke.wire.milter.words import Actions, Stage, Steps

_OFFER = struct.Struct("!III")
_INDEX = struct.Struct("!I")
_LINE = re.compile(rb"\r?\n")
MACROS_BYTES = 65_536  # of a step; those that we ask for are some hundred


class State(Enum):
    """What may come next."""

    START = auto()  # an offer
    READY = auto()  # a client, or its mail
    ENVELOPE = auto()  # recipients, or the message
    MESSAGE = auto()  # the rest of it
    ENDED = auto()  # what we change, and the last word
    DONE = auto()  # nothing: the connection is to be closed


_OPEN = (State.ENVELOPE, State.MESSAGE)
_BETWEEN = (State.READY, *_OPEN)
_DEFINED = frozenset((words.CONNECT, words.HELO, words.MAIL, words.RCPT, words.DATA, words.EOM))
# Which states a step may come in. A server may leave a mail behind without a word, and begin another.
_WHEN = {
    words.CONNECT: _BETWEEN, words.HELO: _BETWEEN, words.MAIL: _BETWEEN, words.UNKNOWN: _BETWEEN,
    words.RCPT: (State.ENVELOPE,), words.DATA: (State.ENVELOPE,),
    words.HEADER: _OPEN, words.EOH: _OPEN, words.BODY: _OPEN, words.EOM: _OPEN,
}  # fmt: skip
_AFTER = {
    words.CONNECT: State.READY, words.HELO: State.READY, words.MAIL: State.ENVELOPE, words.HEADER: State.MESSAGE,
    words.EOH: State.MESSAGE, words.BODY: State.MESSAGE, words.EOM: State.ENDED,
}  # fmt: skip


class Filter:
    """One connection of a mail server."""

    def __init__(self) -> None:
        self.state = State.START
        self.version, self.actions, self.steps = 0, Actions(0), Steps(0)  # agreed on
        self.owes = b""  # the letter of the step that waits for an answer
        self._offer = Offer(0, Actions(0), Steps(0))
        self._silent: frozenset[bytes] = frozenset()  # steps without an answer
        self._has_space = False  # before values
        self._packets = Packets()
        self._macros: dict[bytes, Macros] = {}
        self._is_over = False

    def receive(self, data: bytes) -> None:
        """Take what came; nothing means that the server hung up."""
        if data:
            self._packets.receive(data)
        else:
            self._is_over = True

    def next_event(self) -> Event | None:
        """What was said; None where more must come first, or where an answer is owed. Raises `RemoteProtocolError`."""
        while not self.owes and self.state is not State.DONE:
            try:
                came = self._packets.next()
                if came is None:
                    return self._at_the_end() if self._is_over else None
                if came[0] != words.MACRO:
                    return self._read(*came)
                self._define(came[1])
            except RemoteProtocolError:
                self.state = State.DONE
                self._packets.clear()
                raise
        return None

    def agree(self, actions: Actions, steps: Steps, macros: dict[Stage, bytes] | None = None) -> bytes:
        """Answer an offer with what we want of it: what was not offered is left out. Macros are names with spaces."""
        if self.owes != words.OFFER:
            raise LocalProtocolError(f"no offer in {self.state.name}")
        self.owes, offer = b"", self._offer
        self.version = min(offer.version, words.VERSION)
        self.actions = Actions(actions & offer.actions & words.KNOWN_ACTIONS[self.version])
        self.steps = Steps(steps & offer.steps & words.KNOWN_STEPS[self.version])
        self._silent = frozenset(step for step, flag in words.SILENT.items() if self.steps & flag)
        self._has_space = bool(self.steps & Steps.LEADING_SPACE)
        asked = b""
        if macros and Actions.SET_MACROS & offer.actions and self.version >= words.VERSION:
            self.actions |= Actions.SET_MACROS
            asked = b"".join(_INDEX.pack(stage) + names + b"\0" for stage, names in macros.items())
        else:
            self.actions &= ~Actions.SET_MACROS
        self.state = State.READY
        return packet(words.OFFER, _OFFER.pack(self.version, self.actions, self.steps) + asked)

    def go_on(self) -> bytes:
        """Answer a step, where it has an answer: nothing against it; at the end of a message: take it."""
        if not self.owes:
            return b""
        return self._last(words.CONTINUE)

    def accept(self) -> bytes:
        """Take this mail without further steps; at the connection or HELO: all of this client's."""
        return self._last(words.ACCEPT)

    def discard(self) -> bytes:
        """Take this mail and throw it away."""
        return self._last(words.DISCARD)

    def reply(self, code: int, status: str, *lines: str) -> bytes:
        """Refuse in our own words: 550, "5.7.1", lines of ASCII. At a recipient only this one is refused."""
        if not 400 <= code <= 599 or not status.startswith(f"{code // 100}."):
            raise LocalProtocolError(f"{code} {status} is no refusal")
        return self._last(words.REPLY, reply(code, status, lines) + b"\0")

    def skip(self) -> bytes:
        """Want no more of this step: of the body, say."""
        if not self.steps & Steps.SKIP:
            raise LocalProtocolError("SKIP was not agreed on")
        return self._last(words.SKIP)

    def shut_down(self) -> bytes:
        """Answer that we close: the server tells its client 421."""
        said = self._last(words.SHUTDOWN)
        self.state = State.DONE
        return said

    def progress(self) -> bytes:
        """It takes longer: wait on. Only at the end of a message."""
        self._change(Actions(0))
        return packet(words.PROGRESS)

    def insert_header(self, index: int, name: bytes, value: bytes) -> bytes:
        """A new field; 0 puts it above all others. The value has no space before it."""
        self._change(Actions.ADD_HEADERS)
        return packet(words.INSERT_HEADER, _INDEX.pack(index) + name + b"\0" + self._value(value) + b"\0")

    def change_header(self, index: int, name: bytes, value: bytes) -> bytes:
        """Another value for the field of that name, counted from 1 from the top of what came; none takes it out.

        Postfix counts what is there after earlier changes, Sendmail what was there before them: so go upwards.
        """
        self._change(Actions.CHANGE_HEADERS)
        said = self._value(value) if value else b""
        return packet(words.CHANGE_HEADER, _INDEX.pack(index) + name + b"\0" + said + b"\0")

    def delete_recipient(self, address: bytes) -> bytes:
        """Deliver to all but this one, named as it came."""
        self._change(Actions.DELETE_RCPT)
        return packet(words.DELETE_RCPT, address + b"\0")

    def hold(self, reason: bytes) -> bytes:
        """Keep the mail in the server's own quarantine."""
        self._change(Actions.QUARANTINE)
        return packet(words.HOLD, reason + b"\0")

    def field(self, header: Header) -> bytes:
        """The bytes of a field as they are in the message, with CRLF.

        Where leading space was not agreed on, the server has eaten one space, if there was one: that there was is the
        best guess, unless a tab or a fold is left.
        """
        value = header.value
        if b"\n" in value:
            value = _LINE.sub(b"\r\n", value)
        is_whole = self._has_space or value[:1] in (b"\t", b"\r")
        return header.name + (b":" if is_whole else b": ") + value + b"\r\n"

    def _value(self, value: bytes) -> bytes:
        return b" " + value if self._has_space else value

    def _last(self, letter: bytes, data: bytes = b"") -> bytes:
        """The one answer to a step."""
        if not self.owes or self.owes == words.OFFER:
            raise LocalProtocolError(f"no answer is due in {self.state.name}")
        self.owes = b""
        if self.state is State.ENDED:
            self._forget(words.MAIL, words.RCPT, words.DATA, words.EOM)
            self.state = State.READY
        return packet(letter, data)

    def _change(self, action: Actions) -> None:
        if self.state is not State.ENDED:
            raise LocalProtocolError(f"a change in {self.state.name}")
        if action & self.actions != action:
            raise LocalProtocolError(f"{action.name} was not agreed on")

    def _at_the_end(self) -> Quit:
        if not self._packets.is_empty:
            raise RemoteProtocolError("hung up within a packet")
        self.state = State.DONE
        return Quit(is_last=True)

    def _read(self, letter: bytes, data: bytes) -> Event:
        """The event of a packet, and the state that it leads to."""
        if self.state not in _WHEN.get(letter, ()):
            return self._seldom(letter, data)
        event = self._event(letter, data)
        self.state = _AFTER.get(letter, self.state)
        if letter not in self._silent:
            self.owes = letter
        return event

    def _seldom(self, letter: bytes, data: bytes) -> Event:
        """Of the beginning and the end."""
        if self.state is State.START:
            return self._offered(letter, data)
        if letter in (words.ABORT, words.QUIT, words.QUIT_NC):
            return self._left(letter)
        raise RemoteProtocolError(f"{letter!r} in {self.state.name}")

    def _event(self, letter: bytes, data: bytes) -> Event:
        if letter == words.HEADER:
            said = strings(data)
            if len(said) != 2 or not said[0]:
                raise RemoteProtocolError("a header field without name or value")
            return Header(said[0], said[1])
        if letter == words.BODY:
            return Body(data)
        if letter == words.EOM:
            return End(data, self._defined(letter))
        if letter in (words.MAIL, words.RCPT):
            return self._address(letter, strings(data))
        return self._other(letter, data)

    def _address(self, letter: bytes, said: list[bytes]) -> Sender | Recipient:
        if not said:
            raise RemoteProtocolError("no address")
        macros = self._defined(letter)
        if letter == words.MAIL:
            return Sender(said[0], tuple(said[1:]), macros)
        return Recipient(said[0], tuple(said[1:]), macros)

    def _other(self, letter: bytes, data: bytes) -> Event:
        if letter == words.CONNECT:
            return connect(data, self._defined(letter))
        if letter == words.EOH:
            return HeadersEnd()
        if letter == words.DATA:
            return Data(self._defined(letter))
        said = strings(data)
        if len(said) != 1:
            raise RemoteProtocolError(f"{letter!r} with {len(said)} strings")
        return Helo(said[0], self._defined(letter)) if letter == words.HELO else Unknown(said[0])

    def _offered(self, letter: bytes, data: bytes) -> Offer:
        if letter != words.OFFER or len(data) < _OFFER.size:
            raise RemoteProtocolError("no milter: begins without an offer")
        version, actions, steps = _OFFER.unpack_from(data)
        if version < words.OLDEST:
            raise RemoteProtocolError(f"version {version}")
        self.owes = words.OFFER
        self._offer = Offer(version, Actions(actions & 0x1FF), Steps(steps & 0x1FFFFF))
        return self._offer

    def _left(self, letter: bytes) -> Abort | Quit:
        if letter == words.ABORT:
            self._forget(words.MAIL, words.RCPT, words.DATA, words.EOM)
            self.state = State.READY
            return Abort()
        self._macros.clear()
        self.state = State.READY if letter == words.QUIT_NC else State.DONE
        return Quit(is_last=letter == words.QUIT)

    def _define(self, data: bytes) -> None:
        """Macros of the step whose letter is first: they hold until they are said again."""
        step = data[:1]
        if not step or self.state is State.START:
            raise RemoteProtocolError("macros of no step")
        if step not in _DEFINED:
            return
        said = strings(data[1:])
        if len(said) % 2 or (len(data) > 1 and not said):
            raise RemoteProtocolError("macros without names or values")
        if len(data) > MACROS_BYTES:
            raise RemoteProtocolError(f"macros of {len(data)} bytes")
        self._macros[step] = {name.strip(b"{}"): value for name, value in zip(said[::2], said[1::2], strict=True)}

    def _defined(self, step: bytes) -> Macros:
        return self._macros.get(step, {})

    def _forget(self, *steps: bytes) -> None:
        for step in steps:
            self._macros.pop(step, None)
