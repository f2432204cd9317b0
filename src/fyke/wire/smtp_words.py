"""The words of SMTP: paths, parameters, forwarded attributes, replies and the stuffing of dots. No state here.

RFC 5321 for commands and replies, RFC 3461 4 for xtext, RFC 2034 for enhanced codes; XCLIENT and XFORWARD as Postfix's
XCLIENT_README and XFORWARD_README have them. `ValueError` with a sentence for what is not in the grammar.
"""

from __future__ import annotations

import re

from msgspec import Struct

LINE_CHARS = 480  # of a reply's text: RFC 5321 4.5.3.1.5 allows 512 octets with code and line end
ADDRESS_BYTES = 1_000  # RFC 5321 4.5.3.1.3 has 256; Postfix and Exim take longer ones, as VERP makes them
PARAMETERS = 20
_ROUTE = r"(?:@[^<>\s:]{1,255}:)?"  # RFC 5321 4.1.2: must be accepted, should be ignored
_QUOTED = r'"(?:[^"\\\r\n]|\\.){0,1000}"'
_PATH = re.compile(rf"[ ]?<{_ROUTE}(?P<in>(?:{_QUOTED}|[^<>\s\"])*)>(?P<rest>[ ].*)?", re.DOTALL)
_BARE = re.compile(r"[ ]?(?P<in>[^<>\s\"]+)(?P<rest>[ ].*)?", re.DOTALL)  # without brackets, as Postfix takes it
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_HEX = re.compile(r"\+([0-9A-Fa-f]{2})")
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?: |$)")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_NONE = "[UNAVAILABLE]"
_UNKNOWN = frozenset((_NONE, "[TEMPUNAVAIL]"))
NAMELESS = "unknown"
FORWARDED = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE")  # by XFORWARD
ASSUMED = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT", "REVERSE_NAME")  # by XCLIENT


class Parameter(Struct, frozen=True):
    """What stands behind an address: `BODY=8BITMIME`, or `SMTPUTF8` with no value."""

    key: str  # in upper case
    value: str | None = None

    def __str__(self) -> str:
        return self.key if self.value is None else f"{self.key}={self.value}"


def path(text: str) -> tuple[str, tuple[Parameter, ...]]:
    """The address, without brackets and source route, and the parameters behind it: of what follows `MAIL FROM:`."""
    match = _PATH.fullmatch(text) or _BARE.fullmatch(text)
    if match is None:
        raise ValueError("bad address syntax")
    address = match["in"]
    if len(address.encode()) > ADDRESS_BYTES:
        raise ValueError("address too long")
    return address, _parameters(match["rest"] or "")


def _parameters(text: str) -> tuple[Parameter, ...]:
    words = text.split()
    if len(words) > PARAMETERS:
        raise ValueError("too many parameters")
    found: dict[str, Parameter] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not _KEY.fullmatch(key) or (equals and not value) or key.upper() in found:
            raise ValueError(f"bad parameter {key[:40]}")
        found[key.upper()] = Parameter(key.upper(), value if equals else None)
    return tuple(found.values())


def attributes(text: str, known: tuple[str, ...]) -> dict[str, str]:
    """The attributes of XCLIENT or XFORWARD; what the sender does not know is empty.

    A client that has no name is called "unknown", as Postfix does; one that could not be looked up is not.
    """
    found = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if not equals or name.upper() not in known:
            raise ValueError(f"bad attribute {name[:40]}")
        nothing = NAMELESS if name.upper() == "NAME" and value.upper() == _NONE else ""
        found[name.upper()] = nothing if value.upper() in _UNKNOWN else decoded(value)
    if not found:
        raise ValueError("no attribute")
    return found


def decoded(text: str) -> str:
    """What xtext stands for; bytes that are no UTF-8 and control characters become `?`."""
    raw = _HEX.sub(lambda match: chr(int(match[1], 16)), text).encode("latin-1", "replace") if text.isascii() else b""
    plain = raw.decode("utf-8", "replace") if raw else text
    return "".join(char if char.isprintable() and char != "\ufffd" else "?" for char in plain)


def encoded(text: str) -> str:
    """The xtext of a value; an empty one is the word for what nobody knows."""
    if not text or text == NAMELESS:
        return _NONE
    return "".join(chr(b) if 33 <= b <= 126 and b not in b"+=" else f"+{b:02X}" for b in text.encode())


def plain_address(address: str) -> str:
    """An IP address as everybody writes it, from the way XCLIENT and XFORWARD do (`IPV6:2001:db8::1`)."""
    return address[5:] if address[:5].upper() == "IPV6:" else address


def reply(code: int, lines: tuple[str, ...], *, has_enhanced: bool = True) -> bytes:
    """A reply of one line or more; each gets an enhanced code of the same class if it has none of it."""
    texts = [_UNPRINTABLE.sub(" ", line)[:LINE_CHARS] for line in lines] or [""]
    if has_enhanced and code // 100 in (2, 4, 5):
        first = texts[0]
        own = first.split(" ", 1)[0] if _ENHANCED.match(first) else ""
        own = own if own.startswith(str(code // 100)) else f"{code // 100}.0.0"
        texts = [text if text.startswith(f"{own} ") else f"{own} {_bare(text)}" for text in texts]
    last = len(texts) - 1
    return "".join(f"{code}{' ' if n == last else '-'}{text}\r\n" for n, text in enumerate(texts)).encode()


def _bare(text: str) -> str:
    """The text without an enhanced code."""
    return _ENHANCED.sub("", text, count=1)


def stuffed(raw: bytes) -> bytes:
    """What follows DATA for these bytes, the final dot with it (RFC 5321 4.5.2). Lines must end with CRLF."""
    body = raw.replace(b"\r\n.", b"\r\n..")
    head = b"." if raw.startswith(b".") else b""
    tail = b".\r\n" if raw.endswith(b"\r\n") or not raw else b"\r\n.\r\n"
    return b"".join((head, body, tail))


def unstuffed(data: bytes | bytearray) -> bytes:
    """The message in what came after DATA, beginning with the CR LF before it and ending before the final dot."""
    return bytes(data).replace(b"\r\n.", b"\r\n")[2:]


def has_bare_ends(raw: bytes) -> bool:
    """Whether a CR or LF stands alone: servers that take it for a line end can be smuggled to (CVE-2023-51764)."""
    pairs = raw.count(b"\r\n")
    return raw.count(b"\n") != pairs or raw.count(b"\r") != pairs


def with_whole_ends(raw: bytes) -> bytes:
    """A lone LF becomes CRLF and a lone CR a space, which is how Postfix sees the first and, since 3.9, the second."""
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b" ").replace(b"\n", b"\r\n")
