"""A second opinion on files by clamd, the daemon of ClamAV, over the socket or the address that the site names.

Its word is evidence beside ours. It not being there, or being slow, is a `Fault` on the scan, never a lost mail.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable

from msgspec import Struct

from fyke.files.engines import CLAMD_FOUND as FOUND
from fyke.files.engines import CLAMD_SUSPECTED as SUSPECTED
from fyke.model import Analyse, Fault, Finding
from fyke.wire.clamd import Connection, Event, Found, Refused, RemoteProtocolError

WHO = "files.clamd"
PORT = 3310
CHUNK_BYTES = 1 << 20  # of a file at once
HEARD_BYTES = 4_096
REST_S = 5.0  # after it could not be reached: not every file of a busy minute waits for the same time-out

# What ClamAV guesses or leaves to the site's taste: a locked archive, a limit, a tool that administrators use.
GUESSES = ("Heuristics.", "PUA.")


class Address(Struct, frozen=True):
    """Where it listens: a socket in the file system, or a host and its port."""

    path: str = ""
    host: str = ""
    port: int = PORT


def address(text: str) -> Address:
    """The address in "unix:/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl", "host", "host:3310", "[::1]:3310".

    Raises `ValueError` with a sentence.
    """
    if text.startswith(("unix:", "/")):
        path = text.removeprefix("unix:")
        if not path.startswith("/"):
            raise ValueError(f"{text!r}: the path of a socket begins with /")
        return Address(path=path)
    host, colon, port = text.rpartition(":")
    if (text.startswith("[") and text.endswith("]")) or not colon:
        host, port = text, str(PORT)
    if not host or not (port.isascii() and port.isdigit()) or not 0 < int(port) < 1 << 16:
        raise ValueError(f"{text!r} is neither unix:/path nor host:port")
    return Address(host=host.strip("[]"), port=int(port))


class Clamd:
    """Asks clamd about files: a connection each, which it answers as fast as in a session and never finds stale."""

    def __init__(self, where: str, timeout_s: float = 10.0) -> None:
        """Raises `ValueError` for what is no address."""
        self._address, self._timeout_s = address(where), timeout_s
        self._not_before, self._why_not = 0.0, ""

    def look(self, files: Iterable[Analyse]) -> list[Finding | Fault | None]:
        """What it says of each: a finding, nothing, or why it could not say. One deadline for all of them."""
        until = time.monotonic() + self._timeout_s
        return [self._one(asked, until) for asked in files]

    def _one(self, asked: Analyse, until: float) -> Finding | Fault | None:
        if time.monotonic() < self._not_before:
            return Fault(WHO, self._why_not)
        try:
            with self._connected(until) as line:
                event = _exchange(line, asked.content, until)
        except (OSError, RemoteProtocolError) as error:
            why = "too late" if isinstance(error, TimeoutError) else str(error)
            return Fault(WHO, why[:300])
        return _said(event, asked)

    def _connected(self, until: float) -> socket.socket:
        where, left = self._address, _left(until)
        line = None
        try:
            if where.path:
                line = socket.socket(socket.AF_UNIX)
                line.settimeout(left)
                line.connect(where.path)
                return line
            return socket.create_connection((where.host, where.port), left)
        except OSError as error:
            if line is not None:
                line.close()
            self._why_not = f"cannot be reached: {error.strerror or error}"
            self._not_before = time.monotonic() + REST_S
            raise OSError(self._why_not) from None


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _exchange(line: socket.socket, content: bytes, until: float) -> Event:
    """Send the file, and hear what it says."""
    talk = Connection()
    try:
        _send(line, talk.stream(), until)
        view = memoryview(content)
        for at in range(0, len(view), CHUNK_BYTES):
            piece = view[at : at + CHUNK_BYTES]
            _send(line, talk.chunk(len(piece)), until)
            _send(line, piece, until)
        _send(line, talk.end_stream(), until)
    except (BrokenPipeError, ConnectionResetError):
        pass  # it refuses the rest, and has said why
    while (event := talk.next_event()) is None:
        line.settimeout(_left(until))
        try:
            talk.receive(line.recv(HEARD_BYTES))
        except ConnectionResetError:
            talk.receive(b"")
    return event


def _send(line: socket.socket, data: bytes | memoryview, until: float) -> None:
    line.settimeout(_left(until))
    line.sendall(data)


def _said(event: Event, asked: Analyse) -> Finding | Fault | None:
    if isinstance(event, Found):
        symbol = SUSPECTED if event.name.startswith(GUESSES) else FOUND
        return Finding(symbol, event.name, asked.name, family=event.name)
    return Fault(WHO, event.why) if isinstance(event, Refused) else None
