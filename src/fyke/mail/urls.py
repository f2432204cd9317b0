"""One URL: what was written, and what a browser would open (WHATWG URL Standard, by `can_ada`).

Whatever a browser forgives and a naive reader does not is noted as an oddity: mail is odd in that way on purpose.
"""

from __future__ import annotations

import re

import can_ada
from msgspec import Struct

from fyke.mail import domains

URL_CHARS = 4_000  # browsers take more, mail programs break beyond about 2,000; a cut URL keeps its host
OPAQUE_CHARS = 200  # of data: and javascript: the start says what it is
LONG_HOST_CHARS = 80  # the longest hosts of honest mailers in the corpora have about 70
MANY_LABELS = 6

_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]{1,20}):", re.IGNORECASE | re.ASCII)
_WEB = frozenset(("http", "https", "ftp", "ws", "wss"))
_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
# What both readings agree on: host of plain labels, no userinfo, nothing that is escaped, folded or resolved.
_PLAIN = re.compile(
    r"(https?)://([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z][a-z-]*)(/[A-Za-z0-9_~!$&()*+,;=:@%/.-]*|(?=[?#]|\Z))"
    r"(?:\?([A-Za-z0-9_~!$&()*+,;=:@%/.?{}|-]*))?(?:#.*)?\Z",
    re.ASCII,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DEFANG = (
    (re.compile(r"\A\s*(?:h[xt*]{2}p|meow|h\[tt\]p|hXXp)(s?)(?=[:\[])", re.IGNORECASE), r"http\1"),
    (re.compile(r"[\[({]\s?://\s?[\])}]|\[:\]//"), "://"),
    (re.compile(r"\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?| dot (?=[a-z])", re.IGNORECASE), "."),
    (re.compile(r"\s?[\[({]\s?(?:@|at)\s?[\])}]\s?", re.IGNORECASE), "@"),
    (re.compile(r"[\[({]/[\])}]"), "/"),
)
_DEFANGED = re.compile(r"\[\.|\(\.|\{\.|[\[({ ]dot[\])} ]|\[:|\[/|h[x*]{2}p|meow:|[\[({]at[\])}]", re.IGNORECASE)


class Url(Struct, frozen=True):
    """One URL in parts. The host is without brackets, A-labels, lower case; empty where the scheme has none."""

    written: str
    scheme: str = ""
    host: str = ""
    domain: str = ""
    path: str = ""
    query: str = ""
    userinfo: str = ""
    port: int = 0
    oddities: tuple[str, ...] = ()


def refang(text: str) -> str:
    """A URL, host or address as it was before somebody made it harmless: hxxp, [.], (dot), [at]."""
    if _DEFANGED.search(text) is None:
        return text
    for pattern, plain in _DEFANG:
        text = pattern.sub(plain, text)
    return text


def read(written: str) -> Url:
    """Read one URL of any scheme, or of none: `www.example.com/x` is read as http. Never raises."""
    written = written[:URL_CHARS]
    plain = _PLAIN.match(written)
    if plain is not None and "/." not in written:
        scheme, host, path, query = plain.groups()
        if len(host) <= LONG_HOST_CHARS and "xn--" not in host:
            domain = domains.registered(host)
            odd = ("many-subdomains",) if host.count(".") - domain.count(".") >= MANY_LABELS - 1 else ()
            return Url(written, scheme, host, domain, path or "/", query or "", "", 0, odd)
    return _read_odd(written)


def _read_odd(written: str) -> Url:
    """Read a URL that is not plain."""
    text = written.strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x1f \t\r\n\xa0")
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    try:
        url = can_ada.parse(text if scheme else "http://" + text.lstrip("/\\"))
    except (ValueError, TypeError):
        return Url(written, scheme, oddities=("unreadable",))
    host = url.hostname.strip("[]")
    scheme = url.protocol[:-1]
    if scheme not in _WEB:
        return Url(written[:OPAQUE_CHARS], scheme, path=url.pathname[:OPAQUE_CHARS])
    return Url(
        written, scheme, host, domains.registered(host.rstrip(".")), url.pathname, url.search[1:],
        f"{url.username}:{url.password}" if url.has_credentials() else "", int(url.port or 0),
    )  # fmt: skip
