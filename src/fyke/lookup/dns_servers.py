"""Which resolvers are asked, how long each is given, and which one rests because it has not answered for a while."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

PORT = 53
MOST_SERVERS = 8  # the C library takes three
RESOLV_CONF = Path("/etc/resolv.conf")
LOCAL = "127.0.0.1"  # where nothing is said, as resolv.conf(5) has it

FIRST_S = 0.4  # given to a server before anything is known of it; most resolvers answer within that
SLACK_S = 0.05  # more than usual is not yet late
LEAST_S = 0.1  # however quick it was: what it has to look up elsewhere takes longer than what it knows
DEAD_AFTER = 10  # tries in a row without an answer ...
DEAD_AFTER_S = 2.0  # ... and this long: then it rests, and one question at a time tries whether it is back
REST_S = 3.0
MEMORY = 16  # tries over which losses are averaged
STEP_S = 0.25  # servers are as good as one another unless the expected wait differs by this


class Address(Struct, frozen=True):
    """Where a resolver listens."""

    host: str
    port: int = PORT

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address(text: str) -> Address:
    """The address in "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353".

    Raises `ValueError` with a sentence.
    """
    host, port = text.strip(), str(PORT)
    if host.startswith("["):
        host, bracket, rest = host[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError(f"{text!r} is no address of a resolver")
        port = rest[1:] or port
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    try:
        plain = str(ipaddress.ip_address(host))
    except ValueError:
        raise ValueError(f"{text!r} is no address of a resolver; it is written in numbers") from None
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise ValueError(f"{text!r}: {port!r} is no port")
    return Address(plain, int(port))


def resolv_conf(path: Path = RESOLV_CONF) -> tuple[Address, ...]:
    """The resolvers that the system asks (resolv.conf(5)); the local one where it names none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    found = []
    for words in map(str.split, lines):
        if len(words) > 1 and words[0] == "nameserver":
            try:
                found.append(address(words[1]))
            except ValueError:  # it is the C library's file: it skips what it does not understand
                continue
    return tuple(dict.fromkeys(found))[:MOST_SERVERS] or (Address(LOCAL),)


def addresses(texts: Iterable[str]) -> tuple[Address, ...]:
    """The resolvers that a config names, else the system's. Raises `ValueError`."""
    return tuple(dict.fromkeys(map(address, texts)))[:MOST_SERVERS] or resolv_conf()


class Server:
    """One resolver, as it has been to us."""

    def __init__(self, where: Address, timeout_s: float, now: float) -> None:
        self.where = where
        self._timeout_s = timeout_s
        self._usual_s: float | None = None  # smoothed time to an answer, and how far answers are from it
        self._spread_s = 0.0
        self._lost = 0.0  # share of tries that were not answered in time
        self._silent = 0
        self._heard_at = now
        self._rests_until = 0.0

    @property
    def patience_s(self) -> float:
        """How long to wait before another try, as TCP reckons it (RFC 6298 2): a late answer still counts."""
        if self._usual_s is None:
            return min(FIRST_S, self._timeout_s)
        late_s = self._usual_s + max(SLACK_S, 4 * self._spread_s)
        return min(max(LEAST_S, late_s), self._timeout_s)

    @property
    def burden(self) -> int:
        """How long a question is expected to take there, in coarse steps."""
        usual_s = FIRST_S / 2 if self._usual_s is None else self._usual_s
        return int((usual_s + 2 * self._lost * self.patience_s) / STEP_S)

    def heard(self, now: float, took_s: float) -> None:
        """It answered."""
        self._lost -= self._lost / MEMORY
        self._silent, self._rests_until, self._heard_at = 0, 0.0, now
        if self._usual_s is None:
            self._usual_s, self._spread_s = took_s, took_s / 2
        else:
            self._spread_s += (abs(took_s - self._usual_s) - self._spread_s) / 4
            self._usual_s += (took_s - self._usual_s) / 8

    def missed(self, now: float) -> None:
        """It did not answer in time, or said that nobody is there."""
        self._silent += 1
        self._lost += (1 - self._lost) / MEMORY
        if self._silent >= DEAD_AFTER and now - self._heard_at > DEAD_AFTER_S:
            self._rests_until = now + REST_S

    def takes(self, now: float) -> bool:
        """Whether it may be asked now. One that rests takes a question each time that its rest is over."""
        if not self._rests_until:
            return True
        if now < self._rests_until:
            return False
        self._rests_until = now + REST_S
        return True
