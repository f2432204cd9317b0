"""An mbox (RFC 4155, mboxrd) as a run of messages, read a line at a time: a file of any size takes no more memory.

A line that starts with "From " begins a message where it looks like one that a mail program wrote, or where the file's
very first line shows that its writer leaves the date out. Prose such as "From here on" begins none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

LINE_BYTES = 65_536  # a longer line comes in pieces; only the first can begin a message
MESSAGE_BYTES = 64 << 20  # mail servers refuse less than that; what is longer is cut, and the scan says so

_DATED = re.compile(rb"From [^\r\n]{0,500}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [^\r\n]{0,40}?\d\d:\d\d")
_TIMED = re.compile(rb"From [^\r\n]{0,500}?\d\d?:\d\d")
_QUOTED = re.compile(rb"^>(>{0,200}From )", re.MULTILINE)


class Piece(Struct, frozen=True):
    """Where one message stands in the stream, without its From line, and its bytes where they were kept."""

    start: int
    end: int
    data: bytes | None


def pieces(stream: BinaryIO, keep: bool) -> Iterator[Piece]:
    """The messages of the stream in order; `keep` collects their bytes, up to one more than `MESSAGE_BYTES`."""
    offset = start = blank_bytes = size = 0
    begun = whole = False  # inside a message; the last line read was a whole one
    kept: list[bytes] = []
    dated = True

    def piece() -> Piece:
        end = max(start, offset - blank_bytes)  # the blank line before the next From line is the mbox's
        return Piece(start, end, b"".join(kept)[: end - start] if keep else None)

    while line := stream.readline(LINE_BYTES):
        at_start = whole or offset == 0
        if at_start and line.startswith(b"From ") and (not begun or _begins(line, bool(blank_bytes), dated)):
            if begun:
                yield piece()
            else:
                dated = _TIMED.match(line) is not None
            kept, size, begun, start = [], 0, True, offset + len(line)
        elif keep and size <= MESSAGE_BYTES:
            kept.append(line)
            size += len(line)
        blank_bytes = len(line) if at_start and line in (b"\n", b"\r\n") else 0
        whole = line.endswith(b"\n")
        offset += len(line)
        begun = True
    if begun:
        yield piece()


def unquote(raw: bytes) -> bytes:
    """The message as it was before it was put into an mbox: ">From " is "From " again."""
    return _QUOTED.sub(rb"\1", raw) if b">From " in raw else raw


def bare(raw: bytes) -> bytes:
    """The message without the From line that a delivery agent put before it."""
    return raw[raw.find(b"\n") + 1 :] if raw.startswith(b"From ") and b"\n" in raw[:LINE_BYTES] else raw


def _begins(line: bytes, after_blank: bool, dated: bool) -> bool:
    if _DATED.match(line):
        return True
    return after_blank and (not dated or _TIMED.match(line) is not None)
