"""The sockets towards one resolver: several at a time, each from a port that the kernel chose, replaced before long.

A forger who cannot see our packets must guess the port, the number and perhaps the case of the letters; the sockets are
connected, so that the kernel lets in nothing from another address. TCP is for what is long, or smells of forgery.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from typing import Generic, TypeVar

from fyke.lookup.dns_servers import Address

PORTS = 16  # open at a time; each question takes one of them
PORT_USES, PORT_S = 200, 20.0  # then a fresh one follows: nobody has the time to find it
DATAGRAM_BYTES = 4_096  # more than we say that we take
AT_ONCE = 64  # datagrams read before others have their turn
BUFFER_BYTES = 1 << 20  # asked of the system for a burst of answers

T = TypeVar("T")  # what waits for an answer


class Port(Generic[T]):
    """One socket, and what waits for answers there, by number."""

    def __init__(self, where: Address, now: float) -> None:
        """Raises `OSError`."""
        self.born, self.uses, self.is_retired = now, 0, False
        self.waiting: dict[int, T] = {}
        self.socket = socket.socket(socket.AF_INET6 if ":" in where.host else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self.socket.setblocking(False)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            self.socket.connect((where.host, where.port))
        except OSError:
            self.socket.close()
            raise


Place = tuple[Port[T], int]


class Ports(Generic[T]):
    """The open sockets towards one resolver, on the thread of a loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        where: Address,
        chance: random.Random,
        *,
        arrived: Callable[[T | None, bytes], None],
        refused: Callable[[T], None],
    ) -> None:
        """`arrived` hears what came, and for whom, if for anybody; `refused` that nobody listens there."""
        self._loop, self._where, self._chance = loop, where, chance
        self._arrived, self._refused = arrived, refused
        self._ports: list[Port[T]] = []
        self._all: set[Port[T]] = set()  # with those that are retired, but still waited at

    def place(self, now: float) -> Place[T]:
        """A socket, and a number that is free there. Raises `OSError`."""
        port = self._chosen(now)
        number = self._chance.getrandbits(16)
        while number in port.waiting:
            number = self._chance.getrandbits(16)
        return port, number

    def send(self, place: Place[T], data: bytes, waits: T) -> None:
        """Send, and have somebody wait for the answer. Raises `OSError` where it is known that none will come."""
        port, number = place
        try:
            port.socket.send(data)
        except BlockingIOError:  # as if it had been lost
            pass
        except OSError:
            self._retire(port)
            raise
        port.waiting[number] = waits

    def forget(self, place: Place[T]) -> None:
        """Nobody waits there any more."""
        port, number = place
        port.waiting.pop(number, None)
        self._close_idle(port)

    def close(self) -> None:
        """Close all."""
        for port in list(self._all):
            port.waiting.clear()
            port.is_retired = True
            self._close_idle(port)
        self._ports.clear()

    def _chosen(self, now: float) -> Port[T]:
        if len(self._ports) < PORTS:
            try:
                port = Port[T](self._where, now)
            except OSError:  # no route, or no more files may be opened
                if not self._ports:
                    raise
                port = self._chance.choice(self._ports)
            else:
                self._ports.append(port)
                self._all.add(port)
                self._loop.add_reader(port.socket, self._readable, port)
        else:
            port = self._ports[self._chance.getrandbits(16) % len(self._ports)]
        port.uses += 1
        if port.uses >= PORT_USES or now - port.born > PORT_S:
            self._retire(port)  # after this question
        return port

    def _retire(self, port: Port[T]) -> None:
        if not port.is_retired:
            port.is_retired = True
            self._ports.remove(port)
            self._loop.call_soon(self._close_idle, port)

    def _close_idle(self, port: Port[T]) -> None:
        if port.is_retired and not port.waiting and port in self._all:
            self._all.discard(port)
            self._loop.remove_reader(port.socket)
            port.socket.close()

    def _readable(self, port: Port[T]) -> None:
        for _ in range(AT_ONCE):
            if port not in self._all:  # closed by what came just now
                return
            try:
                data = port.socket.recv(DATAGRAM_BYTES)
            except BlockingIOError:
                return
            except OSError:  # the server's machine says that nobody listens
                for number, waits in list(port.waiting.items()):
                    if port.waiting.get(number) is waits:  # else it ended with another one
                        self._refused(waits)
                return
            number = int.from_bytes(data[:2], "big") if len(data) > 1 else -1
            self._arrived(port.waiting.get(number), data)


async def streamed(where: Address, query: bytes) -> bytes:
    """What is answered over TCP (RFC 7766), to this number. Raises `OSError`, `EOFError`."""
    reader, writer = await asyncio.open_connection(where.host, where.port)
    try:
        writer.write(struct.pack("!H", len(query)) + query)
        size = int.from_bytes(await reader.readexactly(2), "big")
        data = await reader.readexactly(size)
    finally:
        writer.transport.abort()
    if data[:2] != query[:2]:
        raise OSError("an answer to another question")
    return data
