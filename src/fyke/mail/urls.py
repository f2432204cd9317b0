"""One URL: what was written, and what a browser would open (WHATWG URL Standard, by `can_ada`).

Whatever a browser forgives and a naive reader does not is noted as an oddity: mail is odd in that way on purpose.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote

import can_ada
from msgspec import Struct

from fyke.mail import domains

URL_CHARS = 4_000  # browsers take more, mail programs break beyond about 2,000; a cut URL keeps its host
PLACE_CHARS = 1_000  # of user, host and port; RFC 1035 allows 253 for the host
SCHEME_CHARS = 100  # in which an escaped scheme and host are looked for
OPAQUE_CHARS = 200  # of data: and javascript: the start says what it is
LONG_HOST_CHARS = 80  # the longest hosts of honest mailers in the corpora have about 70
MANY_LABELS = 5  # before the registered domain; cloud services write four

ODDITIES: dict[str, str] = {
    "at-in-path-trick": "a host follows an @ right behind the real host",
    "backslash": "backslashes where slashes belong",
    "control-char": "control characters inside",
    "encoded-scheme": "the scheme itself is escaped",
    "escaped-host": "percent escapes in the host",
    "few-slashes": "fewer than two slashes after the scheme",
    "fullwidth-dot": "dots of another script in the host",
    "ip-disguised": "an address written as hexadecimal, octal or one number",
    "ip-host": "an address instead of a name",
    "many-slashes": "more than two slashes after the scheme",
    "many-subdomains": "more labels than anyone needs",
    "mixed-script": "letters of several scripts in one label",
    "newline-inside": "a line break or tab inside, which browsers drop",
    "parser-disagreement": "a browser opens another host than a simple reading says",
    "port-odd": "another port than the scheme's own",
    "punycode": "a host that is shown in other letters than it is written",
    "scheme-missing": "begins with // and takes its scheme from nowhere",
    "styled-host": "letters in the host that a browser drops or replaces by plain ones",
    "trailing-dot": "a dot behind the host",
    "unreadable": "no browser opens it",
    "userinfo": "something before an @ in front of the host",
    "very-long-host": "a host longer than a reader sees",
    "zone-id": "an interface name in an IPv6 address",
}

_WEB = frozenset(("http", "https", "ftp", "ws", "wss"))
_OPAQUE = frozenset(
    "data javascript vbscript mailto tel sms callto skype whatsapp cid mid about blob bitcoin ethereum monero".split()
)
_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,20}):", re.IGNORECASE)
# What both readings agree on: host of plain labels, no userinfo, nothing that is escaped, folded or resolved. It lets
# empty labels through, which are looked for afterwards: one repetition takes half the time of one in another.
_PLAIN = re.compile(
    r"(?:([Hh][Tt][Tt][Pp][Ss]?)://)?([A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z][A-Za-z-]*)"
    r"(/[A-Za-z0-9_~!$&()*+,;=:%/.-]*)?(?:\?(?!@)([A-Za-z0-9_~!$&()*+,;=:@%/.?{}|-]*))?(?:#(?!@).*)?\Z",
    re.ASCII,
)
_ESCAPED_SCHEME = re.compile(r"(?=[a-z]{0,12}%)(?:%[0-9a-f]{2}|[a-z]){3,12}(?::|%3a)", re.IGNORECASE)
_FIRST = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f \t\r\n\xa0\u200b\ufeff"
_QUOTES = "\"'\\(<[\u201c\u201d"  # left around a URL by clumsy templates
_QUOTED = re.compile(rf"[{re.escape(_QUOTES)}]{{1,9}}https?://", re.IGNORECASE)
_BREAKS = str.maketrans("", "", "\t\r\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AUTHORITY = re.compile(r"([/\\]*)([^/\\?#]*)")
_NAIVE = re.compile(r"[a-z0-9.+-]*:?//([^/?#]*)", re.IGNORECASE)
_NAME = re.compile(r"(?:[a-z0-9_][a-z0-9_-]{0,62}\.){1,20}[a-z][a-z0-9-]{1,62}\.?", re.IGNORECASE)
_AT_TRICK = re.compile(r"[a-z]+:[/\\]{2,}[^/\\?#@]{1,255}[\\?#]+@([a-z0-9][a-z0-9.-]{1,250})", re.IGNORECASE)
_DOTS = frozenset("\u3002\uff0e\uff61\u2024\ufe52")
_MARKED = re.compile(r"\[\.|\(\.|\{\.|[\[({ ]dot[\])} ]|\[:|\[/|h[x*]{2}p|h\[tt\]p|meow:|[\[({]at[\])}]", re.IGNORECASE)
_MARKS = (
    (re.compile(r"\b(?:h[x*]{2}p|meow|h\[tt\]p)(s?)(?=[:\[])", re.IGNORECASE), r"http\1"),
    (re.compile(r"[\[({] ?://? ?[\])}]/{0,2}|\[:\]//"), "://"),
    (re.compile(r" ?[\[({] ?(?:\.|dot) ?[\])}] ?| dot (?=[a-z])", re.IGNORECASE), "."),
    (re.compile(r" ?[\[({] ?(?:@|at) ?[\])}] ?", re.IGNORECASE), "@"),
    (re.compile(r"[\[({]/[\])}]"), "/"),
    (re.compile(r"\[\.|\(\.|\{\."), "."),
)  # fmt: skip


class Url(Struct, frozen=True, gc=False):
    """One URL in parts. The host is without brackets, A-labels, lower case; empty where the scheme has none."""

    written: str
    scheme: str = ""  # lower case; empty where none was written
    host: str = ""
    domain: str = ""  # registered domain
    path: str = ""
    query: str = ""
    userinfo: str = ""
    port: int = 0
    oddities: tuple[str, ...] = ()  # of `ODDITIES`, sorted


def refang(text: str) -> str:
    """A URL, host or address as it was before somebody made it harmless: hxxp, [.], (dot), [at]."""
    text = text[:URL_CHARS]
    if _MARKED.search(text) is None:
        return text
    for pattern, plain in _MARKS:
        text = pattern.sub(plain, text)
    return text


def read(written: str) -> Url:
    """Read one URL of any scheme, or of none: `www.example.com/x` is read as http. Never raises."""
    if len(written) > URL_CHARS:
        return _read_odd(written[:URL_CHARS])
    plain = _PLAIN.match(written)
    if plain is not None and "/." not in written:
        scheme, host, path, query = plain.groups()
        if ".." in host:
            return _read_odd(written)
        if not scheme and not _looks_like_host(host):
            return _read_odd(written)
        host = host.lower()
        if len(host) < LONG_HOST_CHARS and "xn--" not in host:
            domain = domains.registered(host)
            dots = host.count(".")
            odd = ("many-subdomains",) if dots > MANY_LABELS and dots - domain.count(".") >= MANY_LABELS else ()
            return Url(written, scheme.lower() if scheme else "", host, domain, path or "/", query or "", "", 0, odd)
    return _read_odd(written)


def _read_odd(written: str) -> Url:
    """Read a URL that is not plain: it is cleaned as a browser does it, and every step is noted."""
    odd: set[str] = set()
    text = _clean(written, odd)
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    if match and "." in scheme:  # a host before a port, or before a path as `scp` writes it
        scheme = ""
        if not text[match.end() : match.end() + 1].isdigit():
            text = f"{match[1]}/{text[match.end() :]}"
    if scheme in _OPAQUE:
        return _opaque(written, scheme, text, odd)
    if not scheme and text[:2] in {"//", "\\\\", "/\\", "\\/"}:
        odd.add("scheme-missing")
        text = "http:" + text
    elif not scheme:
        if not _looks_like_host(text):
            return Url(written, path=text, oddities=tuple(sorted(odd)))
        text = "http://" + text
    if scheme in _WEB or not scheme:
        return _web(written, scheme, text, odd)
    try:
        url = can_ada.parse(text)
    except (ValueError, TypeError):
        return Url(written, scheme, oddities=tuple(sorted(odd | {"unreadable"})))
    host = url.hostname.strip("[]").lower()
    return Url(
        written, scheme, host, domains.registered(host), url.pathname[:OPAQUE_CHARS], oddities=tuple(sorted(odd))
    )


def _clean(written: str, odd: set[str]) -> str:
    """Without white space at the ends and line breaks inside; the scheme unescaped."""
    text = written.strip(_FIRST)
    if not text.isprintable():
        whole = text.translate(_BREAKS)
        if whole != text:
            odd.add("newline-inside")
        text = whole
        if _CONTROL.search(text):
            odd.add("control-char")
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")  # no URL holds a lone surrogate
    start = text[:40]
    if "&#" in start[:12]:
        text = html.unescape(text[:SCHEME_CHARS]) + text[SCHEME_CHARS:]
        odd.add("encoded-scheme")
    elif "%" in start[:16] and _ESCAPED_SCHEME.match(start):
        text = unquote(start) + text[40:]
        odd.add("encoded-scheme")
    elif start[:1] in _QUOTES and _QUOTED.match(start):
        text = text.strip(_QUOTES)
    return refang(text) if "hxx" in start.lower() else text


def _looks_like_host(text: str) -> bool:
    """Whether a URL without scheme begins with a host, and is not a path beside the page."""
    host = _AUTHORITY.match(text)
    assert host is not None
    name = host[2].rpartition("@")[2].partition(":")[0].rstrip(".")
    if domains.is_ip(name):
        return True
    return "." in name and domains.is_known_tld(name.rpartition(".")[2].lower())


def _opaque(written: str, scheme: str, text: str, odd: set[str]) -> Url:
    """A URL without host: what follows the scheme, cut."""
    rest = text[len(scheme) + 1 :]
    if scheme == "data":
        rest = rest.partition(",")[0].lower()
    path, _, query = rest.partition("?")
    if scheme == "mailto":
        path = unquote(path)
    elif scheme in {"data", "javascript", "vbscript"}:
        written, path, query = written[:OPAQUE_CHARS], rest, ""
    return Url(written, scheme, path=path[:OPAQUE_CHARS], query=query, oddities=tuple(sorted(odd)))


def _web(written: str, scheme: str, text: str, odd: set[str]) -> Url:
    """A URL with an authority, as a browser reads it."""
    kind, _, rest = text.partition(":")
    match = _AUTHORITY.match(rest)
    assert match is not None
    slashes, authority = match.groups()
    userinfo, _, place = authority.rpartition("@")
    _note_spelling(rest, slashes, place, odd)
    if userinfo:
        odd.add("userinfo")
    if place[:1] == "[" and "%" in place:
        odd.add("zone-id")
        text = text.replace(place, place.partition("%")[0] + "]" + place.rpartition("]")[2], 1)
    try:
        url = can_ada.parse(text if len(authority) <= PLACE_CHARS else "")
    except (ValueError, TypeError):
        return _unreadable(written, scheme, place, userinfo, odd)
    host = url.hostname.strip("[]")
    if host.endswith("."):
        odd.add("trailing-dot")
        host = host.rstrip(".")
    domain = domains.registered(host)
    port = int(url.port or 0)
    if port:
        odd.add("port-odd")
    if place and not place.isascii():
        _note_letters(place, odd)
    _note_host(host, domain, place, odd)
    trick = _AT_TRICK.match(text)
    if trick and domains.is_known_tld(trick[1].rpartition(".")[2].lower()) and "." in trick[1]:
        odd.add("at-in-path-trick")
    if _disagrees(written, host):
        odd.add("parser-disagreement")
    return Url(
        written, scheme, host, domain, url.pathname, url.search[1:], userinfo[:OPAQUE_CHARS],
        port or _written_port(place, kind), tuple(sorted(odd)),
    )  # fmt: skip


def _written_port(place: str, kind: str) -> int:
    """The scheme's own port, where it was written all the same."""
    own = _PORTS.get(kind.lower(), 0)
    return own if own and place.endswith(f":{own}") else 0


def _unreadable(written: str, scheme: str, place: str, userinfo: str, odd: set[str]) -> Url:
    """No browser opens it; the host is kept where a simple reading finds one, for it still names somebody."""
    odd.add("unreadable")
    plain = unquote(place[:400])
    name = _NAME.match(plain)
    host = name[0].lower().rstrip(".") if name else ""
    if not host and domains.is_ip(plain.partition(":")[0]):
        host = plain.partition(":")[0]
        odd.add("ip-host")
    domain = domains.registered(host) if host else ""
    return Url(written, scheme, host, domain, userinfo=userinfo[:OPAQUE_CHARS], oddities=tuple(sorted(odd)))


def _note_spelling(rest: str, slashes: str, place: str, odd: set[str]) -> None:
    """Note what a browser forgives around the host."""
    if len(slashes) > 2:
        odd.add("many-slashes")
    elif len(slashes) < 2:
        odd.add("few-slashes")
    if "\\" in rest and ("\\" in slashes or "\\" in rest.partition("?")[0].partition("#")[0]):
        odd.add("backslash")
    if "%" in place and place[:1] != "[":
        odd.add("escaped-host")


def _note_letters(place: str, odd: set[str]) -> None:
    """Note letters of a host that IDNA maps to others."""
    if not _DOTS.isdisjoint(place):
        odd.add("fullwidth-dot")
    invisible = any(unicodedata.category(char) == "Cf" for char in place)
    if invisible or unicodedata.normalize("NFKC", place) != unicodedata.normalize("NFC", place):
        odd.add("styled-host")


def _note_host(host: str, domain: str, place: str, odd: set[str]) -> None:
    """Note what is odd about the host that a browser opens."""
    if domains.is_ip(host):
        odd.add("ip-host")
        if ":" not in host and not place.startswith(host):
            odd.add("ip-disguised")
        return
    if "xn--" in host:
        odd.add("punycode")
        if domains.is_mixed(domains.to_unicode(host)):
            odd.add("mixed-script")
    if len(host) >= LONG_HOST_CHARS:
        odd.add("very-long-host")
    if host.count(".") - domain.count(".") >= MANY_LABELS:
        odd.add("many-subdomains")


def _disagrees(written: str, host: str) -> bool:
    """Whether a simple reading (RFC 3986) finds another well-shaped host: a filter would check the wrong one."""
    match = _NAIVE.search(written)
    if match is None:
        return False
    place = match[1].rpartition("@")[2].partition(":")[0].lower().rstrip(".")
    return place != host and _NAME.fullmatch(place) is not None
