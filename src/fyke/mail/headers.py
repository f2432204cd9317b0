"""Header blocks: fields in order, unfolded, with their raw and their decoded value (RFC 5322 2.2, RFC 2047)."""

from __future__ import annotations

import re

from fyke.mail.defects import Notes
from fyke.mail.limits import FIELD_CHARS, HEADER_BYTES, HEADER_FIELDS
from fyke.mail.words import decode_words
from fyke.model import Header

Index = dict[str, tuple[Header, ...]]

# A field that mail programs act upon: where one follows a junk line, the header did not end at the junk.
_KNOWN = re.compile(
    r"(?:Content-[\w-]{2,30}|MIME-Version|Subject|From|To|Date|Message-ID|Received)[ \t]{0,9}:", re.IGNORECASE
)


def read_headers(data: bytes, start: int, end: int, notes: Notes, part: str = "") -> tuple[tuple[Header, ...], int]:
    """The header fields that begin at `start`, and where the body begins."""
    stop, body = find_body(data, start, end)
    if stop - start > HEADER_BYTES:
        notes.add("headers-cut", f"{stop - start} bytes", part)
        stop = start + HEADER_BYTES
    text = data[start:stop].decode("latin-1")
    if "\r" in text:
        text = _without_returns(text, notes, part)
    if "\0" in text:
        notes.add("nul", "header", part)
        text = text.replace("\0", "")
    unfolded = text.replace("\n ", " ").replace("\n\t", " ")
    lines = unfolded.split("\n", HEADER_FIELDS)
    if len(lines) > HEADER_FIELDS:
        notes.add("headers-cut", f"{lines[-1].count(chr(10)) + 1} fields", part)
        lines.pop()
    fields = []
    plain = text.isascii() and "=?" not in text
    last_known = -1
    for number, line in enumerate(lines):
        name, colon, value = line.partition(":")
        if not colon or " " in name or not name or "\t" in name:
            if not line:
                continue
            name = name.rstrip(" \t")
            if not colon or not name or " " in name or "\t" in name:
                if last_known < 0:
                    last_known = _last_known(lines)
                if not fields and line.startswith(("From ", ">From ")):
                    notes.add("mbox-line", part=part)
                elif number < last_known:
                    notes.add("header-junk", line, part)
                else:
                    notes.add("separator-missing", line, part)
                    return tuple(fields), _place(data, start, body, line)
                continue
            notes.add("header-name", name, part)
        if len(value) > FIELD_CHARS:
            notes.add("header-cut", f"{name}: {len(value)} characters", part)
            value = value[:FIELD_CHARS]
        raw = value.strip()
        fields.append(Header(name, name.lower(), raw if plain else decode_words(raw, notes).strip(), raw))
    return tuple(fields), body


def index_headers(headers: tuple[Header, ...]) -> Index:
    """The fields by key."""
    index: Index = {}
    for header in headers:
        key = header.key
        index[key] = (*index[key], header) if key in index else (header,)
    return index


def find_body(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header block ends, and where the body begins: after the first empty line."""
    if data.startswith(b"\n", start):
        return start, start + 1
    if data.startswith(b"\r\n", start):
        return start, start + 2
    bare = data.find(b"\n\n", start, end)
    full = data.find(b"\n\r\n", start, end if bare < 0 else bare)
    if full >= 0:
        return full, full + 3
    if bare >= 0:
        return bare, bare + 2
    return end, end


def _without_returns(text: str, notes: Notes, part: str) -> str:
    """Line ends as LF alone. A CR without LF is white space: no server ends a line there."""
    pairs = text.count("\r\n")
    if pairs != text.count("\n") and pairs and text.count("\n") - pairs > 1:
        notes.add("line-ends-mixed", part=part)
    text = text.replace("\r\n", "\n")
    text = text.removesuffix("\r")
    if "\r" in text:
        notes.add("cr-alone", "header", part)
        text = text.replace("\r", " ")
    return text


def _last_known(lines: list[str]) -> int:
    """The number of the last line that is a field which mail programs act upon; 0 where there is none."""
    return next((number for number in range(len(lines) - 1, 0, -1) if _KNOWN.match(lines[number])), 0)


def _place(data: bytes, start: int, body: int, line: str) -> int:
    """Where in the data the body begins whose first (unfolded) line this is."""
    at = data.find(line[:60].encode("latin-1"), start)
    return body if at < 0 else at
