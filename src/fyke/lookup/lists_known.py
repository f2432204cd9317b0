"""The block lists that we know (RFC 5782): what each lists, how it is asked, and what its answers mean.

An answer such as 127.255.255.254, or the address of somebody's parked domain, is never a listing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from msgspec import Struct


class Meaning(Struct, frozen=True):
    """What the answer of a list means."""

    listed: bool = False
    kind: str = ""  # the worst of `kinds`
    error: str = ""  # why this is no answer; then nothing is listed
    kinds: tuple[str, ...] = ()  # worst first


class Code(Struct, frozen=True):
    """The answers from `first` to `last`, counted from 127.0.0.0; or a bit of the last number."""

    first: int
    last: int
    kind: str
    error: str = ""


class List(Struct, frozen=True):
    """One list that we know."""

    zone: str
    of: str  # "addresses" or "domains"
    codes: tuple[Code, ...]  # worst first
    is_bits: bool = False  # the last number is a sum
    has_hosts: bool = False  # of domains: it is asked of whole hosts, else of registered domains
    has_addresses: bool = False  # of domains: it knows addresses too, for links may lead there
    listed: str = ""  # a key that must be listed, and one that must not; empty: as RFC 5782 5 has them
    unlisted: str = ""
    other: str = "listed"  # what an answer means that is none of the codes; empty: nothing


# What every list may say: RFC 5782 2.1 keeps answers in 127/8, 127.0.0.1 is what must not be listed and, from SURBL and
# URIBL, "you are blocked"; Spamhaus refuses by 127.255.255.x.
LOOPBACK = 127 << 24
REFUSALS = {
    "127.0.0.1": "the list refuses our resolver",
    "127.255.255.252": "the list has no zone of this name",
    "127.255.255.254": "the list is not to be asked through a public resolver",
    "127.255.255.255": "the list was asked too often",
}


def _code(text: str, kind: str, error: str = "") -> Code:
    first, _, last = text.partition("-")
    start = int(ipaddress.IPv4Address(first)) - LOOPBACK
    return Code(start, start & ~0xFF | int(last) if last else start, kind, error)


ZEN = (
    _code("127.0.0.9", "hijacked-network"),
    _code("127.0.0.4-7", "exploited-host"),  # XBL
    _code("127.0.0.2", "spam-source"),  # SBL
    _code("127.0.0.3", "snowshoe"),  # CSS
    _code("127.0.0.10-11", "dynamic-or-policy"),  # PBL: no mail is to come from there directly
)
DBL = (
    _code("127.0.1.255", "", "the list is of domains and was asked of an address"),
    _code("127.0.1.5", "malware"),
    _code("127.0.1.6", "botnet-controller"),
    _code("127.0.1.4", "phishing"),
    _code("127.0.1.2", "spam-domain"),
    _code("127.0.1.105", "abused-malware"),
    _code("127.0.1.106", "abused-botnet-controller"),
    _code("127.0.1.104", "abused-phishing"),
    _code("127.0.1.103", "abused-redirector"),
    _code("127.0.1.102", "abused-legitimate"),
)
ZRD = (_code("127.0.2.2-24", "new-domain"),)  # of so many hours
SURBL = (Code(16, 16, "malware"), Code(8, 8, "phishing"), Code(128, 128, "cracked-site"), Code(64, 64, "spam-domain"))
URIBL = (Code(2, 2, "spam-domain"), Code(8, 8, "new-spam-domain"), Code(4, 4, "grey-domain"))
ANY = (_code("127.0.0.2", "spam-source"),)

KNOWN = (
    List("zen.spamhaus.org", "addresses", ZEN, other=""),
    List("sbl.spamhaus.org", "addresses", ZEN, other=""),
    List("xbl.spamhaus.org", "addresses", ZEN, other="", listed="2.0.0.127"),
    List("pbl.spamhaus.org", "addresses", ZEN, other=""),
    List("dbl.spamhaus.org", "domains", DBL, has_hosts=True, listed="dbltest.com", other=""),
    List("zen.dq.spamhaus.net", "addresses", ZEN, other=""),
    List("dbl.dq.spamhaus.net", "domains", DBL, has_hosts=True, listed="dbltest.com", other=""),
    List("zrd.dq.spamhaus.net", "domains", ZRD, listed="test", other=""),
    List(
        "multi.surbl.org",
        "domains",
        SURBL,
        is_bits=True,
        has_addresses=True,
        listed="surbl-org-permanent-test-point.com",
        other="",
    ),
    List("multi.uribl.com", "domains", URIBL, is_bits=True, has_addresses=True, listed="test.uribl.com", other=""),
    List("black.uribl.com", "domains", URIBL, is_bits=True, has_addresses=True, listed="test.uribl.com", other=""),
    List("bl.spamcop.net", "addresses", ANY),
    List("b.barracudacentral.org", "addresses", ANY),
    List("psbl.surriel.com", "addresses", ANY),
    List("dnsbl.dronebl.org", "addresses", (), other="exploited-host"),
)


def known(zone: str, of: str = "addresses") -> List:
    """What we know of a list, also under a customer's own name (KEY.zen.dq.spamhaus.net); else a plain one."""
    for each in KNOWN:
        if zone == each.zone or zone.endswith(f".{each.zone}"):
            return each
    return List(zone, of, ())


def key_of(address: str) -> str:
    """How an address is asked: numbers of IPv4 or nibbles of IPv6, last one first; "" for what is no address."""
    try:
        where = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(where, ipaddress.IPv6Address) and where.ipv4_mapped is not None:
        where = where.ipv4_mapped
    if isinstance(where, ipaddress.IPv6Address):
        return ".".join(reversed(where.packed.hex()))
    return ".".join(reversed(str(where).split(".")))


def key_of_domain(domain: str) -> str:
    """How a domain is asked; "" for what is an address or no domain: lists of domains take offence at these."""
    plain = domain.strip().rstrip(".").lower()
    is_domain = plain.isascii() and len(plain) <= 200 and all(0 < len(label) < 64 for label in plain.split("."))
    if not is_domain or plain.rpartition(".")[2].isdigit() or not set(plain) <= _OF_DOMAINS:
        return ""
    return plain


_OF_DOMAINS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


def key(row: List, name: str, host: str = "") -> str:
    """How a list is asked of an address, or of a registered domain and a host in it; "" for what it does not know."""
    if row.of == "addresses":
        return key_of(name)
    found = key_of_domain(host or name if row.has_hosts else name)
    return found or (key_of(name) if row.has_addresses else "")


def meaning(zone: str, values: Iterable[str]) -> Meaning:
    """What the A records of a list's answer mean; none at all is "not listed"."""
    row = known(zone)
    kinds: set[str] = set()
    for value in values:
        number, error = _number(value)
        if not error:
            error = next((code.error for code in row.codes if code.error and code.first <= number <= code.last), "")
        if error:
            return Meaning(error=error)  # whatever else it says
        kinds.update(_kinds(row, number))
    order = [code.kind for code in row.codes] + [row.other]
    found = tuple(sorted(kinds, key=order.index))
    return Meaning(bool(found), found[0] if found else "", kinds=found)


def _number(value: str) -> tuple[int, str]:
    """The number of an answer from 127.0.0.0 on, or why it is no answer."""
    try:
        number = int(ipaddress.IPv4Address(value)) - LOOPBACK
    except ValueError:
        return 0, "the list answers what is no address"
    if not 0 <= number < 1 << 24:
        return 0, "the list answers outside of 127.0.0.0/8: perhaps it is gone"
    if value.startswith("127.255.255."):
        return number, REFUSALS.get(value, "the list refuses to answer")
    return number, REFUSALS.get(value, "")


def _kinds(row: List, number: int) -> set[str]:
    if row.is_bits:
        found = {code.kind for code in row.codes if number & code.first}
    else:
        found = {code.kind for code in row.codes if code.first <= number <= code.last}
    return found or ({row.other} if row.other else set())
