"""A lenient MIME reader (RFC 2045, 2046): any bytes give a tree of parts, in time linear in their number.

It works by offsets into the message, so that nesting copies nothing, and opens what a mail program might open.
"""

from __future__ import annotations

import re

from fyke.mail.defects import Notes
from fyke.mail.headers import Index, index_headers, read_headers
from fyke.mail.limits import DEPTH, NEAR_BOUNDARIES
from fyke.mail.parameters import read_parameters
from fyke.mail.transfer import IDENTITY, decode_transfer, is_nested
from fyke.mail.words import decode_words
from fyke.model import Header, Part

_TYPE = re.compile(r"[\w.+!#$&^-]{1,80}/[\w.+!#$&^-]{1,120}")
_GUESS = re.compile(rb"(?:^|\n)--([^\s-][^\r\n]{0,199}|-{1,60}[^\s-][^\r\n]{0,139})\r?\nContent-", re.IGNORECASE)
GUESS_BYTES = 65_536  # a boundary that was not declared is sought at the beginning
FRAME_CHARS = 200  # "This is a multi-part message in MIME format." and its translations are shorter


class Kind:
    """What a part's header says of its body."""

    __slots__ = ("boundary", "charset", "content_id", "content_type", "disposition", "encoding", "filename")

    def __init__(self, index: Index, default: str, notes: Notes, path: str) -> None:
        types = index.get("content-type")
        parameters: dict[str, str] = {}
        self.content_type = default
        if types is not None:
            main, parameters = read_parameters(types[0].raw, notes, path)
            self.content_type = _content_type(main, types[0].raw, default, notes, path)
            if len(types) > 1:
                notes.add("content-type-repeated", types[1].value, path)
        self.charset = parameters.get("charset", "").strip().lower()
        self.boundary = parameters.get("boundary", "").rstrip()
        encodings = index.get("content-transfer-encoding")
        self.encoding = _encoding(encodings[0].raw) if encodings else ""
        dispositions = index.get("content-disposition")
        self.disposition = filename = ""
        if dispositions:
            self.disposition, more = read_parameters(dispositions[0].raw, notes, path)
            filename = more.get("filename", "")
        filename = filename or parameters.get("name", "")
        self.filename = decode_words(filename, notes).strip() if filename else ""
        ids = index.get("content-id")
        self.content_id = ids[0].value.strip("<> \t") if ids else ""


def _content_type(main: str, raw: str, default: str, notes: Notes, path: str) -> str:
    """The type as type/subtype. RFC 2045 5.2: what cannot be read is plain text."""
    if _TYPE.fullmatch(main):
        if "/" in raw and re.search(r";\s{0,9}(?:text|multipart|application|image)/", raw[:400], re.IGNORECASE):
            notes.add("content-type-list", raw, path)
        return main
    found = _TYPE.match(main)
    if found:
        notes.add("content-type-list" if "," in main else "content-type-broken", raw, path)
        return found[0]
    notes.add("content-type-broken", raw, path)
    if main in {"html", "text/html"}:
        return "text/html"
    return default if not main else "text/plain"


def _encoding(raw: str) -> str:
    """The name of a transfer encoding, without what broken senders put around it."""
    words = raw.lower().replace(";", " ").replace(",", " ").split(None, 1)
    return words[0].strip("\"'()") if words else ""


def read_root(data: bytes, headers: tuple[Header, ...], index: Index, body: int, notes: Notes) -> Part:
    """The tree of a message whose header was read already."""
    return _read_entity(data, headers, index, body, len(data), "", "text/plain", 0, notes)


def _read_entity(
    data: bytes,
    headers: tuple[Header, ...],
    index: Index,
    start: int,
    end: int,
    path: str,
    default: str,
    depth: int,
    notes: Notes,
) -> Part:
    kind = Kind(index, default, notes, path)
    kind_type = kind.content_type
    if kind_type.startswith("multipart/"):
        children = _read_multipart(data, kind, start, end, path, depth, notes)
        if children is not None:
            return _part(path, kind, headers, b"", end - start, children)
        if depth < DEPTH:
            kind.content_type = kind_type = (
                "text/html" if b"<html" in data[start : start + 2_000].lower() else "text/plain"
            )
    elif kind_type in {"message/rfc822", "message/global", "message/news"}:
        child = _read_message(data, kind, start, end, path, depth, notes)
        if child is not None:
            return _part(path, kind, headers, b"", end - start, (child,))
    path = path or "1"
    content = decode_transfer(data[start:end], kind.encoding, notes, path)
    if kind.encoding == "base64" and kind_type.startswith("text/") and is_nested(content):
        notes.add("base64-nested", part=path)
    return _part(path, kind, headers, content, end - start, ())


def _part(
    path: str, kind: Kind, headers: tuple[Header, ...], content: bytes, size: int, children: tuple[Part, ...]
) -> Part:
    return Part(
        path,
        kind.content_type,
        kind.charset,
        kind.encoding,
        kind.disposition,
        kind.filename,
        kind.content_id,
        headers,
        content,
        size,
        children,
    )


def _read_message(data: bytes, kind: Kind, start: int, end: int, path: str, depth: int, notes: Notes) -> Part | None:
    """The message inside a part, or None where nesting has gone too far."""
    if depth >= DEPTH:
        notes.add("mime-depth", path, path[:60])
        return None
    if notes.parts <= 0:
        notes.add("mime-parts")
        return None
    notes.parts -= 1
    if kind.encoding not in IDENTITY:
        data = decode_transfer(data[start:end], kind.encoding, notes, path)
        start, end = 0, len(data)
    headers, body = read_headers(data, start, end, notes, path)
    inner = f"{path}.TEXT" if path else "TEXT"
    return _read_entity(data, headers, index_headers(headers), body, end, inner, "text/plain", depth + 1, notes)


def _read_multipart(
    data: bytes, kind: Kind, start: int, end: int, path: str, depth: int, notes: Notes
) -> tuple[Part, ...] | None:
    """The parts between the boundaries, or None where there are none or nesting has gone too far."""
    if depth >= DEPTH:
        notes.add("mime-depth", path, path[:60])
        return None
    if kind.encoding not in IDENTITY:
        notes.add("encoding-on-multipart", kind.encoding, path)
    boundary = kind.boundary.encode("latin-1", "replace")
    spans = _split(data, boundary, start, end, notes, path) if boundary else []
    if not spans and kind.encoding not in IDENTITY:
        data = decode_transfer(data[start:end], kind.encoding, notes, path)
        start, end = 0, len(data)
        spans = _split(data, boundary, start, end, notes, path) if boundary else []
    if not boundary:
        notes.add("boundary-missing", part=path)
    if not spans:
        guess = _GUESS.search(data, start, min(end, start + GUESS_BYTES))
        if guess is None:
            notes.add("boundary-unused", part=path)
            return None
        notes.add("boundary-guessed", part=path)
        spans = _split(data, guess[1].rstrip(), start, end, notes, path)
    default = "message/rfc822" if kind.content_type == "multipart/digest" else "text/plain"
    prefix = path.removesuffix("TEXT")
    if prefix and not prefix.endswith("."):
        prefix += "."
    children = []
    for number, (first, last) in enumerate(spans, 1):
        if notes.parts <= 0:
            notes.add("mime-parts", f"{len(spans) - number + 1} parts or more")
            break
        notes.parts -= 1
        child = f"{prefix}{number}"
        headers, body = read_headers(data, first, last, notes, child)
        children.append(
            _read_entity(data, headers, index_headers(headers), body, last, child, default, depth + 1, notes)
        )
    return tuple(children)


def _split(data: bytes, boundary: bytes, start: int, end: int, notes: Notes, path: str) -> list[tuple[int, int]]:
    """Where the parts between the boundary lines begin and end."""
    needle = b"--" + boundary
    spans: list[tuple[int, int]] = []
    opened = -1  # where the part that is being read begins
    closed = False
    near = 0
    limit = notes.parts + 1
    at = start if data.startswith(needle, start) else data.find(b"\n" + needle, start, end) + 1
    first = at
    while at > 0 or (at == start and at == first == start and data.startswith(needle, start)):
        after = at + len(needle)
        line_end = data.find(b"\n", after, end)
        if line_end < 0:
            line_end = end
        tail = data[after : min(line_end, after + 80)]
        is_close = tail.startswith(b"--")
        if is_close or not tail.strip():
            if opened >= 0:
                spans.append((opened, max(opened, _before(data, at))))
            elif not spans and not closed and at > start:
                _note_frame("preamble", data[start:at], notes, path)
            if closed and not is_close:
                notes.add("parts-after-close", part=path)
            opened = -1 if is_close else min(line_end + 1, end)
            closed = closed or is_close
            last_close = line_end
            if len(spans) > limit:
                break
        else:
            near += 1
            notes.add("boundary-near", part=path)
            if near > NEAR_BOUNDARIES:
                break
        found = data.find(b"\n" + needle, max(after, line_end - 1) if line_end < end else end, end)
        at = found + 1
        if found < 0:
            break
    if opened >= 0:
        spans.append((opened, end))
        notes.add("mime-unclosed", part=path)
    elif closed:
        _note_frame("epilogue", data[last_close:end], notes, path)
    return spans


def _before(data: bytes, at: int) -> int:
    """Where a part ends: the line break before a boundary belongs to the boundary (RFC 2046 5.1.1)."""
    at -= 1
    return at - 1 if data[at - 1 : at] == b"\r" else at


def _note_frame(kind: str, text: bytes, notes: Notes, path: str) -> None:
    if len(text) > FRAME_CHARS and len(text.strip()) > FRAME_CHARS:
        notes.add(kind, f"{len(text)} bytes", path)
