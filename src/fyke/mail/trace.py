"""Received fields (RFC 5321 4.4) as the servers of the world write them: helo, name, address, by, protocol, date."""

from __future__ import annotations

import re
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_pton

from fyke.mail.dates import read_date
from fyke.mail.defects import Notes
from fyke.mail.limits import RECEIVED, TRACE_CHARS
from fyke.model import Header, Received

# from helo (name [ip]) by host: three fields of four; one match takes a third of the time of the general way.
_USUAL = re.compile(
    r"from\s+([^\s()\[\]]+)\s+\((?:([^\s()\[\]@]+)\s+)?\[(?:IPv6:)?([\d.:a-fA-F]{3,39})\]\)\s+by\s+(\S+)", re.ASCII
)
_IP4 = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.-])")
_HELO = re.compile(r"\b(?:HELO|EHLO)[ =]\[?([^\s()\[\];]{1,253})", re.IGNORECASE)


ADDRESS_CHARS = 45  # RFC 4291 2.2: the longest form of an IPv6 address
KNOWN = 2_048  # ways remembered between messages: of the hops in a mailbox two thirds came before
KNOWN_CHARS = 300  # of such a way; longer ones hold what does not come again
BRACKETS = 9  # of one field; a server writes one pair, the names in it at most a few more


def read_received(headers: tuple[Header, ...], notes: Notes) -> tuple[Received, ...]:
    """The hops of the trace, newest first; at most the newest `RECEIVED` of them."""
    if len(headers) > RECEIVED:
        notes.add("received-cut", f"{len(headers)} hops")
        headers = headers[:RECEIVED]
    return tuple([read_hop(header.raw) for header in headers])


def read_hop(raw: str) -> Received:
    """One Received field. What cannot be found is empty."""
    if len(raw) > TRACE_CHARS:
        raw = raw[:TRACE_CHARS]
    end = raw.rfind(";")
    date = read_date(raw[end + 1 :]) if end >= 0 else None
    trace = raw[:end] if end >= 0 else raw
    # What stands before the identifier is the same for all mail of one way, and mostly it is all that is read.
    start, has_id, _ = trace.partition(" id ")
    helo, name, ip, by, protocol = _read_known(start) if len(start) <= KNOWN_CHARS else _read_trace(start)
    if has_id and not protocol:
        helo, name, ip, by, protocol = _read_trace(trace)
    return Received(helo, name, ip, by, protocol, date)


def _read_trace(trace: str) -> tuple[str, str, str, str, str]:
    """HELO, name, address, receiver and protocol of a field without its date."""
    match = _USUAL.match(trace)
    if match is not None and _is_address(match[3]):
        helo, name, ip, by = match.groups("")
        rest = trace[match.end() :]
        name = name if "." in name and name != ip else ""
    else:
        helo, name, ip, by, rest = _read_unusual(trace)
    at = rest.find(" with ")
    words = rest[at + 6 : at + 106].split(None, 1) if at >= 0 else ()
    return helo.lower(), name.lower(), ip, by.strip("[]();").lower(), words[0] if words else ""


_read_known = lru_cache(maxsize=KNOWN)(_read_trace)


def _read_unusual(trace: str) -> tuple[str, str, str, str, str]:
    """HELO, name, address, receiver and what follows, of a field in another form."""
    source, mark, rest = ("", "by", trace[2:]) if trace[:3] == "by " else trace.partition(" by ")
    helo = name = ip = ""
    if source[:5].lower() == "from ":
        helo, name, ip = _read_source(source[5:].strip())
    words = rest.split(None, 1) if mark else []
    return helo, name, ip, words[0] if words else "", rest


def _read_source(source: str) -> tuple[str, str, str]:
    """HELO, resolved name and address of what stands between `from` and `by`."""
    helo, _, comment = source.partition(" ")
    ip = _bracketed(comment) or _bracketed(helo) or _loose(comment) or _loose(helo)
    helo = helo.strip("[]()").lower()
    if "helo" in comment or "HELO" in comment or "EHLO" in comment:
        said = _HELO.search(comment)
        if said:  # qmail: name (HELO helo) (ip); Exim: name ([ip] helo=helo): the name comes first, the greeting inside
            return said[1].lower(), ("" if _IP4.match(helo) else helo), ip
    start = comment.find("(")
    if start < 0:
        return helo, "", ip
    name, bracket, _ = comment[start + 1 :].partition("[")
    if not bracket:
        name = name.partition(")")[0]
    words = name.split()
    name = words[-1].strip("()").lower() if words else ""
    if not ip and ":" in name and len(name) <= ADDRESS_CHARS and _is_address(name):
        return helo, "", name
    return helo, ("" if name == ip or "." not in name else name.rsplit("@", 1)[-1]), ip


def _bracketed(text: str) -> str:
    """The first address in square brackets (RFC 5321 4.1.3)."""
    for piece in text.split("[", BRACKETS)[1:]:
        found = piece.partition("]")[0].removeprefix("IPv6:")
        if len(found) <= ADDRESS_CHARS and _is_address(found):
            return found
    return ""


@lru_cache(maxsize=4096)  # a server meets the same few thousand addresses again and again
def _is_address(text: str) -> bool:
    """Whether a text of at most 45 characters is an IP address; no lookup, only its form."""
    try:
        inet_pton(AF_INET6 if ":" in text else AF_INET, text)
    except (OSError, ValueError):
        return False
    return True


def _loose(text: str) -> str:
    """The first dotted address that stands without brackets."""
    for match in _IP4.finditer(text, 0, 500):
        before = text[match.start() - 1 : match.start()]
        if not (before.isalnum() or before in {".", "-"}) and _is_address(match[0]):
            return match[0]
    return ""
