"""Structured MIME headers: a value and its parameters (RFC 2045 5.1, RFC 2183, RFC 2231)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from fyke.mail.charset import codec
from fyke.mail.defects import Notes
from fyke.mail.limits import PARAMETER_CHARS
from fyke.mail.words import decode_words

# The input is cut to PARAMETER_CHARS before: an open quote is read to the end from each start.
_PARAMETER = re.compile(r';\s{0,99}([^\s=;"]{1,60})\s{0,9}=\s{0,9}(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^;]*))', re.DOTALL)
_ESCAPE = re.compile(r"\\([\"\\])")  # others stand for themselves: C:\TEMP\name is a path

_NAMES = frozenset({"name", "filename"})

Piece = tuple[int, bool, str]  # number, whether percent-encoded, text


def read_parameters(raw: str, notes: Notes, part: str = "") -> tuple[str, dict[str, str]]:
    """The value before the first semicolon and the parameters by name (lower case); the first of a name counts."""
    main, mark, rest = raw.partition(";")
    main = main.strip().lower()
    if not mark:
        return main, {}
    if len(raw) > PARAMETER_CHARS:
        notes.add("parameters-cut", f"{len(raw)} characters", part)
        raw = raw[:PARAMETER_CHARS]
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(raw):
        key = name.lower()
        if key not in found:
            found[key] = (_ESCAPE.sub(r"\1", quoted) if "\\" in quoted else quoted) or plain.strip(" \t'\"")
    if '"' in raw and (raw.count('"') - raw.count('\\"')) % 2:
        notes.add("parameter-open", raw, part)
    for key in _NAMES & found.keys():  # forbidden by RFC 2047 5, and what most senders write
        found[key] = decode_words(found[key], notes)
    return main, _join(found, notes) if "*" in rest else found


def _join(found: dict[str, str], notes: Notes) -> dict[str, str]:
    """RFC 2231: `name*0*`, `name*1` are pieces of `name`; a star at the end means percent-encoding."""
    joined: dict[str, str] = {}
    pieces: dict[str, list[Piece]] = {}
    for key, value in found.items():
        name, star, rest = key.partition("*")
        if not star:
            joined[name] = value
            continue
        number, encoded, _ = rest.partition("*")
        place = int(number) if number.isdecimal() and number.isascii() and len(number) < 6 else 0
        pieces.setdefault(name, []).append((place, bool(encoded) or not number, value))
    for name, parts in pieces.items():
        parts.sort(key=lambda piece: piece[0])
        joined[name] = _percent(parts, notes)
    return joined


def _percent(pieces: list[Piece], notes: Notes) -> str:
    """The text of the pieces of one value: the first of them names the charset."""
    label = ""
    data = []
    for place, (_, encoded, value) in enumerate(pieces):
        text = value
        if encoded and place == 0 and text.count("'") >= 2:
            label, _, text = text.split("'", 2)
        raw = text.encode("latin-1", "replace")
        data.append(unquote_to_bytes(raw) if encoded else raw)
    joined = b"".join(data)
    try:
        return joined.decode((codec(label) if label else "") or "utf-8")
    except (UnicodeError, ValueError):
        return decode_words(joined.decode("latin-1"), notes)
