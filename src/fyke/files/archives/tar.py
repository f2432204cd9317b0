"""tar: of Unix version 7, POSIX (pax), and GNU with its long names. What comes after the end is looked at too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter

BLOCK = 512
TOLD_BYTES = 65_536  # of a long name or of pax records: a path has 4,096
_SOLID = re.compile(rb"[^\0]")
_PAX = re.compile(rb"(\d{1,9}) ([A-Za-z.]{1,40})=")
_FILES = frozenset(b"0\x007SV")  # regular, old, contiguous, sparse, volume label


class _Header(Struct):
    """What one header says."""

    name: str
    size: int
    kind: int


class Tar(Unpacker):
    """What is in a tar archive?"""

    name = "tar"
    kinds = frozenset({"tar"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield the files; links and folders hold none."""
        data, at = file.data, 0
        told: dict[str, str] = {}
        while at + BLOCK <= len(data):
            block = data[at : at + BLOCK]
            if not block.strip(b"\0"):
                found = _SOLID.search(data, at)
                if found is None:
                    return
                at = found.start() // BLOCK * BLOCK
                if _header(data[at : at + BLOCK]) is None:
                    return
                continue
            header = _header(block)
            if header is None:
                raise Broken(f"no header at {at:,}")
            start = at + BLOCK
            size = _number_of(told.get("size", ""), header.size)
            at = start + (size + BLOCK - 1) // BLOCK * BLOCK
            if header.kind in b"LKxgX":
                told |= _told(header.kind, data[start : start + min(size, TOLD_BYTES)])
                continue
            name = told.get("GNU.sparse.name") or told.get("path") or header.name
            told = {}
            if header.kind not in _FILES or (name.endswith("/") and not size):
                continue
            if not meter.admits(name, size):
                return
            how = "tar, sparse, as packed" if header.kind == ord("S") else "tar"
            yield Member(meter.took(data[start : start + size]), name, how)
            if start + size > len(data):
                raise Broken(f"{name[:80]} ends early")
        if not data:
            raise Broken("nothing in it")


def _header(block: bytes) -> _Header | None:
    """A header, or nothing where the check sum does not hold; both sums that were ever in use are accepted."""
    check = _number(block[148:156])
    if len(block) < BLOCK or check < 0:
        return None
    total = sum(block) - sum(block[148:156]) + 8 * 32
    if check != total:
        high = sum(byte > 127 for byte in block[:148] + block[156:])
        if check != total - 256 * high:
            return None
    name = block[:100].partition(b"\0")[0]
    if block[257:263] == b"ustar\0" and block[345]:
        name = block[345:500].partition(b"\0")[0] + b"/" + name
    return _Header(name.decode("utf-8", "replace"), max(0, _number(block[124:136])), block[156])


def _number(field: bytes) -> int:
    """An octal number, or GNU's in base 256; -1 where it is neither."""
    if field and field[0] & 128:
        return int.from_bytes(bytes((field[0] & 127,)) + field[1:], "big")
    text = field.replace(b"\0", b" ").strip().partition(b" ")[0]
    if not text:
        return 0
    try:
        return int(text, 8)
    except ValueError:
        return -1


def _number_of(text: str, other: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else other


def _told(kind: int, data: bytes) -> dict[str, str]:
    """What a header says of the next file: GNU's long name, or records of pax."""
    if kind == ord("L"):
        return {"path": data.partition(b"\0")[0].decode("utf-8", "replace")}
    if kind == ord("K"):
        return {}
    found, at = {}, 0
    while record := _PAX.match(data, at):
        length = int(record[1])
        if length <= len(record[0]):
            break
        found[record[2].decode()] = data[record.end() : at + length - 1].decode("utf-8", "replace")
        at += length
    return found
