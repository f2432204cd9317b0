"""rspamd's protocol over HTTP: the fields that its clients send, and the replies that they read, as rspamd 3 has them.

Also the protocol of before, which Exim still speaks: `CHECK RSPAMC/1.3` for a request line, lines of text for a reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct, field

from fyke.wire.http import Fields

LEGACY: Final = "x-legacy-protocol"  # the field that tells of a request line of the older protocol
RECIPIENTS: Final = 10_000
_LEGACY_LINE: Final = re.compile(rb"(CHECK|SYMBOLS|REPORT|REPORT_IFSPAM|PING) (RSPAMC/1\.[0-9])")
_SPACE: Final = re.compile(r"\s+")


class Asked(Struct, frozen=True):
    """What a client's fields say of a mail, without the brackets of addresses. Empty: not said."""

    ip: str = ""
    hostname: str = ""
    helo: str = ""
    sender: str = ""
    rcpts: tuple[str, ...] = ()
    user: str = ""
    deliver_to: str = ""
    queue_id: str = ""
    password: str = ""
    compression: str = ""
    path: str = ""  # of a file on this machine that holds the mail
    shm: str = ""  # the same in shared memory: its name; from `shm_offset`, `shm_length` bytes (0: to the end)
    shm_offset: int = 0
    shm_length: int = 0
    is_tls: bool = False
    flags: frozenset[str] = frozenset()
    url_format: str = ""


class SymbolTold(Struct, omit_defaults=True):
    """One symbol of a reply. Scores are points."""

    name: str
    score: float
    metric_score: float
    description: str = ""
    options: list[str] = []


class Added(Struct):
    """A header field to be added; `order` 0 is above all others."""

    value: str
    order: int = 0


class Milter(Struct, omit_defaults=True):
    """Changes of header fields. A field is removed by its number from the top, or all of that name by 0."""

    add_headers: dict[str, Added | list[Added]] = {}
    remove_headers: dict[str, int] = {}


class Reply(Struct, omit_defaults=True, rename={"message_id": "message-id"}):
    """The reply to /checkv2. Lists of URLs hold hosts, or `Url`s where the client asked for these."""

    is_skipped: bool
    score: float
    required_score: float
    action: str
    thresholds: dict[str, float]
    symbols: dict[str, SymbolTold]
    messages: dict[str, str]
    time_real: float
    urls: list[Any] = []
    emails: list[str] = []
    message_id: str = ""
    subject: str = ""
    milter: Milter = field(default_factory=Milter)
    fates: dict[str, str] = {}  # by recipient, where they fare differently; not rspamd's
    case: str = ""  # not rspamd's: by which people can ask


class Url(Struct):
    """A link in the extended form."""

    url: str
    tld: str
    host: str
    flags: list[str] = []


def asked(fields: Fields) -> Asked:
    """What the fields of a request say. Numbers that are none count as 0."""
    one: dict[str, str] = {}
    rcpts: list[str] = []
    for name, value in fields:
        if name == "rcpt":
            rcpts += addresses(value)
        else:
            one.setdefault(name, value)
    told = one.get
    return Asked(
        ip=told("ip", "").strip("[]"),
        hostname=told("hostname", ""),
        helo=told("helo", ""),
        sender=_bare(told("from", "")),
        rcpts=tuple(rcpts[:RECIPIENTS]),
        user=told("user", ""),
        deliver_to=_bare(told("deliver-to", "")),
        queue_id=told("queue-id", ""),
        password=told("password", ""),
        compression=told("compression", "").lower(),
        path=told("file", "") or told("path", ""),
        shm=told("shm", ""),
        shm_offset=_number(told("shm-offset", "")),
        shm_length=_number(told("shm-length", "")),
        is_tls=any(name in one for name in ("tls-cipher", "tls-version", "ssl")),
        flags=frozenset(flag.strip().lower() for flag in told("flags", "").split(",")) - {""},
        url_format=told("url-format", "").lower(),
    )


def addresses(value: str) -> Iterator[str]:
    """The addresses of a list; a comma within quotes is of the address."""
    if '"' not in value:
        yield from (bare for each in value.split(",") if (bare := _bare(each)))
        return
    start, is_quoted, is_escaped = 0, False, False
    for at, char in enumerate(value):
        if is_escaped:
            is_escaped = False
        elif char == "\\":
            is_escaped = is_quoted
        elif char == '"':
            is_quoted = not is_quoted
        elif char == "," and not is_quoted:
            if bare := _bare(value[start:at]):
                yield bare
            start = at + 1
    if bare := _bare(value[start:]):
        yield bare


def _bare(address: str) -> str:
    address = address.strip()
    return address[1:-1].strip() if address[:1] == "<" and address[-1:] == ">" else address


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0


def message_id(raw: bytes) -> str:
    """The mail's Message-ID without its brackets, where it stands on one line of the first 64 KiB; else empty."""
    head = raw[:65_536]
    end = head.find(b"\r\n\r\n")
    end = end if end >= 0 else head.find(b"\n\n")
    lower = (b"\n" + (head if end < 0 else head[:end])).lower()
    at = lower.find(b"\nmessage-id:")
    if at < 0:
        return ""
    line = head[at + len("message-id:") :].partition(b"\n")[0]
    return line.decode("utf-8", "replace").strip().strip("<>")[:998]


def modern(line: bytes) -> bytes:
    """The request line in HTTP, and a field that tells what it was, for one of the older protocol; else as it is."""
    parts = _LEGACY_LINE.fullmatch(line)
    if parts is None:
        return line
    path = b"ping" if parts[1] == b"PING" else b"check"
    return b"POST /%s HTTP/1.0\r\n%s: %s" % (path, LEGACY.encode(), parts[2])


def older(reply: Reply) -> dict[str, Any]:
    """The reply as /check of before has it: all under "default", symbols beside the score."""
    symbols = {name: _older_symbol(told) for name, told in reply.symbols.items()}
    metric = {
        "is_spam": reply.action == "reject",
        "is_skipped": reply.is_skipped,
        "score": reply.score,
        "required_score": reply.required_score,
        "action": reply.action,
        **symbols,
    }
    rest = {"urls": reply.urls, "emails": reply.emails, "message-id": reply.message_id}
    return {
        "default": metric,
        "messages": reply.messages,
        **{key: value for key, value in rest.items() if value},
        "time_real": reply.time_real,
    }


def _older_symbol(told: SymbolTold) -> dict[str, Any]:
    rest = {"description": told.description, "options": told.options}
    return {"name": told.name, "score": told.score, **{key: value for key, value in rest.items() if value}}


def legacy_text(reply: Reply) -> bytes:
    """The reply in lines, as clients of RSPAMC/1.x read it; Exim reads the first three."""
    is_spam = str(reply.score >= reply.required_score)
    lines = [
        "RSPAMD/1.3 0 EX_OK",
        f"Metric: default; {is_spam}; {reply.score:.2f} / {reply.required_score:.2f} / 0.0",
        f"Action: {reply.action}",
        *(_symbol_line(told) for told in reply.symbols.values()),
        *(f"Message: {text}" for text in reply.messages.values()),
        f"Message-ID: {reply.message_id or 'undef'}",
    ]
    return "".join(_SPACE.sub(" ", line) + "\r\n" for line in lines).encode("utf-8", "replace") + b"\r\n"


def _symbol_line(told: SymbolTold) -> str:
    options = f"[{','.join(told.options)}]" if told.options else ""
    return f"Symbol: {told.name}({told.score:.2f}){options}"
