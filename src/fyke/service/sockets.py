"""Listening sockets: opened once, by the process that watches, and passed to all workers by fork.

Each worker has a TCP socket of its own at the same address (SO_REUSEPORT), so that the kernel spreads connections and
a new worker finds what waited for the old one. A local socket is one for all.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

BACKLOG = 1_024  # connections that wait while a worker is busy; the kernel has its own bound (somaxconn)
LOCAL_MODE = 0o660  # a mail server speaks to it by its group


class AddressError(ValueError):
    """Not an address at which one can listen; one sentence says why."""


class Address(Struct, frozen=True):
    """Where a door stands."""

    path: str = ""  # of a local socket; else host and port
    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address(text: str) -> Address:
    """Read "host:port", "[::1]:port", "port" (of this machine alone) or "unix:/path". Raises `AddressError`."""
    if text.startswith(("unix:", "/")):
        path = text.removeprefix("unix:")
        if not path.startswith("/"):
            raise AddressError(f"{text}: a local socket has a path from the root, such as unix:/run/fyke/milter")
        if len(os.fsencode(path)) > 107:  # sockaddr_un
            raise AddressError(f"{text}: the path of a local socket has at most 107 bytes")
        return Address(path)
    host, colon, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 0 <= int(port) < 65_536:
        raise AddressError(f"{text}: is not like 127.0.0.1:11332, [::1]:11332 or unix:/run/fyke/milter")
    host = host.removeprefix("[").removesuffix("]")
    return Address(host=host if colon else "127.0.0.1", port=int(port))


def listen(where: Address, copies: int) -> list[socket.socket]:
    """A listening socket for each worker. Raises OSError with the address in its text."""
    try:
        if where.path:
            one = _local(where.path)
            return [one, *(one.dup() for _ in range(copies - 1))]
        first = _tcp(where.host, where.port)
        port = first.getsockname()[1]  # of port 0 the kernel chose one
        return [first, *(_tcp(where.host, port) for _ in range(copies - 1))]
    except OSError as error:
        why = "something listens there already" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        raise OSError(error.errno, f"{where}: {why}") from None


def _tcp(host: str, port: int) -> socket.socket:
    kind, _, _, _, place = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_NUMERICSERV
    )[0]
    listener = socket.socket(kind, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(place)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _local(path: str) -> socket.socket:
    """A local socket. What a killed server left is cleared away; a living one is not."""
    place = Path(path)
    if place.exists() and stat.S_ISSOCK(place.stat().st_mode):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(path)
            except ConnectionRefusedError:
                place.unlink()
            else:
                raise OSError(errno.EADDRINUSE, "Address already in use")
    place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(path)
        place.chmod(LOCAL_MODE)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def clear(where: Address) -> None:
    """Take a local socket away at the end."""
    if where.path:
        with suppress(OSError):
            Path(where.path).unlink()
