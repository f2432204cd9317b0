"""What names pointed to, and when: passive DNS in its Common Output Format (JSON lines), and zone files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from fyke.lab.sites.base import VALUE_CHARS, moment, site
from fyke.model.fact import Fact

LINE_BYTES = 64 << 10
VALUES = 200  # of one record set

_SEEN = re.compile(r";\s*seen\s+(\S+)", re.IGNORECASE)
_TYPES = frozenset({"A", "AAAA", "NS", "MX", "SOA", "CNAME", "TXT", "PTR"})


def passive(lines: Iterable[bytes], source: str) -> Iterator[Fact | str]:
    """Facts of each line, or a sentence for one that cannot be read."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = msgspec.json.decode(line) if len(line) <= LINE_BYTES else None
        except msgspec.DecodeError:
            told = None
        first = last = None
        if isinstance(told, dict):
            first, last = moment(told.get("time_first")), moment(told.get("time_last"))
        if told is None or first is None or last is None or not isinstance(told.get("rrname"), str):
            yield f"{source}:{number}: not a passive DNS record with rrname, time_first and time_last"
            continue
        data = told.get("rdata")
        values = [str(each) for each in data[:VALUES]] if isinstance(data, list) else [str(data)]
        yield from _facts(told["rrname"], str(told.get("rrtype", "")).upper(), values, (first, last), f"dns:{source}")


def zone(text: str, source: str, at: datetime) -> Iterator[Fact | str]:
    """Facts of a zone file (RFC 1035 5.1): one record a line, `$ORIGIN`, `@`; "; seen 2026-01-05" sets the time."""
    origin = owner = ""
    for number, line in enumerate(text.splitlines(), 1):
        if (seen := _SEEN.search(line)) and (found := moment(seen[1])) is not None:
            at = found
        words = line.partition(";")[0].split()
        if not words:
            continue
        if words[0].upper() == "$ORIGIN" and len(words) > 1:
            origin = words[1].rstrip(".")
            continue
        if words[0].startswith("$"):
            continue
        if not line[:1].isspace():
            owner = _absolute(words.pop(0), origin)
        while words and (words[0].isdigit() or words[0].upper() in ("IN", "CH")):
            words.pop(0)
        if len(words) < 2 or words[0].upper() not in _TYPES or not owner:
            yield f"{source}:{number}: not a record of a zone"
            continue
        kind = words[0].upper()
        data = " ".join(words[1:])
        if kind in ("NS", "CNAME"):
            data = _absolute(data, origin)
        elif kind == "MX":
            data = f"{words[1]} {_absolute(words[-1], origin)}"
        yield from _facts(owner, kind, [data], (at, at), f"dns:{source}")


def _facts(name: str, kind: str, values: list[str], span: tuple[datetime, datetime], source: str) -> Iterator[Fact]:
    about = site(name)
    for value in values if about else ():
        for told, written in _told(kind, value.strip()[:VALUE_CHARS], about):
            yield Fact(about, told, written, min(span), max(span), source)


def _told(kind: str, value: str, about: str) -> Iterable[tuple[str, str]]:
    """What a record says of the site, normalised."""
    host = value.rstrip(".").lower()
    if kind in ("A", "AAAA") and host:
        return [("ip", host)]
    if kind == "NS" and host:
        return [("ns", host)]
    if kind == "MX" and host.split():
        return [("mx", host.split()[-1].rstrip("."))]
    if kind == "SOA" and len(host.split()) > 1:
        return [("soa", host.split()[1].rstrip("."))]
    if kind == "CNAME" and (other := site(host)) and other != about:
        return [("redirects_to", other.removeprefix("site:"))]
    return []


def _absolute(name: str, origin: str) -> str:
    if name == "@":
        return origin
    return name.rstrip(".") if name.endswith(".") or not origin else f"{name}.{origin}"
