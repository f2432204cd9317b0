"""Received fields (RFC 5321 4.4) as the servers of the world write them: helo, name, address, by, protocol, date."""

from __future__ import annotations

import re

from fyke.mail.dates import read_date
from fyke.mail.defects import Notes
from fyke.mail.limits import RECEIVED, TRACE_CHARS
from fyke.model import Header, Received

_IP = re.compile(
    r"(?<![\w.-])((?:\d{1,3}\.){3}\d{1,3})(?![\w.-])|\[(?:IPv6:)?([0-9a-fA-F:.]{2,45}:[0-9a-fA-F.]{0,15})\]",
    re.IGNORECASE,
)
_HELO = re.compile(r"(?:HELO|EHLO|helo=|ehlo=)[ =]?\[?([^\s()\[\];]{1,253})")


def read_received(headers: tuple[Header, ...], notes: Notes) -> tuple[Received, ...]:
    """The hops of the trace, newest first; at most the newest `RECEIVED` of them."""
    if len(headers) > RECEIVED:
        notes.add("received-cut", f"{len(headers)} hops")
        headers = headers[:RECEIVED]
    return tuple([read_hop(header.raw) for header in headers])


def read_hop(raw: str) -> Received:
    """One Received field. What cannot be found is empty."""
    raw = raw[:TRACE_CHARS]
    trace, _, date = raw.rpartition(";")
    if not trace:
        trace, date = raw, ""
    if trace[:5].lower() == "from ":
        source, by_mark, rest = trace[5:].partition(" by ")
        helo, name, ip = _read_source(source)
    else:
        helo = name = ip = ""
        by_mark = trace[:3].lower() == "by "
        rest = trace[3:] if by_mark else ""
    by = protocol = ""
    if by_mark:
        words = rest.split(None, 1)
        by = words[0].lower() if words else ""
        _, mark, after = rest.partition(" with ")
        if mark:
            words = after.split(None, 1)
            protocol = words[0] if words else ""
    return Received(helo, name, ip, by, protocol, read_date(date) if date else None)


def _read_source(source: str) -> tuple[str, str, str]:
    """HELO, resolved name and address of what stands between `from` and `by`."""
    first, _, comment = source.lstrip().partition(" ")
    helo = first.strip("[]()").lower()
    found = _IP.search(comment) or _IP.search(first)
    ip = (found[1] or found[2]) if found else ""
    name = ""
    if (
        "helo" in comment.lower() or "ehlo" in comment.lower()
    ):  # qmail: name (HELO helo) (ip); Exim: name ([ip] helo=helo)
        said = _HELO.search(comment, 0, TRACE_CHARS)
        if said:
            name, helo = ("" if helo == ip else helo), said[1].lower()
        return helo, name, ip
    comment = comment.lstrip()
    if comment[:1] == "(":
        name = comment[1:].split("[", 1)[0].split(")", 1)[0].strip().lower()
        if name == ip or " " in name:
            name = name.split()[-1] if " " in name and "." in name.split()[-1] else ""
    return helo, name, ip
