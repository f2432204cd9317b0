"""The trace read from the recipient's end: which hop crossed from a stranger's machine into the recipient's house.

What is older than that hop was written by strangers and proves nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from fyke.detect.facts.services import is_service
from fyke.mail.domains import registered
from fyke.model import Mail, Received

_PRIVATE = re.compile(
    r"(?:10|127|0)\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|::1\Z|f[cd][0-9a-f]{2}:|fe80:|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\."
)
_LINE = re.compile(
    r"(?:^|[.\d-])(?:[avsx]?dsl|dial(?:up|in)?|ppp|pppoe|dhcp|dyn(?:amic)?(?:ip)?|cable|cpe|pool|broadband|hsd|fios|wimax"
    r"|gprs|catv|ftth|kabel)\d{0,4}[.-]"
)
_SERVER = re.compile(r"static|(?:^|[.-])(?:e?mail|mx|smtp|relay|out(?:bound)?|mta|send|news)\d{0,3}[.-]")
_FOUR = re.compile(r"(?<!\d)\d{1,3}([.x-])\d{1,3}\1\d{1,3}\1\d{1,3}(?!\d)")
UNNAMED = "(unknown ["  # so Postfix writes it of an address whose name leads elsewhere, or that has none
NAME_CHARS = 253  # RFC 1035 2.3.4
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d{1,3}(?!\d)")


# Houses whose servers hand mail to each other under several domains.
_HOUSES = {
    "office365.com": "outlook.com", "exchangelabs.com": "outlook.com", "hotmail.com": "outlook.com",
    "microsoft.com": "outlook.com", "googlemail.com": "google.com", "gmail.com": "google.com",
    "yahoodns.net": "yahoo.com", "icloud.com": "apple.com", "me.com": "apple.com", "mac.com": "apple.com",
}  # fmt: skip


class Edge(Struct, frozen=True):
    """The hop by which a mail came into the recipient's house, and what the server wrote of it."""

    hop: Received
    raw: str = ""
    at: int = 0  # its place in the trace; what follows is older


class _Remembered:
    """The edge of the mail that was last looked at: six detectors ask for it one after another."""

    def __init__(self) -> None:
        self._last: tuple[Mail | None, Edge | None] = (None, None)

    def __call__(self, mail: Mail) -> Edge | None:
        """The edge of a mail, or None where nothing tells."""
        last = self._last
        if last[0] is not mail:
            last = self._last = (mail, _find(mail))
        return last[1]


edge = _Remembered()


def _find(mail: Mail) -> Edge | None:
    envelope = mail.envelope
    if envelope.client_ip and not is_private(envelope.client_ip):
        name = envelope.client_name.lower()
        is_unnamed = name == "unknown"
        hop = Received(helo=envelope.helo.lower().strip("[]"), name="" if is_unnamed else name, ip=envelope.client_ip)
        return Edge(hop, UNNAMED if is_unnamed else "")
    trace = mail.message.received
    for at, hop in enumerate(trace):
        if not hop.ip or is_private(hop.ip):
            continue
        home = _home(hop.by)
        if home and _home(hop.name) == home:
            continue
        if home and _home(hop.helo) == home and _wrote(trace[at + 1 :], home):
            continue
        return Edge(hop, mail.message.index["received"][at].raw, at)
    return None


def _wrote(older: tuple[Received, ...], home: str) -> bool:
    """Whether a house wrote the hop before: a relay of its own did, a stranger who borrows its name did not."""
    return bool(older) and _home(older[0].by) == home


@lru_cache(maxsize=2048)  # the trace of most mail names few machines
def _home(host: str) -> str:
    """The house of a host: its registered domain, or the one name of a house that has several."""
    domain = registered(host)
    return _HOUSES.get(domain, domain)


@lru_cache(maxsize=2048)  # most mail comes from few machines
def is_private(ip: str) -> bool:
    """Whether an address is of a house's inside (RFC 1918, RFC 4193, RFC 6598, loopback, link-local)."""
    return _PRIVATE.match(ip) is not None


@lru_cache(maxsize=4096)  # most mail comes from few machines
def is_line(name: str, ip: str = "") -> bool:
    """Whether a host's name is one that providers give by number, to a home's line or to a rented machine.

    Such a name has the machine's address in it, or a word for such lines beside a number.
    """
    name = name[:NAME_CHARS]
    if _DIGIT.search(name) is None or _SERVER.search(name) is not None or is_service(name):
        return False
    if _FOUR.search(name) is not None or _LINE.search(name) is not None:
        return True
    if "." not in ip:
        return False
    octets = ip.split(".")
    return len(set(octets) & set(_NUMBER.findall(name))) >= 3 or _hex(octets) in name


def _hex(octets: list[str]) -> str:
    """An IPv4 address as eight hex digits, as some providers write it into names."""
    return "".join(f"{int(octet) & 255:02x}" for octet in octets if octet.isdigit())
