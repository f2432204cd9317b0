"""Authentication-Results (RFC 8601): written for others to read, read leniently, and never believed.

Who can write a mail can write this field, so one that came with it is at most shown. A door strips those that bear its
own name (`forged`) before it adds its own (RFC 8601 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from fyke.mail.domains import to_ascii
from fyke.model import Message
from fyke.model.auth import ArcResult, Auth, AuthResult, DkimResult, DmarcResult, SpfResult

NAME = "Authentication-Results"
LINE_CHARS = 78  # RFC 5322 2.1.1
VALUE_CHARS = 200  # of one value: a longer one is cut, a field must fit into a header
FIELD_CHARS = 50_000  # of a field that is read
RESULTS = 100  # of one field that are read
SIGNATURES = 10  # that are told of one message

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`{|}~]+")  # RFC 2045 5.1
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`{|}~]*@?[A-Za-z0-9!#$%&'*+\-.^_`{|}~]+")  # and addresses: pvalue
_UNSAFE = re.compile(r"[^\x20-\x7e]")
_LEX = re.compile(r'[ \t\r\n]+|"((?:[^"\\]|\\.)*)"?|([;=/])|(\()|([^\s";=/()]+|\))', re.DOTALL)
_METHOD = re.compile(r"[A-Za-z][A-Za-z0-9\-]*")


class Told(Struct, frozen=True):
    """One result of a field: `spf=pass (comment) smtp.mailfrom=example.com`."""

    method: str
    result: str
    reason: str = ""
    properties: tuple[tuple[str, str], ...] = ()  # ("header.d", "example.com")

    def get(self, name: str) -> str:
        """The first property of that name, or an empty string."""
        return next((value for key, value in self.properties if key == name), "")


class Field(Struct, frozen=True):
    """A field as it was read."""

    server: str  # authserv-id: who says so
    results: tuple[Told, ...] = ()


def write(server: str, auth: Auth) -> str:
    """The value of the field for what was found, folded with CRLF; without its name."""
    return fold(server, told(auth))


def told(auth: Auth) -> tuple[Told, ...]:
    """What was found, method by method (RFC 8601 2.7). What was not looked at is left out."""
    results: list[Told] = []
    if auth.spf is not None:
        results.append(_spf(auth.spf))
    if auth.dkim is not None:
        results += [_dkim(each) for each in auth.dkim[:SIGNATURES]] or [Told("dkim", AuthResult.NONE.value)]
    if auth.dmarc is not None:
        results.append(_dmarc(auth.dmarc))
    if auth.arc is not None and auth.arc.result is not AuthResult.NONE:
        results.append(_arc(auth.arc))
    return tuple(results)


def _spf(found: SpfResult) -> Told:
    name = "smtp.helo" if found.identity == "helo" else "smtp.mailfrom"
    value = found.domain if found.identity == "helo" else found.sender or found.domain
    return Told("spf", found.result.value, "", _given((name, value), ("policy.client-ip", found.client_ip)))


def _dkim(found: DkimResult) -> Told:
    properties = _given(
        ("header.d", found.domain),
        ("header.i", found.identity),
        ("header.s", found.selector),
        ("header.a", found.algorithm),
        ("header.b", found.value[:8]),  # RFC 6008: which of several
    )
    return Told("dkim", found.result.value, "" if found.result is AuthResult.PASS else found.reason, properties)


def _dmarc(found: DmarcResult) -> Told:
    properties = _given(
        ("header.from", found.domain),
        ("policy.dmarc", found.policy if found.record is not None else ""),
        ("policy.published-domain", found.record.domain if found.record is not None else ""),
        ("policy.override", ",".join(each.type for each in found.overrides)),
    )
    return Told("dmarc", found.result.value, "" if found.result is AuthResult.PASS else found.reason, properties)


def _arc(found: ArcResult) -> Told:
    chain = ":".join(hop.domain for hop in found.hops[:10])
    oldest = str(found.oldest_pass) if found.result is AuthResult.PASS else ""
    return Told("arc", found.result.value, "", _given(("header.oldest-pass", oldest), ("policy.chain", chain)))


def _given(*properties: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in properties if value)


def fold(server: str, results: Sequence[Told]) -> str:
    """The value of a field: each result on a line of its own, no line longer than mail allows."""
    lines = [quote(server)]
    if not results:
        lines[-1] += ";"
        lines.append("none")
    for result in results:
        lines[-1] += ";"
        words = [f"{result.method}={result.result}"]
        if result.reason:
            words.append(f"reason={quote(result.reason, always=True)}")
        words += [f"{name}={quote(value)}" for name, value in result.properties]
        line = ""
        for word in words:
            if line and len(line) + 1 + len(word) > LINE_CHARS - 9:  # the tab counts eight
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return "\r\n\t".join(lines)


def quote(value: str, *, always: bool = False) -> str:
    """A value as it may stand in the field: what is no token in quotation marks, and no line break from anybody."""
    value = _UNSAFE.sub("?", value[:VALUE_CHARS])
    if not always and _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read(value: str) -> Field:
    """A field from its unfolded value. What is malformed is passed over; it never raises."""
    pieces: list[list[str]] = [[]]
    for piece in _lex(value[:FIELD_CHARS]):
        if piece == "\0;":
            pieces.append([])
        else:
            pieces[-1].append(piece)
    head = [word for word in pieces[0] if word[0] != "\0"]
    results = (_result(words) for words in pieces[1 : RESULTS + 1])
    return Field(head[0].lower() if head else "", tuple(result for result in results if result is not None))


def _lex(text: str) -> Iterable[str]:
    """Words, and the signs ; = / behind a zero, without comments and space."""
    at, depth = 0, 0
    while at < len(text):
        if depth:
            if text[at] == "\\":
                at += 1
            depth += {"(": 1, ")": -1}.get(text[at : at + 1], 0)
            at += 1
            continue
        match = _LEX.match(text, at)
        if match is None:  # cannot be: every character begins something
            return
        at = match.end()
        quoted, sign, comment, word = match.groups()
        if comment:
            depth = 1
        elif sign:
            yield "\0" + sign
        elif quoted is not None:
            yield re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL).replace("\0", "") or " "
        elif word:
            yield word.replace("\0", "") or " "


def _result(words: list[str]) -> Told | None:
    """One result from its words: method, perhaps a version, result, reason, properties."""
    if len(words) < 3 or _METHOD.fullmatch(words[0]) is None:
        return None
    at = 3 if words[1] == "\0/" else 1
    if words[at : at + 1] != ["\0="] or len(words) <= at + 1:
        return None
    reason, properties = "", []
    rest = words[at + 2 :]
    number = 0
    while number + 2 < len(rest):
        if rest[number + 1] == "\0=" and rest[number + 2][0] != "\0":
            name, value = rest[number].lower(), rest[number + 2].strip()
            if name == "reason":
                reason = value
            else:
                properties.append((name, value))
            number += 3
        else:
            number += 1
    return Told(words[0].lower(), words[at + 1].lower().strip("\0"), reason, tuple(properties))


def servers(message: Message) -> tuple[str, ...]:
    """Who is said to have checked the message, topmost first. Anybody may have written so."""
    return tuple(read(header.raw).server for header in message.all(NAME.lower()))


def forged(message: Message, own: Iterable[str]) -> tuple[int, ...]:
    """Places in `message.headers` of fields that bear a name of ours, though we wrote none: a door strips them."""
    names = {to_ascii(name.strip()).removesuffix(".") for name in own}
    if not names or not message.all(NAME.lower()):
        return ()
    return tuple(
        number
        for number, header in enumerate(message.headers)
        if header.key == NAME.lower() and to_ascii(read(header.raw).server).removesuffix(".") in names
    )
