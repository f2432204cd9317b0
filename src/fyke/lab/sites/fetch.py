"""Facts of a site, fetched now: what the DNS, the registry and its own server say, each kept as evidence.

It goes out by a `Window` that it is given, and only when it is called: nothing here asks anybody by itself.
"""

from __future__ import annotations

import base64
import io
import ssl
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from fyke.lab.custody import Received
from fyke.lab.sites import certificates, dns, rdap, warc
from fyke.lab.sites.base import UNREADABLE, Read, received
from fyke.lab.sites.page import page
from fyke.lab.sites.warc_writing import warc as written
from fyke.model.exchange import Exchange, Resolved
from fyke.model.fact import Fact

TYPES = ("A", "AAAA", "NS", "MX", "SOA", "TXT")
BOOTSTRAP = "https://data.iana.org/rdap/dns.json"  # RFC 9224
RDAP = "application/rdap+json, application/json"
PAGE = "text/html, */*;q=0.8"
ICON = "/favicon.ico"


class Window(Protocol):
    """Who goes out."""

    def get(self, url: str, accept: str = "*/*", *, verify: bool = False) -> Sequence[Exchange]:
        """The answer and the redirects before it, oldest first; trouble is told on the last."""

    def ask(self, name: str, kind: str) -> Resolved:
        """What the DNS says of a name."""


class Registries:
    """Which RDAP server a name is asked of (RFC 9224): one for all, or the one that IANA's list names."""

    def __init__(self, base: str = "", bootstrap: bytes | None = None) -> None:
        """`bootstrap`: IANA's dns.json; None: it is fetched when first needed. Raises ValueError for what is none."""
        self._base = base
        self._servers = None if bootstrap is None else _servers(bootstrap)

    def url(self, name: str, window: Window) -> str:
        """Where a domain's object is. Raises ValueError with a sentence where nobody says."""
        if self._base:
            return f"{self._base.rstrip('/')}/domain/{name}"
        if self._servers is None:
            last = window.get(BOOTSTRAP, RDAP, verify=True)[-1]
            if last.trouble or last.status != 200:
                raise ValueError(last.trouble or f"{BOOTSTRAP}: answers {last.status}")
            self._servers = _servers(last.body)
        below = name
        while below:  # the longest that the list has
            if below in self._servers:
                return f"{self._servers[below].rstrip('/')}/domain/{name}"
            below = below.partition(".")[2]
        raise ValueError(f"{name}: its registry names no RDAP server")


def fetch(name: str, window: Window, registries: Registries, *, ports: Sequence[int] = (80, 443)) -> Iterator[Read]:
    """All that can be had of a site now. `ports`: those that may be asked."""
    yield names(name, window)
    yield registration(name, window, registries)
    yield from pages(name, window, ports)


def names(name: str, window: Window) -> Read:
    """What the DNS says, as passive DNS with the bytes of each answer."""
    lines: list[bytes] = []
    troubles: list[str] = []
    for kind in TYPES:
        told = window.ask(name, kind)
        if told.trouble:
            troubles.append(f"{name} {kind}: {told.trouble}")
        elif told.wire:
            lines.append(_line(told))
    raw = b"".join(line + b"\n" for line in lines)
    problem = "; ".join(dict.fromkeys(troubles))
    if not raw:
        return Read(problem=problem)
    return _read(dns.passive(io.BytesIO(raw), "fetched"), received("dns", raw, f"dns of {name}"), problem)


def registration(name: str, window: Window, registries: Registries) -> Read:
    """What the registry says of it, by RDAP."""
    try:
        url = registries.url(name, window)
    except ValueError as error:
        return Read(problem=f"rdap of {name}: {error}")
    exchanges = window.get(url, RDAP, verify=True)
    last = exchanges[-1]
    entries = _exchanged("rdap", exchanges, f"answer of {url}")
    if last.trouble or last.status != 200:
        return Read(received=entries, problem=last.trouble or f"{url}: answers {last.status}")
    found = rdap.domain(last.body, url, last.at)
    if found.problem:
        return Read(received=entries, problem=found.problem)
    # When it was got is when it was so: an answer of today that was changed years ago holds until today.
    facts = tuple(replace(fact, seen_to=max(fact.seen_to, last.at)) for fact in found.facts)
    return Read(facts, (*found.received, *entries))


def pages(name: str, window: Window, ports: Sequence[int] = (80, 443)) -> Iterator[Read]:
    """Its first page and its icon, and the certificates that were shown on the way."""
    found: list[Exchange] = []
    for start in _starts(name, ports):
        some = window.get(f"{start}/", PAGE)
        found += some
        if some[-1].came:
            if some[-1].status == 200:
                found += (each for each in window.get(f"{start}{ICON}") if each.status == 200)
            break
    yield from _certificates(found)
    raw = written(found)
    problem = "; ".join(dict.fromkeys(each.trouble for each in found if each.trouble))
    if not raw:
        yield Read(problem=problem or f"{name}: no page")
        return
    entry = received("page", raw, f"pages of {name}")
    facts: list[Fact] = []
    try:
        for captured in warc.records(io.BytesIO(raw), f"fetched:{name}", len(raw)):
            told = Read(problem=captured) if isinstance(captured, str) else page(captured)
            problem = "; ".join(filter(None, (problem, told.problem)))
            facts += (replace(fact, evidence=entry.digest) for fact in told.facts)
    except warc.BrokenWarcError as error:  # such as a field of the answer that ends a record
        problem = str(error)
    yield Read(tuple(facts), (entry,), problem)


def _starts(name: str, ports: Sequence[int]) -> list[str]:
    """Where a site may be: the usual ports, else those that a config names, with TLS before without."""
    usual = [(scheme, "") for scheme, port in (("https", 443), ("http", 80)) if port in ports]
    others = [(scheme, f":{port}") for port in ports for scheme in ("https", "http")]
    return [f"{scheme}://{name}{port}" for scheme, port in usual or others]


def _certificates(exchanges: Sequence[Exchange]) -> Iterator[Read]:
    shown: dict[bytes, list[datetime]] = {}
    for exchange in exchanges:
        if exchange.certificate:
            shown.setdefault(exchange.certificate, []).append(exchange.at)
    for der, times in shown.items():
        raw = ssl.DER_cert_to_PEM_cert(der).encode()
        entry = received("certificate", raw, "shown by a server")
        yield _read(certificates.pem(raw, "fetched", (min(times), max(times))), entry, "")


def _read(told: Iterator[Fact | str], entry: Received, problem: str) -> Read:
    facts: list[Fact] = []
    problems = [problem] if problem else []
    for each in told:
        if isinstance(each, str):
            problems.append(each)
        else:
            facts.append(replace(each, evidence=entry.digest))
    return Read(tuple(facts), (entry,), "; ".join(problems))


def _exchanged(kind: str, exchanges: Sequence[Exchange], source: str) -> tuple[Received, ...]:
    raw = written(exchanges)
    return (received(kind, raw, source),) if raw else ()


def _line(told: Resolved) -> bytes:
    at = int(told.at.timestamp())
    # Of a name with no such record only the answer's bytes are kept: a line without data says nothing of the site.
    return msgspec.json.encode(
        {
            "rrname": told.name,
            "rrtype": told.type if told.values else "NONE",
            "rdata": list(told.values) or [told.type if told.exists else "NXDOMAIN"],
            "time_first": at,
            "time_last": at,
            "count": 1,
            "server": told.server,
            "wire": base64.b64encode(told.wire).decode(),
        }
    )


def _servers(raw: bytes) -> dict[str, str]:
    try:
        told: Any = msgspec.json.decode(raw)
        services = told["services"]
        found: dict[str, str] = {}
        for suffixes, urls in services:
            best = next((url for url in urls if url.startswith("https:")), urls[0])
            found.update({suffix.lower().rstrip("."): best for suffix in suffixes})
    except (*UNREADABLE, KeyError, TypeError, IndexError, AttributeError):
        raise ValueError("not IANA's list of RDAP servers (RFC 9224)") from None
    return found
