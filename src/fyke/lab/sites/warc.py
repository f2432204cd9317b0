"""Captures from WARC files (ISO 28500), plain or gzip a record, and from folders of pages.

A hostile or broken file ends with a sentence that says where.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from fyke.lab.sites.base import moment
from fyke.lab.sites.page import Captured

HEAD_BYTES = 64 << 10  # of a record's head, or of an answer's: as large as web servers take
RECORD_BYTES = 32 << 20  # of one record; longer ones are passed over, and told
CHUNK_BYTES = 1 << 20

_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)


class BrokenWarcError(ValueError):
    """What follows cannot be read; a sentence with where."""


def captures(path: Path) -> Iterator[Captured]:
    """The pages that a WARC file has. Raises `BrokenWarcError` where it breaks, OSError where it cannot be read."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            file: BinaryIO = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
            yield from _records(file, path)
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise BrokenWarcError(f"{path}: {error}") from None


def folder(path: Path) -> Iterator[Captured]:
    """The pages of a folder `DOMAIN/index.html`, with `DOMAIN/favicon.ico`; their time is the file's."""
    for file in sorted(path.glob("*/*")):
        if file.is_file() and file.suffix.lower() in (".html", ".htm", ".ico", ".png"):
            at = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
            kind = "text/html" if file.suffix.lower() in (".html", ".htm") else "image/x-icon"
            body = file.read_bytes()[:RECORD_BYTES]
            yield Captured(file.parent.name, "/" + file.name, body, at, f"{file}", content_type=kind)


def _records(file: BinaryIO, path: Path) -> Iterator[Captured]:
    number = 0
    while True:
        line = file.readline(HEAD_BYTES)
        while line in (b"\r\n", b"\n"):
            line = file.readline(HEAD_BYTES)
        if not line:
            return
        number += 1
        if not line.startswith(b"WARC/"):
            raise BrokenWarcError(f"{path}: record {number}: begins with {line[:20]!r}, not with WARC/")
        fields = _fields(file, path, number)
        length = fields.get("content-length", "")
        if not length.isascii() or not length.isdigit():
            raise BrokenWarcError(f"{path}: record {number}: Content-Length is {length[:20]!r}")
        size = int(length)
        wanted = fields.get("warc-type") in ("response", "resource") and size <= RECORD_BYTES
        block = _block(file, size, kept=wanted)
        if block is None:
            raise BrokenWarcError(f"{path}: record {number}: ends after less than the {size:,} bytes that it names")
        if wanted and (found := _captured(fields, block, str(path))) is not None:
            yield found


def _fields(file: BinaryIO, path: Path, number: int) -> dict[str, str]:
    fields: dict[str, str] = {}
    size = 0
    while True:
        line = file.readline(HEAD_BYTES)
        size += len(line)
        if line in (b"\r\n", b"\n"):
            return fields
        if not line or size > HEAD_BYTES:
            raise BrokenWarcError(f"{path}: record {number}: its head has no end")
        name, _, value = line.decode("utf-8", "replace").partition(":")
        fields.setdefault(name.strip().lower(), value.strip())


def _block(file: BinaryIO, size: int, *, kept: bool) -> bytes | None:
    held: list[bytes] = []
    while size > 0:
        data = file.read(min(size, CHUNK_BYTES))
        if not data:
            return None
        size -= len(data)
        if kept:
            held.append(data)
    return b"".join(held)


def _captured(fields: dict[str, str], block: bytes, source: str) -> Captured | None:
    uri = fields.get("warc-target-uri", "").strip("<>")
    at = moment(fields.get("warc-date", ""))
    scheme, _, rest = uri.partition("://")
    if at is None or scheme.lower() not in ("http", "https"):
        return None
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2].partition(":")[0].lower()
    if fields["warc-type"] == "resource":
        return Captured(
            host, slash + path, block, at, source, content_type=fields.get("content-type", "text/html").lower()
        )
    head, _, body = block.partition(b"\r\n\r\n")
    answer = _answer(head[:HEAD_BYTES])
    if answer.get("transfer-encoding", "").lower() == "chunked":
        body = _unchunked(body)
    if answer.get("content-encoding", "").lower() in ("gzip", "x-gzip", "deflate"):
        body = _unpacked(body)
    kind = answer.get("content-type", "text/html").lower()
    charset = _CHARSET.search(kind)
    location = answer.get("location", "")
    return Captured(
        host, slash + path, body, at, source, charset[1] if charset else "utf-8", location=location, content_type=kind
    )


def _answer(head: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _unchunked(body: bytes) -> bytes:
    held: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 40)
        try:
            size = int(body[at:end].partition(b";")[0], 16) if end > 0 else 0
        except ValueError:
            size = 0
        if size <= 0:
            return b"".join(held)
        held.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(47).decompress(body, RECORD_BYTES)
    except zlib.error:
        return b""
