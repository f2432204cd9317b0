"""The objects of a PDF as Python values: ISO 32000-1, 7.3. Reads what readers forgive; follows no references."""

from __future__ import annotations

import re
from typing import NamedTuple

from fyke.files.base import Broken

DEPTH = 60  # containers within containers: honest files have some ten
TOKENS = 200_000  # of one object: an array of widths or of kids has some thousands
STRING_BYTES = 4_000_000  # of one string: scripts stand in strings


class Ref(NamedTuple):
    """Where an object stands: its number and generation."""

    number: int
    generation: int


class Name(str):
    """A name, without its slash, its `#xx` decoded."""

    __slots__ = ()


class Word(bytes):
    """A bare word that is no number: `endobj`, `true`, or rubbish."""

    __slots__ = ()


Value = None | bool | int | float | bytes | Name | Ref | list["Value"] | dict[str, "Value"]

_TOKEN = re.compile(
    rb"[\0\t\n\f\r ]*(%[^\r\n]*|/[^\0\t\n\f\r ()<>\[\]{}/%]*|<<|>>|[\[\]{}]|\(|<[^<>]*>|[^\0\t\n\f\r ()<>\[\]{}/%]+|.)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PAREN = re.compile(rb"[()]|\\.", re.DOTALL)
_BACKSLASH = re.compile(rb"\\(\r\n|[0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_WORDS: dict[bytes, Value] = {b"true": True, b"false": False, b"null": None}


def unescaped(raw: bytes) -> bytes:
    """Bytes with the `#xx` of names decoded (7.3.5)."""
    return _ESCAPE.sub(lambda match: bytes((int(match[1], 16),)), raw)


def text_of(raw: bytes) -> str:
    """A text string (7.9.2.2): UTF-16 or UTF-8 by their marks, else as Latin-1, which is near PDFDocEncoding."""
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xff\xfe"):
        return raw[2:].decode("utf-16-le", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1")


def read_value(data: bytes, at: int, end: int) -> Value:
    """The value that stands at a place. Raises `Broken` where there is none or too deep a nest."""
    open_lists: list[list[Value]] = [[]]
    closers: list[bytes] = []
    for _ in range(TOKENS):
        match = _TOKEN.match(data, at, end)
        if match is None:
            break
        token, at = match[1], match.end()
        if token in {b"<<", b"["}:
            if len(closers) >= DEPTH:
                raise Broken(f"more than {DEPTH} containers in each other")
            open_lists.append([])
            closers.append(token)
            continue
        if token in {b">>", b"]"}:
            if closers:
                _close(open_lists, closers)
        elif token == b"(":
            string, at = _string(data, at, end)
            open_lists[-1].append(string)
        else:
            _add(open_lists[-1], token)
        if not closers and open_lists[0]:
            break
    while closers:  # what a cut object still says
        _close(open_lists, closers)
    if not open_lists[0]:
        raise Broken("an object is empty")
    return open_lists[0][0]


def _add(items: list[Value], token: bytes) -> None:
    """One plain token; `R` makes a reference of the two numbers before it."""
    first = token[0]
    if first == 0x2F:
        items.append(Name((unescaped(token) if b"#" in token else token)[1:].decode("latin-1")))
    elif first == 0x3C:
        items.append(_hex(token[1:-1]))
    elif token == b"R" and len(items) > 1 and type(items[-1]) is int and type(items[-2]) is int:
        generation, number = items.pop(), items.pop()
        items.append(Ref(int(str(number)), int(str(generation))))
    elif first != 0x25:
        items.append(_number(token))


def _number(token: bytes) -> Value:
    if len(token) > 40:
        return Word(token)
    try:
        return int(token)
    except ValueError:
        pass
    try:
        return float(token)
    except ValueError:
        return _WORDS.get(token, Word(token))


def _hex(digits: bytes) -> bytes:
    clean = re.sub(rb"[^0-9A-Fa-f]", b"", digits)
    return bytes.fromhex((clean + b"0" * (len(clean) % 2)).decode())


def _close(open_lists: list[list[Value]], closers: list[bytes]) -> None:
    items = open_lists.pop()
    if closers.pop() == b"[":
        open_lists[-1].append(items)
        return
    table: dict[str, Value] = {}
    at = 0
    while at + 1 < len(items):
        key = items[at]
        if isinstance(key, Name):
            table[str(key)] = items[at + 1]
            at += 2
        else:  # readers skip what is no key
            at += 1
    open_lists[-1].append(table)


def _string(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """A string whose opening bracket was read, and the place behind it."""
    level, start = 1, at
    for match in _PAREN.finditer(data, at, min(end, at + STRING_BYTES)):
        sign = match[0]
        level += (sign == b"(") - (sign == b")")
        if not level:
            return _plain(data[start : match.start()]), match.end()
    return _plain(data[start : min(end, start + STRING_BYTES)]), end


def _plain(raw: bytes) -> bytes:
    return _BACKSLASH.sub(_backslashed, raw) if b"\\" in raw else raw


def _backslashed(match: re.Match[bytes]) -> bytes:
    said = match[1]
    if said[0] in b"01234567":
        return bytes((int(said, 8) & 0xFF,))
    return _LETTERS.get(said, said)
