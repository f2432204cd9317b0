"""Clients of doors, for measuring: each asks about one mail over a connection of its own, as most clients do.

`closed` keeps so many at a time busy; `paced` begins one at fixed times whatever the server does, so that a slow answer
makes nobody else look quick (coordinated omission).
"""

from __future__ import annotations

import queue
import re
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Sequence

from msgspec import Struct

Ask = Callable[[bytes], None]  # about one mail; raises where there is no answer
_LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)\r\n", re.IGNORECASE)
WAIT_S = 120.0


class Taken(Struct):
    """What a round of mails came to."""

    count: int
    wall_s: float
    waits_s: list[float]  # of each mail, sorted

    def part(self, share: float) -> float:
        """Milliseconds within which so many were answered."""
        return self.waits_s[min(int(len(self.waits_s) * share), len(self.waits_s) - 1)] * 1_000

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.count / self.wall_s


def checkv2(port: int) -> Ask:
    """POST /checkv2, and the whole answer."""

    def ask(raw: bytes) -> None:
        with socket.create_connection(("127.0.0.1", port), WAIT_S) as peer:
            head = f"POST /checkv2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(raw)}\r\n\r\n"
            peer.sendall(head.encode() + raw)
            said = bytearray()
            while not _is_whole(said):
                if not (more := peer.recv(65_536)):
                    break
                said += more
        if not said.startswith(b"HTTP/1.1 200"):
            raise ValueError(f"/checkv2 said {bytes(said[:80])!r}")

    return ask


def _is_whole(said: bytearray) -> bool:
    end = said.find(b"\r\n\r\n")
    found = _LENGTH.search(said, 0, end + 2) if end >= 0 else None
    return found is not None and len(said) >= end + 4 + int(found[1])


def spamc(port: int) -> Ask:
    """SYMBOLS, as spamc asks."""

    def ask(raw: bytes) -> None:
        with socket.create_connection(("127.0.0.1", port), WAIT_S) as peer:
            peer.sendall(b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(raw) + raw)
            peer.shutdown(socket.SHUT_WR)
            said = b"".join(iter(lambda: peer.recv(65_536), b""))
        if b" EX_OK\r\n" not in said:
            raise ValueError(f"spamd said {said[:80]!r}")

    return ask


def smtp(port: int) -> Ask:
    """The mail through a mail server, over a connection of each thread; a refusal is an answer."""
    here = threading.local()

    def ask(raw: bytes) -> None:
        if getattr(here, "client", None) is None:
            here.client = smtplib.SMTP("127.0.0.1", port, "client.example.net", timeout=WAIT_S)
        try:
            here.client.sendmail("ann@example.net", ["bob@example.org"], raw)
        except (smtplib.SMTPDataError, smtplib.SMTPServerDisconnected) as error:
            here.client = None
            if isinstance(error, smtplib.SMTPDataError) and error.smtp_code // 100 == 5:
                return
            raise

    return ask


def closed(ask: Ask, mails: Sequence[bytes], clients: int) -> Taken:
    """All mails, so many at a time."""
    return _run(ask, mails, clients, lambda _number, _started: 0.0)


def paced(ask: Ask, mails: Sequence[bytes], rate: float, clients: int = 64) -> Taken:
    """All mails, so many begun a second."""
    return _run(ask, mails, clients, lambda number, started: started + number / rate)


def _run(ask: Ask, mails: Sequence[bytes], clients: int, due: Callable[[int, float], float]) -> Taken:
    numbers: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(mails)):
        numbers.put(number)
    waits: list[float] = []
    errors: list[Exception] = []
    started = time.perf_counter()

    def client() -> None:
        while not errors:
            try:
                number = numbers.get_nowait()
            except queue.Empty:
                return
            at = due(number, started) or time.perf_counter()
            time.sleep(max(0.0, at - time.perf_counter()))
            try:
                ask(mails[number])
            except Exception as error:
                errors.append(error)
                return
            waits.append(time.perf_counter() - at)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Taken(len(mails), time.perf_counter() - started, sorted(waits))
