"""Local sockets over which clients hand open files to us (SCM_RIGHTS, unix(7)), for doors that take them.

asyncio reads without asking for what comes beside the bytes, and the kernel then closes it. Here one descriptor at a
time is kept, the newest; whatever comes besides is closed at once, and nobody has to ask for what was left behind.
"""

from __future__ import annotations

import asyncio
import os
import socket
from array import array
from collections.abc import Callable, Coroutine
from typing import Any

INT_BYTES = array("i").itemsize
ROOM = socket.CMSG_LEN(INT_BYTES)  # for one descriptor: the kernel keeps any more of a message from us
FLAGS = getattr(socket, "MSG_CMSG_CLOEXEC", 0)  # Linux: no child of ours gets it
ACCEPTED = 64  # connections in one go
REST_S = 1.0  # after the kernel could not give us a connection


class Ends:
    """Both ends of one connection, as a door's line reads and writes them."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock, self._loop = sock, asyncio.get_running_loop()
        self._waiting = bytearray()
        self._descriptor = -1
        self._is_over = self._is_closed = False

    def descriptor(self) -> int | None:
        """What came with the bytes that were read last, the caller's to close from now on; None for nothing."""
        found, self._descriptor = self._descriptor, -1
        return None if found < 0 else found

    def drop(self) -> None:
        """Close what came and nobody wants."""
        if (found := self.descriptor()) is not None:
            os.close(found)

    async def read(self, size: int) -> bytes:
        """At most so many bytes that came; nothing once the client sends no more."""
        while True:
            try:
                data, beside, flags, _ = self._sock.recvmsg(size, ROOM, FLAGS)
            except (BlockingIOError, InterruptedError):
                await self._readable()
                continue
            self._keep(beside, is_cut=bool(flags & socket.MSG_CTRUNC))
            self._is_over = not data
            return data

    def at_eof(self) -> bool:
        """Whether the client sends no more, and all was read."""
        return self._is_over

    def write(self, data: bytes) -> None:
        """Have it sent by `drain`."""
        self._waiting += data

    async def drain(self) -> None:
        """Send what was written."""
        data, self._waiting = self._waiting, bytearray()
        await self._loop.sock_sendall(self._sock, data)

    def is_closing(self) -> bool:
        """Whether we hung up."""
        return self._is_closed

    def close(self) -> None:
        """Hang up, and close what came and was not taken."""
        self.drop()
        self._is_closed = True
        self._sock.close()

    async def wait_closed(self) -> None:
        """It is closed at once."""

    def get_extra_info(self, name: str) -> Any:
        """As a `StreamWriter` says it."""
        return {"peername": "", "socket": self._sock}.get(name)

    def _keep(self, beside: list[tuple[int, int, bytes]], *, is_cut: bool) -> None:
        """Keep the one descriptor that came; where there were more, none: nobody knows which was meant."""
        for level, kind, data in beside:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                for number in array("i", data[: len(data) // INT_BYTES * INT_BYTES]):
                    self.drop()
                    self._descriptor = number
        if is_cut:
            self.drop()

    async def _readable(self) -> None:
        came = self._loop.create_future()
        self._loop.add_reader(self._sock, _set, came)
        try:
            await came
        finally:
            self._loop.remove_reader(self._sock)


class LocalServer:
    """Accepts at a local socket. Who `welcome`s a connection closes it."""

    def __init__(self, welcome: Callable[[Ends, Ends], Coroutine[Any, Any, None]], listener: socket.socket) -> None:
        listener.setblocking(False)
        self._welcome, self._listener, self._loop = welcome, listener, asyncio.get_running_loop()
        self._again: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._begin()

    def close(self) -> None:
        """Accept no more, and close the listening socket."""
        if self._again is not None:
            self._again.cancel()
        self._loop.remove_reader(self._listener)
        self._listener.close()

    def _begin(self) -> None:
        self._again = None
        self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(ACCEPTED):
            try:
                sock, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # too many open files: the kernel would wake us for ever
                self._loop.remove_reader(self._listener)
                self._again = self._loop.call_later(REST_S, self._begin)
                return
            ends = Ends(sock)
            task = self._loop.create_task(self._welcome(ends, ends))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


def _set(came: asyncio.Future[None]) -> None:
    if not came.done():
        came.set_result(None)
