"""A name server of the benchmark and of the tests, on loopback: quick, or as slow and lossy as it is told to be.

It answers every question by a rule, in a process or a thread of its own; nothing of it is for the world.
"""

from __future__ import annotations

import heapq
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Self

from fyke.wire.dns import TYPES

Rule = Callable[[bytes], list[bytes]]  # a query to the messages that are sent back, in their order
_NAME_OF_QUESTION = b"\xc0\x0c"
_ADDRESS = _NAME_OF_QUESTION + struct.pack("!HHIH", TYPES["A"], 1, 300, 4) + b"\x7f\0\0\2"
_TEXT = b"\x24v=spf1 ip4:192.0.2.0/24 -all example"
_SPF = _NAME_OF_QUESTION + struct.pack("!HHIH", TYPES["TXT"], 1, 300, len(_TEXT)) + _TEXT
_EXCHANGE = _NAME_OF_QUESTION + struct.pack("!HHIH", TYPES["MX"], 1, 300, 7) + b"\0\x0a\2mx" + _NAME_OF_QUESTION
_ANSWERS = {TYPES["A"]: _ADDRESS, TYPES["TXT"]: _SPF, TYPES["MX"]: _EXCHANGE}


def question_of(query: bytes) -> bytes:
    """The question of a query, as it was sent."""
    return query[12 : query.index(b"\0", 12) + 5]


def reply(query: bytes, *records: bytes, flags: int = 0x8180, authority: int = 0) -> bytes:
    """A message that answers a query with records, the last of which are of the authority section."""
    counts = struct.pack("!5H", flags, 1, len(records) - authority, authority, 0)
    return query[:2] + counts + question_of(query) + b"".join(records)


def plain(query: bytes) -> list[bytes]:
    """One record of a usual kind for whatever name."""
    kind = int.from_bytes(question_of(query)[-4:-2], "big")
    record = _ANSWERS.get(kind)
    return [reply(query, record) if record is not None else reply(query)]


class Nameserver:
    """Answers over UDP, and over TCP by a rule of its own where there is one, until it is closed."""

    def __init__(
        self,
        rule: Rule = plain,
        over_tcp: Rule | None = None,
        *,
        lost: float = 0.0,
        delay_s: float = 0.0,
        seed: int = 1,
    ) -> None:
        self._rule, self._over_tcp = rule, over_tcp
        self._lost, self._delay_s, self._chance = lost, delay_s, random.Random(seed)
        self.heard = 0
        self.streams = 0
        self._is_closed = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.bind(("127.0.0.1", self.port))
        self._threads = [threading.Thread(target=self.serve, daemon=True)]
        if over_tcp is not None:
            self._listener.listen()
            self._threads.append(threading.Thread(target=self._serve_streams, daemon=True))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closed = True
        self._listener.close()
        for thread in self._threads[:1]:
            thread.join()
        self._socket.close()

    def serve(self) -> None:
        """Answer until closed."""
        due: list[tuple[float, int, bytes, tuple[str, int]]] = []
        while not self._is_closed:
            wait_s = max(0.0, due[0][0] - time.monotonic()) if due else 0.05
            self._socket.settimeout(wait_s or 0.000_001)
            try:
                query, whose = self._socket.recvfrom(4_096)
            except (TimeoutError, BlockingIOError):
                pass
            else:
                self.heard += 1
                if self._chance.random() >= self._lost:
                    at = time.monotonic() + self._delay_s
                    for message in self._rule(query):
                        heapq.heappush(due, (at, self.heard, message, whose))
            now = time.monotonic()
            while due and due[0][0] <= now:
                _, _, message, whose = heapq.heappop(due)
                self._socket.sendto(message, whose)

    def _serve_streams(self) -> None:
        assert self._over_tcp is not None
        while not self._is_closed:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.streams += 1
            with line:
                line.settimeout(1.0)
                try:
                    query = line.recv(4_096)[2:]
                    for message in self._over_tcp(query):
                        line.sendall(struct.pack("!H", len(message)) + message)
                except OSError:
                    continue
