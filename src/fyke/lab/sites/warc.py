"""Captures from WARC files (ISO 28500), plain or gzip a record, and from folders of pages.

A hostile or broken file ends with a sentence that says where; what is passed over is told too.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from fyke.lab.sites.base import content, moment, written
from fyke.lab.sites.page import Captured

HEAD_BYTES = 64 << 10  # of a record's head, or of an answer's: as large as web servers take
RECORD_BYTES = 32 << 20  # of one record; longer ones are passed over, and told
CHUNK_BYTES = 1 << 20
RATIO = 100  # bytes out for each packed byte of a file, above which it is a bomb: HTML packs to a fifth
FREE_BYTES = 64 << 20  # that any file may unpack to

_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PAGES = {".html": "text/html", ".htm": "text/html", ".ico": "image/x-icon", ".png": "image/x-icon"}


class BrokenWarcError(ValueError):
    """What follows cannot be read; a sentence with where."""


class _Counted:
    """A file that is read no further than it may be."""

    def __init__(self, file: BinaryIO, most: int, where: str) -> None:
        self._file, self._left, self._where = file, most, where

    def readline(self) -> bytes:
        return self._taken(self._file.readline(HEAD_BYTES))

    def read(self, size: int) -> bytes:
        return self._taken(self._file.read(size))

    def _taken(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise BrokenWarcError(f"{self._where}: unpacks to more than {RATIO} times its size")
        return data


def captures(path: Path) -> Iterator[Captured | str]:
    """The pages that a WARC file has, and sentences about records that were passed over.

    Raises `BrokenWarcError` where it breaks, OSError where it cannot be read.
    """
    with path.open("rb") as raw:
        yield from records(raw, str(path), path.stat().st_size)


def records(raw: BinaryIO, where: str, size_bytes: int) -> Iterator[Captured | str]:
    """The same of an open file of that size. Raises `BrokenWarcError`, OSError."""
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    file = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
    most = size_bytes * RATIO + FREE_BYTES if packed else 1 << 62
    try:
        yield from _records(_Counted(file, most, where), where)
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise BrokenWarcError(f"{where}: {error}") from None


def folder(path: Path) -> Iterator[Captured | str]:
    """The pages of a folder `DOMAIN/index.html`, with `DOMAIN/favicon.ico`; their time is the file's."""
    for file in sorted(path.glob("*/*")):
        kind = _PAGES.get(file.suffix.lower())
        if kind is None:
            continue
        body = content(file, RECORD_BYTES)
        if isinstance(body, str):
            yield body
        else:
            yield Captured(file.parent.name, "/" + file.name, body, written(file), f"{file}", content_type=kind)


def _records(file: _Counted, where: str) -> Iterator[Captured | str]:
    number = 0
    while True:
        line = file.readline()
        while line in (b"\r\n", b"\n"):
            line = file.readline()
        if not line:
            return
        number += 1
        here = f"{where}: record {number}"
        if not line.startswith(b"WARC/"):
            raise BrokenWarcError(f"{here}: begins with {line[:20]!r}, not with WARC/")
        head, fields = _fields(file, here)
        length = fields.get("content-length", "")
        if not length.isascii() or not length.isdigit() or len(length) > 15:
            raise BrokenWarcError(f"{here}: Content-Length is {length[:20]!r}")
        size = int(length)
        wanted = fields.get("warc-type", "").lower() in ("response", "resource")
        block = _block(file, size, kept=wanted and size <= RECORD_BYTES)
        if block is None:
            raise BrokenWarcError(f"{here}: ends after less than the {size:,} bytes that it names")
        if wanted and size > RECORD_BYTES:
            yield f"{here}: {size:,} bytes are passed over: more than {RECORD_BYTES >> 20} MiB"
        elif wanted:
            yield from _captured(fields, line + head + block, block, (where, here))


def _fields(file: _Counted, here: str) -> tuple[bytes, dict[str, str]]:
    fields: dict[str, str] = {}
    lines: list[bytes] = []
    size = 0
    while True:
        line = file.readline()
        lines.append(line)
        size += len(line)
        if line in (b"\r\n", b"\n"):
            return b"".join(lines), fields
        if not line or size > HEAD_BYTES:
            raise BrokenWarcError(f"{here}: its head has no end")
        name, _, value = line.decode("utf-8", "replace").partition(":")
        fields.setdefault(name.strip().lower(), value.strip())


def _block(file: _Counted, size: int, *, kept: bool) -> bytes | None:
    held: list[bytes] = []
    while size > 0:
        data = file.read(min(size, CHUNK_BYTES))
        if not data:
            return None
        size -= len(data)
        if kept:
            held.append(data)
    return b"".join(held)


def _captured(fields: dict[str, str], raw: bytes, block: bytes, names: tuple[str, str]) -> Iterator[Captured | str]:
    where, here = names
    uri = fields.get("warc-target-uri", "").strip("<>")
    at = moment(fields.get("warc-date", ""))
    scheme, _, rest = uri.partition("://")
    if scheme.lower() not in ("http", "https"):
        return  # such as dns: and metadata, which are no pages
    if at is None:
        yield f"{here}: WARC-Date is {fields.get('warc-date', '')[:40]!r}"
        return
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2].partition(":")[0].lower()
    if fields["warc-type"].lower() == "resource":
        kind = fields.get("content-type", "text/html").lower()
        yield Captured(host, slash + path, block, at, where, content_type=kind, raw=raw)
        return
    head, _, body = block.partition(b"\r\n\r\n")
    answer = _answer(head[:HEAD_BYTES])
    if answer.get("transfer-encoding", "").lower() == "chunked":
        body = _unchunked(body)
    packed = answer.get("content-encoding", "").strip().lower()
    body, problem = _unpacked(body, packed)
    if problem:
        yield f"{here}: {problem}"
    kind = answer.get("content-type", "text/html").lower()
    charset = _CHARSET.search(kind)
    yield Captured(
        host,
        slash + path,
        body,
        at,
        where,
        charset[1] if charset else "utf-8",
        location=answer.get("location", ""),
        content_type=kind,
        raw=raw,
    )


def _answer(head: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _unchunked(body: bytes) -> bytes:
    """What the chunks hold (RFC 9112 7.1), as far as they are whole."""
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


def _unpacked(body: bytes, packed: str) -> tuple[bytes, str]:
    """The body without its Content-Encoding, as far as it can be had, and what went wrong."""
    if packed in ("", "identity"):
        return body, ""
    if packed not in ("gzip", "x-gzip", "deflate", "zstd"):
        return b"", f"Content-Encoding {packed[:20]!r} cannot be read"
    try:
        if packed == "zstd":
            with zstandard.ZstdDecompressor(max_window_size=8 << 20).stream_reader(body) as reader:
                out = reader.read(RECORD_BYTES)
                return out, _over(not reader.read(1))
        is_raw = packed == "deflate" and body[:1] != b"\x78"  # RFC 9110 8.4.1.2: some leave the zlib format out
        unpacker = zlib.decompressobj(-15 if is_raw else 47)
        out = unpacker.decompress(body, RECORD_BYTES)
        if unpacker.unconsumed_tail or unpacker.eof:
            return out, _over(unpacker.eof)
        return out, f"its {packed} ends too early"
    except (zlib.error, zstandard.ZstdError):
        return b"", f"its {packed} is broken"


def _over(is_whole: bool) -> str:
    return "" if is_whole else f"unpacks to more than {RECORD_BYTES >> 20} MiB; the rest is not read"
