"""What names pointed to, and when: passive DNS in its Common Output Format (JSON lines), and zone files."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from fyke.lab.sites.base import UNREADABLE, VALUE_CHARS, moment, site
from fyke.model.fact import Fact

LINE_BYTES = 64 << 10
VALUES = 200  # of one record set
NESTED = 100  # lines of one record of a zone, in parentheses: a SOA has some seven

_SEEN = re.compile(r";\s*seen\s+(\S+)", re.IGNORECASE)
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"?|;.*|[()]|(?:[^\s"();\\]|\\.)+|\\')
_LIFE = re.compile(r"(?:\d+[smhdw]?)+", re.IGNORECASE)
_USED = frozenset({"A", "AAAA", "NS", "MX", "SOA", "CNAME"})
_TYPES = _USED | frozenset(
    "TXT PTR SRV CAA DS DNSKEY RRSIG NSEC NSEC3 NSEC3PARAM TLSA SSHFP HTTPS SVCB NAPTR LOC SPF DNAME URI CDS CDNSKEY"
    " HINFO RP CERT APL OPENPGPKEY SMIMEA ZONEMD CSYNC".split()
)


def passive(lines: Iterable[bytes], source: str) -> Iterator[Fact | str]:
    """Facts of each line, or a sentence for one that cannot be read."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = msgspec.json.decode(line) if len(line) <= LINE_BYTES else None
        except UNREADABLE:
            told = None
        where = f"{source}:{number}"
        first = last = None
        if isinstance(told, dict):
            first, last = moment(told.get("time_first")), moment(told.get("time_last"))
        if told is None or first is None or last is None or not isinstance(told.get("rrname"), str):
            yield f"{where}: not a passive DNS record with rrname, time_first and time_last"
            continue
        yield from _record(told, (first, last), source, where)


def _record(told: dict[str, Any], span: tuple[datetime, datetime], source: str, where: str) -> Iterator[Fact | str]:
    kind, data = told.get("rrtype"), told.get("rdata")
    given = data if isinstance(data, list) else [data]
    values = [each for each in given if isinstance(each, str)]
    if not isinstance(kind, str) or not values or len(values) < len(given):
        yield f"{where}: rrtype and rdata of a passive DNS record are text, or rdata a list of text"
        return
    if len(values) > VALUES:
        yield f"{where}: only {VALUES} of {len(values):,} values are read"
    yield from _facts((told["rrname"], kind.upper()), values[:VALUES], span, (source, where))


def zone(text: str, source: str, at: datetime) -> Iterator[Fact | str]:
    """Facts of a zone file (RFC 1035 5.1): `$ORIGIN`, `@`, parentheses; "; seen 2026-01-05" sets the time."""
    origin = owner = ""
    for number, words, is_indented, seen in _lines(text):
        at = seen or at
        where = f"{source}:{number}"
        if not words:
            continue
        if words[0].upper() == "$ORIGIN" and len(words) > 1:
            origin = _absolute(words[1], origin)
            continue
        if words[0].startswith("$"):
            if words[0].upper() != "$TTL":
                yield f"{where}: {words[0][:20]} is not followed"
            continue
        if not is_indented:
            owner = _absolute(words.pop(0), origin)
        while words and (_LIFE.fullmatch(words[0]) or words[0].upper() in ("IN", "CH")):
            words.pop(0)
        kind = words[0].upper() if words else ""
        if len(words) < 2 or not (kind in _TYPES or kind.startswith("TYPE")) or not owner:
            yield f"{where}: not a record of a zone"
            continue
        yield from _facts((owner, kind), [_whole(kind, words[1:], origin)], (at, at), (source, where))


def _lines(text: str) -> Iterator[tuple[int, list[str], bool, datetime | None]]:
    """The records: number of the first line, words, whether it begins with a space, and when it says it was seen."""
    words: list[str] = []
    begun = depth = 0
    is_indented, at = False, None
    for number, line in enumerate(text.split("\n"), 1):
        if (seen := _SEEN.search(line)) and (found := moment(seen[1])) is not None:
            at = found
        if not depth or number - begun > NESTED:
            if depth:
                yield begun, ["("], False, None
            words, begun, depth, is_indented = [], number, 0, line[:1].isspace()
        for word in _TOKENS.findall(line):
            if word in ("(", ")"):
                depth = max(0, depth + (1 if word == "(" else -1))
            elif not word.startswith(";"):
                words.append(word)
        if not depth:
            yield begun, words, is_indented, at
            at = None
    if depth:
        yield begun, ["("], False, None


def _whole(kind: str, words: list[str], origin: str) -> str:
    """The data of a record, with its names absolute."""
    if kind in ("NS", "CNAME"):
        return _absolute(words[0], origin)
    if kind == "MX":
        return f"{words[0]} {_absolute(words[-1], origin)}"
    if kind == "SOA":
        return " ".join(_absolute(word, origin) for word in words[:2])
    return " ".join(words)


def _facts(
    key: tuple[str, str], values: list[str], span: tuple[datetime, datetime], names: tuple[str, str]
) -> Iterator[Fact | str]:
    (name, kind), (source, where) = key, names
    if kind not in _USED:
        return
    if not (about := site(name)):
        yield f"{where}: {name[:80]!r} is a part of no site"
        return
    for value in values:
        told = _told(kind, value.strip()[:VALUE_CHARS], about)
        if told is None:
            yield f"{where}: {value[:80]!r} is no data of {kind}"
        elif told[1]:
            yield Fact(about, told[0], told[1], min(span), max(span), f"dns:{source}")


def _told(kind: str, value: str, about: str) -> tuple[str, str] | None:
    """What a record says of the site, normalised; an empty value for nothing; None for what is no such record."""
    words = value.lower().split()
    host = words[-1].rstrip(".") if words else ""
    if kind in ("A", "AAAA"):
        try:
            return "ip", str(ipaddress.ip_address(value))
        except ValueError:
            return None
    if kind == "SOA":
        return ("soa", words[1].rstrip(".")) if len(words) > 1 else None
    if kind == "MX":
        return ("mx", host) if len(words) < 3 and (host or value.endswith(".")) else None
    if len(words) != 1 or not host:
        return None
    if kind == "NS":
        return "ns", host
    other = site(host)
    return "redirects_to", other.removeprefix("site:") if other != about else ""


def _absolute(name: str, origin: str) -> str:
    if name == "@":
        return origin
    return name.rstrip(".") if name.endswith(".") or not origin else f"{name}.{origin}"
