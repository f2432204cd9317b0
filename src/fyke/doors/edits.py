"""Edits of header fields put into the bytes of a mail: what no edit names stays as it came, byte for byte.

For doors that pass a mail on, or give it back whole. Line ends are the mail's own. A value cannot end its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fyke.model.gate import Change, Edit

FOLD_CHARS = 78  # RFC 5322 2.1.1: a line should be no longer
LINE_BYTES = 998  # RFC 5322 2.1.1: and must not
_NAME = re.compile(r"[!-9;-~]{1,200}")  # RFC 5322 2.2
_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]+")  # all but the tab
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")


def apply(raw: bytes, edits: Iterable[Edit]) -> bytes:
    """The mail with its edits made.

    Fields are counted before any edit. ADD puts a field above all others, and the next ADD above that one; a line
    `From ` of an mbox stays first. REPLACE of a field that is not there adds it. Raises `ValueError` for a name that
    is none.
    """
    edits = tuple(edits)
    if not edits:
        return raw
    end = b"\r\n" if raw[: raw.find(b"\n") + 1].endswith(b"\r\n") or b"\n" not in raw else b"\n"
    top, fields, body = _fields(raw)
    added: list[bytes] = []
    changed: dict[int, bytes] = {}
    for edit in edits:
        line = b"" if edit.change is Change.REMOVE else field(edit.name, edit.value, end)
        at = None if edit.change is Change.ADD else _find(fields, edit)
        if at is not None:
            changed[at] = line
        elif line:
            added.append(line)
    kept = [changed.get(number, raw[start:stop]) for number, (_, start, stop) in enumerate(fields)]
    return b"".join((raw[:top], *reversed(added), *kept, raw[body:]))


def field(name: str, value: str, end: bytes = b"\r\n") -> bytes:
    """A header field, folded where it is long."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is no name of a field")
    words = _BREAKS.sub(" ", value).split(" ")
    lines = [f"{name}:"]
    for word in words:
        is_full = len(lines[-1]) + 1 + len(word) > FOLD_CHARS and len(lines[-1]) > len(name) + 1
        if is_full and word:
            lines.append("")
        lines[-1] += f" {word}"
    pieces = [piece for line in lines for piece in _cut(line.rstrip().encode("utf-8", "replace"))]
    return end.join(piece for piece in pieces if piece) + end


def _cut(line: bytes) -> list[bytes]:
    """A line that no white space shortens, cut where it must be."""
    pieces = []
    while len(line) > LINE_BYTES:
        at = LINE_BYTES
        while line[at] & 0xC0 == 0x80:  # within a character
            at -= 1
        pieces.append(line[:at])
        line = b" " + line[at:]
    return [*pieces, line]


def _fields(raw: bytes) -> tuple[int, list[tuple[bytes, int, int]], int]:
    """Where fields begin, each with its name in lower case, start and end, and where they are over.

    A line that is no field has no name, and the header goes on behind it, as it does for readers of mail.
    """
    top = at = raw.find(b"\n") + 1 if raw.startswith(b"From ") else 0
    fields: list[tuple[bytes, int, int]] = []
    while at < len(raw) and not raw.startswith((b"\n", b"\r\n"), at):
        stop = raw.find(b"\n", at) + 1 or len(raw)
        if raw[at] in b" \t" and fields:
            name, start, _ = fields[-1]
            fields[-1] = (name, start, stop)
        else:
            match = _FIELD.match(raw, at, stop)
            fields.append((match[1].lower() if match else b"", at, stop))
        at = stop
    return top, fields, at


def _find(fields: list[tuple[bytes, int, int]], edit: Edit) -> int | None:
    name = edit.name.lower().encode("ascii", "replace")
    numbers = [number for number, (key, _, _) in enumerate(fields) if key == name]
    return numbers[edit.index - 1] if 0 < edit.index <= len(numbers) else None
