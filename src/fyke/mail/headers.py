"""Header blocks: fields in order, unfolded, with their raw and their decoded value (RFC 5322 2.2, RFC 2047)."""

from __future__ import annotations

import re
from functools import lru_cache

from fyke.mail.defects import Notes
from fyke.mail.limits import FIELD_CHARS, HEADER_BYTES, HEADER_FIELDS
from fyke.mail.words import decode_words
from fyke.model import Header

Index = dict[str, tuple[Header, ...]]

# A field that mail programs act upon: where one follows a junk line, the header did not end at the junk.
_KNOWN = re.compile(
    r"(?:Content-[\w-]{2,30}|MIME-Version|Subject|From|To|Date|Message-ID|Received)[ \t]{0,9}:", re.IGNORECASE
)


# Fields that a server fills with some hundred encoded words for itself alone; their bytes are kept as they stand.
_OPAQUE = frozenset({"x-microsoft-antispam-message-info", "x-microsoft-antispam-message-info-original"})

KNOWN = 4_096  # fields remembered between messages: of the short ones in a mailbox, two of three came before
KNOWN_CHARS = 100  # of such a field; longer ones are traces and signatures, and do not come again

_EMPTY_LINE = re.compile(rb"\n\r?\n")
_FOLD = re.compile(r"\n[ \t]")


def read_headers(data: bytes, start: int, end: int, notes: Notes, part: str = "") -> tuple[tuple[Header, ...], int]:
    """The header fields that begin at `start`, and where the body begins."""
    stop, body = find_body(data, start, end)
    size = min(HEADER_BYTES, notes.header_bytes)
    if stop - start > size:
        notes.add("headers-cut", f"{stop - start} bytes", part)
        stop = start + size
    notes.header_bytes -= stop - start
    text = data[start:stop].decode("latin-1")
    if "\r" in text:
        text = _without_returns(text, notes, part)
    if "\0" in text:
        notes.add("nul", "header", part)
        text = text.replace("\0", "")
    most = min(HEADER_FIELDS, notes.fields)
    lines = _FOLD.sub(" ", text).split("\n", most)
    if len(lines) > most:
        notes.add("headers-cut", f"{lines.pop().count(chr(10)) + 1} fields", part)
    notes.fields -= len(lines)
    is_rich = not text.isascii() or ("?" in text and "=?" in text)
    fields = _read_usual(lines, notes, is_rich=is_rich) if len(text) <= FIELD_CHARS else None
    if fields is not None:
        return fields, body
    fields, line = _read_lines(lines, notes, part)
    return fields, _place(data, start, body, line) if line else body


def _read_usual(lines: list[str], notes: Notes, *, is_rich: bool) -> tuple[Header, ...] | None:
    """The fields of a header without odd lines, or None where there is one."""
    try:
        fields = [_read_known(line) if len(line) <= KNOWN_CHARS else _read_field(line) for line in lines]
    except ValueError:  # a line that is no field, or one whose name is odd
        return None
    return tuple([_decoded(field, notes) for field in fields] if is_rich else fields)


def _read_field(line: str) -> Header:
    """A field, not yet decoded. Raises ValueError for an odd line."""
    name, value = line.split(":", 1)
    if " " in name or "\t" in name or not name:
        raise ValueError
    raw = value.strip()
    return Header(name, name.lower(), raw, raw)


_read_known = lru_cache(maxsize=KNOWN)(_read_field)


def _decoded(field: Header, notes: Notes) -> Header:
    """A field with its encoded words and raw bytes decoded."""
    raw = field.raw
    if (raw.isascii() and "=?" not in raw) or field.key in _OPAQUE:
        return field
    return Header(field.name, field.key, decode_words(raw, notes).strip(), raw)


def _read_lines(lines: list[str], notes: Notes, part: str) -> tuple[tuple[Header, ...], str]:
    """Fields that must be decoded, cut, or parted from lines that are none; and the line with which the body begins."""
    fields: list[Header] = []
    last_known = -1
    for number, line in enumerate(lines):
        name, colon, value = line.partition(":")
        written = name
        name = name.rstrip(" \t")
        if not colon or " " in name or "\t" in name or not name:
            if last_known < 0:
                last_known = _last_known(lines)
            if not line.strip():
                continue
            if number < last_known:
                notes.add("header-junk", line, part)
            else:  # as Postfix has it: the header ends here
                notes.add("separator-missing", line, part)
                return tuple(fields), line
            continue
        if name is not written:
            notes.add("header-name", name, part)
        if len(value) > FIELD_CHARS:
            notes.add("header-cut", f"{name}: {len(value)} characters", part)
            value = value[:FIELD_CHARS]
        value = value.strip()
        fields.append(Header(name, name.lower(), decode_words(value, notes).strip(), value))
    return tuple(fields), ""


def index_headers(headers: tuple[Header, ...]) -> Index:
    """The fields by key."""
    index: Index = {}
    for header in headers:
        key = header.key
        known = index.get(key)
        index[key] = (header,) if known is None else known + (header,)  # noqa: RUF005  # half the steps of (*known, header)
    return index


def find_body(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header block ends, and where the body begins: after the first empty line."""
    if data.startswith(b"\n", start):
        return start, start + 1
    if data.startswith(b"\r\n", start):
        return start, start + 2
    match = _EMPTY_LINE.search(data, start, min(end, start + HEADER_BYTES))
    if match is not None:
        return match.start(), match.end()
    # The regular expression is the quicker of the two for a header, the plain search for what a stranger made long.
    bare = data.find(b"\n\n", start, end)
    full = data.find(b"\n\r\n", start, end if bare < 0 else bare)
    if full >= 0:
        return full, full + 3
    return (bare, bare + 2) if bare >= 0 else (end, end)


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
