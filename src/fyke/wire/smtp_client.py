"""SMTP and LMTP, client side (RFC 5321, 2033, 2920, 3030): commands to send, replies in. No socket here.

GREETING to HELLO, by `hello` to READY, by `mail` to MAIL, by `content` back to READY, and by `quit` or a 421 to DONE.
Commands may be sent one behind another; replies come in the order of the commands, each with the name of its own.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from enum import Enum, auto

from msgspec import Struct

from fyke.wire.smtp_events import LocalProtocolError, RemoteProtocolError
from fyke.wire.smtp_words import Parameter, encoded, stuffed

REPLY_BYTES = 65_536  # of all its lines; EHLO of the longest we know has under one kilobyte
REPLY_LINES = 200
XFORWARD_CHARS = 480  # of a line: XFORWARD_README has 512
_LINE = re.compile(r"([2-5]\d\d)(?:([ -])(.*))?")
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


class State(Enum):
    """How far we are."""

    GREETING = auto()
    HELLO = auto()
    READY = auto()
    MAIL = auto()
    DONE = auto()


class Reply(Struct, frozen=True):
    """What was said to a command."""

    command: str  # CONNECT, EHLO, MAIL, RCPT, DATA, BDAT, CONTENT, ...
    code: int
    lines: tuple[str, ...]

    @property
    def is_yes(self) -> bool:
        """Whether it was done."""
        return self.code // 100 == 2

    @property
    def text(self) -> str:
        """On one line."""
        return " ".join(self.lines)


class Client:
    """One connection to a server."""

    def __init__(self, *, is_lmtp: bool = False) -> None:
        self.state = State.GREETING
        self.is_lmtp = is_lmtp
        self.features: dict[str, str] = {}  # what EHLO said, in upper case: {"SIZE": "10240000", "CHUNKING": ""}
        self.accepted = 0  # recipients of this mail
        self._asked: deque[str] = deque(["CONNECT"])
        self._heard = bytearray()
        self._scanned = 0
        self._lines: list[tuple[int, str]] = []
        self._size = 0

    @property
    def waits(self) -> int:
        """How many replies are to come."""
        return len(self._asked)

    def hello(self, name: str, *, is_old: bool = False) -> bytes:
        """EHLO (LHLO, or HELO to an old server)."""
        if self.state not in (State.HELLO, State.READY):
            raise LocalProtocolError(f"no hello when {self.state.name}")
        command = "LHLO" if self.is_lmtp else "HELO" if is_old else "EHLO"
        return self._send("EHLO", f"{command} {_safe(name)}")

    def mail(self, address: str, parameters: Iterable[Parameter] = ()) -> bytes:
        """MAIL FROM."""
        if self.state is not State.READY:
            raise LocalProtocolError(f"no mail when {self.state.name}")
        self.state, self.accepted = State.MAIL, 0
        return self._send("MAIL", " ".join((f"MAIL FROM:<{_safe(address)}>", *(_safe(str(p)) for p in parameters))))

    def recipient(self, address: str, parameters: Iterable[Parameter] = ()) -> bytes:
        """RCPT TO."""
        self._must_mail()
        return self._send("RCPT", " ".join((f"RCPT TO:<{_safe(address)}>", *(_safe(str(p)) for p in parameters))))

    def data(self) -> bytes:
        """DATA; the message follows after a yes of 354."""
        self._must_mail()
        return self._send("DATA", "DATA")

    def content(self, raw: bytes) -> bytes:
        """The message after DATA, its end with it."""
        self._must_mail()
        self._expect_content()
        return stuffed(raw)

    def chunk(self, raw: bytes) -> bytes:
        """The whole message as one chunk (RFC 3030)."""
        self._must_mail()
        self._expect_content()
        return b"BDAT %d LAST\r\n%b" % (len(raw), raw)

    def forward(self, attributes: dict[str, str]) -> bytes:
        """XFORWARD, on as many lines as it needs, each with a reply of its own."""
        offered = self.features.get("XFORWARD", "").upper().split()
        line, lines = "XFORWARD", []
        for name, value in attributes.items():
            word = f" {name}={encoded(value)}"
            if name not in offered or len(word) > XFORWARD_CHARS - len("XFORWARD"):
                continue
            if len(line) + len(word) > XFORWARD_CHARS:
                lines.append(line)
                line = "XFORWARD"
            line += word
        lines.append(line)
        return b"".join(self._send("XFORWARD", line) for line in lines if line != "XFORWARD")

    def say(self, command: str, argument: str = "") -> bytes:
        """Another command: RSET, NOOP, QUIT, STARTTLS, AUTH."""
        return self._send(command, f"{command} {argument}".rstrip())

    def restart(self) -> None:
        """The line is encrypted now: say hello again, and believe nothing that was said in clear."""
        self._heard.clear()
        self._scanned = 0
        self.state, self.features = State.HELLO, {}

    def receive(self, data: bytes) -> None:
        """Take what came; nothing means that the other side hung up. Raises `RemoteProtocolError`."""
        if not data:
            raise self._failed("hung up")
        self._heard += data

    def next_reply(self) -> Reply | None:
        """A whole reply; None where more must come first. Raises `RemoteProtocolError`."""
        while (at := self._heard.find(b"\n", self._scanned)) >= 0:
            line = bytes(self._heard[:at]).removesuffix(b"\r").decode("utf-8", "replace")
            del self._heard[: at + 1]
            self._scanned = 0
            match = _LINE.fullmatch(line)
            self._size += at + 1
            if match is None or self._size > REPLY_BYTES or len(self._lines) >= REPLY_LINES:
                raise self._failed(f"{line[:80]!r} is no reply")
            self._lines.append((int(match[1]), match[3] or ""))
            if match[2] != "-":
                return self._whole()
        self._scanned = len(self._heard)
        if self._size + self._scanned > REPLY_BYTES:
            raise self._failed("a reply without end")
        return None

    def _whole(self) -> Reply:
        code = self._lines[-1][0]
        lines = tuple(text for _, text in self._lines)
        self._lines, self._size = [], 0
        if not self._asked and code != 421:
            raise self._failed(f"{code} to no command")
        reply = Reply(self._asked.popleft() if self._asked else "", code, lines)
        self._follow(reply)
        return reply

    def _follow(self, reply: Reply) -> None:
        """Where a reply leads."""
        if reply.code == 421 or reply.command == "QUIT":
            self.state = State.DONE
        elif reply.command == "CONNECT":
            self.state = State.HELLO if reply.is_yes else State.DONE
        elif reply.command == "EHLO" and reply.is_yes:
            self.state = State.READY
            words = (line.partition(" ") for line in reply.lines[1:])
            self.features = {word.upper(): rest for word, _, rest in words}
        elif reply.command == "RCPT":
            self.accepted += reply.is_yes
        elif reply.command == "MAIL":
            self.state = State.MAIL if reply.is_yes else State.READY
        elif reply.command == "RSET" or (reply.command == "CONTENT" and "CONTENT" not in self._asked):
            self.state = State.READY

    def _send(self, command: str, line: str) -> bytes:
        if self.state in (State.DONE, State.GREETING):
            raise LocalProtocolError(f"nothing may be said when {self.state.name}")
        self._asked.append(command)
        return f"{line}\r\n".encode()

    def _expect_content(self) -> None:
        self._asked += ["CONTENT"] * (self.accepted if self.is_lmtp else 1)

    def _must_mail(self) -> None:
        if self.state is not State.MAIL:
            raise LocalProtocolError(f"no mail is under way when {self.state.name}")

    def _failed(self, why: str) -> RemoteProtocolError:
        self.state = State.DONE
        self._heard.clear()
        return RemoteProtocolError(why)


def _safe(text: str) -> str:
    """The text, of which nothing can begin a line of its own. A quoted local part may hold spaces."""
    inside = text.replace(" ", "_") if '"' in text else text
    if _UNSAFE.search(inside):
        raise LocalProtocolError(f"{text[:80]!r} cannot be sent")
    return text
