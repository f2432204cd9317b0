"""The tree of parts (RFC 2045, 2046), read leniently: any bytes give a tree, at a cost in proportion to their number.

It works by offsets into the message, so that nesting copies nothing, and opens whatever some mail program might open.
One reader reads all mail: were a strict one tried first, the sender would choose which of the two decides.
"""

from __future__ import annotations

import re

from msgspec import Struct

from fyke.mail.content import Kind, read_kind
from fyke.mail.defects import Notes
from fyke.mail.headers import Index, index_headers, read_headers
from fyke.mail.limits import DEPTH, FRAME_BYTES, GUESS_BYTES, NEAR_BOUNDARIES
from fyke.mail.transfer import IDENTITY, decode_transfer, is_nested
from fyke.model import Header, Part

MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})

_GUESS = re.compile(rb"\n--([^\r\n]{1,199})\r?\nContent-", re.IGNORECASE)


class Span(Struct, frozen=True, gc=False):
    """The body of an entity in its data, and its place in the tree."""

    start: int
    end: int
    path: str = ""
    depth: int = 0
    default: str = "text/plain"  # the type of an entity that declares none


def read_tree(data: bytes, headers: tuple[Header, ...], index: Index, body: int, notes: Notes) -> Part:
    """The parts of a message whose header was read already."""
    return _read_entity(data, headers, index, Span(body, len(data)), notes)


def _read_entity(data: bytes, headers: tuple[Header, ...], index: Index, span: Span, notes: Notes) -> Part:
    """One node: a container with what it contains, or a leaf with its content."""
    kind = read_kind(index, span.default, notes, span.path)
    children: tuple[Part, ...] = ()
    if kind.content_type.startswith("multipart/"):
        children = _read_multipart(data, kind, span, notes)
    elif kind.content_type in MESSAGES:
        children = _read_message(data, kind, span, notes)
    path = span.path
    content = b""
    content_type = kind.content_type
    if not children:
        path = path or "1"
        content = decode_transfer(data[span.start : span.end], kind.encoding, notes, path)
        if content_type.startswith("multipart/") and span.depth < DEPTH:
            content_type = "text/html" if b"<html" in content[:FRAME_BYTES].lower() else "text/plain"
        if kind.encoding == "base64" and content_type.startswith("text/") and is_nested(content):
            notes.add("base64-nested", part=path)
    return Part(
        path, content_type, kind.charset, kind.encoding, kind.disposition, kind.filename, kind.content_id, headers,
        content, span.end - span.start, children,
    )  # fmt: skip


def _may_open(span: Span, notes: Notes) -> bool:
    """Whether nesting has not gone too far: neither in levels nor in bytes that are read again on each."""
    notes.scan_bytes -= span.end - span.start
    if span.depth < DEPTH and notes.scan_bytes >= 0:
        return True
    notes.add("mime-depth", f"part {span.path}")
    return False


def _read_message(data: bytes, kind: Kind, span: Span, notes: Notes) -> tuple[Part, ...]:
    """The message inside a part. Its path is that of its text, as IMAP names it (RFC 9051 6.4.5)."""
    if not _may_open(span, notes) or notes.parts <= 0:
        return ()
    notes.parts -= 1
    start, end = span.start, span.end
    if kind.encoding not in IDENTITY:
        data = decode_transfer(data[start:end], kind.encoding, notes, span.path)
        start, end = 0, len(data)
    headers, body = read_headers(data, start, end, notes, span.path)
    inner = Span(body, end, f"{span.path}.TEXT" if span.path else "TEXT", span.depth + 1)
    return (_read_entity(data, headers, index_headers(headers), inner, notes),)


def _read_multipart(data: bytes, kind: Kind, span: Span, notes: Notes) -> tuple[Part, ...]:
    """The parts between the boundaries; none where there are no boundaries or nesting has gone too far."""
    if not _may_open(span, notes):
        return ()
    data, places = _find_parts(data, kind, span, notes)
    default = "message/rfc822" if kind.content_type == "multipart/digest" else "text/plain"
    prefix = span.path.removesuffix("TEXT")  # IMAP numbers the parts of an inner message as its own
    prefix = f"{prefix}." if prefix and prefix[-1] != "." else prefix
    children = []
    for number, (first, last) in enumerate(places, 1):
        if notes.parts <= 0:
            notes.add("mime-parts", f"{len(places) - number + 1} parts of {span.path or 'the message'}")
            break
        notes.parts -= 1
        path = f"{prefix}{number}"
        headers, body = read_headers(data, first, last, notes, path)
        inner = Span(body, last, path, span.depth + 1, default)
        children.append(_read_entity(data, headers, index_headers(headers), inner, notes))
    return tuple(children)


def _find_parts(data: bytes, kind: Kind, span: Span, notes: Notes) -> tuple[bytes, list[tuple[int, int]]]:
    """Where the parts stand, by the declared boundary, behind a forbidden encoding, or by a boundary found."""
    path = span.path
    boundary = kind.boundary.encode("latin-1", "replace")
    if not boundary:
        notes.add("boundary-missing", part=path)
    places = split(data, boundary, span, notes) if boundary else []
    if kind.encoding not in IDENTITY:
        notes.add("encoding-on-multipart", kind.encoding, path)
        if not places:
            data = b"\n" + decode_transfer(data[span.start : span.end], kind.encoding, notes, path)
            span = Span(1, len(data), path)
            places = split(data, boundary, span, notes) if boundary else []
    if not places:
        notes.guesses -= 1
        last = min(span.end, span.start + GUESS_BYTES)
        guess = _GUESS.search(data, max(0, span.start - 1), last) if notes.guesses >= 0 else None
        notes.add("boundary-guessed" if guess else "boundary-unused", part=path)
        places = split(data, guess[1].rstrip(), span, notes) if guess else []
    return data, places


def split(data: bytes, boundary: bytes, span: Span, notes: Notes) -> list[tuple[int, int]]:
    """Where the parts between the boundary lines begin and end (RFC 2046 5.1.1)."""
    start, end, path = span.start, span.end, span.path
    needle = b"\n--" + boundary
    places: list[tuple[int, int]] = []
    opened = -1  # where the part that is being read begins
    closed_at = -1  # where the line that closes the multipart ends
    lines = 0  # boundary lines, and lines that begin like one
    at = start - 1 if data.startswith(needle[1:], start) and start else data.find(needle, start, end)
    if at - start > FRAME_BYTES:
        _note_frame("preamble", data[start:at], notes, path)
    while at >= 0:
        after = at + len(needle)
        line_end = data.find(b"\n", after, end)
        if line_end < 0:
            line_end = end
        mark = data[after:line_end]
        is_close = mark.startswith(b"--")
        if is_close or not mark or mark.isspace():
            if 0 <= opened <= at:  # two boundary lines in a row hold no part
                # The line break before a boundary belongs to the boundary.
                places.append((opened, max(opened, at - (data[at - 1 : at] == b"\r"))))
            elif closed_at >= 0 and not is_close:
                notes.add("parts-after-close", part=path)
            opened, closed_at = (-1, line_end) if is_close else (min(line_end + 1, end), closed_at)
        else:
            notes.add("boundary-near", part=path)
        lines += 1
        if lines - len(places) > NEAR_BOUNDARIES or len(places) > notes.parts:
            notes.add("mime-parts", f"{data.count(needle, line_end, end)} boundary lines of {path or 'the message'}")
            return places
        at = data.find(needle, line_end, end)
    if opened >= 0:
        places.append((opened, end))
        notes.add("mime-unclosed", part=path)
    elif end - closed_at > FRAME_BYTES and places:
        _note_frame("epilogue", data[closed_at:end], notes, path)
    return places


def _note_frame(kind: str, text: bytes, notes: Notes, path: str) -> None:
    """Note text around the parts that is more than white space."""
    if len(text.strip()) > FRAME_BYTES:
        notes.add(kind, f"{len(text)} bytes", path)
