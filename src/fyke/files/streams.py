"""Decompressors of the standard library (and zstandard) as pieces of bounded size, for `Meter.gather`.

A broken stream ends the pieces with `Broken`; what came out before it was given already. Trailing bytes are left alone:
each function says in its name what one stream is.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES

LZMA_MEMORY = 96 << 20  # of the dictionary: a worker has 256 MiB, and xz -9 takes 65


class _Stepper(Protocol):
    """What bz2 and lzma decompressors have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def stored(data: bytes) -> Iterator[bytes]:
    """The bytes as they are."""
    for at in range(0, len(data), CHUNK_BYTES):
        yield data[at : at + CHUNK_BYTES]


def inflated(data: bytes, wbits: int = -15) -> Iterator[bytes]:
    """One deflate stream (RFC 1951); `wbits` as in zlib: 15 with its zlib header, 31 with that of gzip."""
    step = zlib.decompressobj(wbits)
    try:
        while not step.eof:
            piece = step.decompress(data, CHUNK_BYTES)
            data = step.unconsumed_tail
            if piece:
                yield piece
            elif not data and not step.eof:
                raise Broken("the deflate stream ends early")
    except zlib.error as error:
        raise Broken(f"deflate: {error}") from None


def bunzipped(data: bytes) -> Iterator[bytes]:
    """One bzip2 stream."""
    return _stepped(bz2.BZ2Decompressor(), data, "bzip2")


def unlzma(
    data: bytes, form: int = lzma.FORMAT_AUTO, filters: Sequence[dict[str, Any]] | None = None
) -> Iterator[bytes]:
    """One xz or lzma stream, or a raw one (`lzma.FORMAT_RAW`) with the filters given."""
    try:
        if form == lzma.FORMAT_RAW:
            if any(int(each.get("dict_size", 0)) > LZMA_MEMORY for each in filters or ()):
                raise Broken("lzma: the dictionary is larger than is read")
            step = lzma.LZMADecompressor(form, filters=filters)
        else:
            step = lzma.LZMADecompressor(form, memlimit=LZMA_MEMORY)
    except (lzma.LZMAError, ValueError, TypeError) as error:
        raise Broken(f"lzma: {error}") from None
    return _stepped(step, data, "lzma")


def unzstd(data: bytes) -> Iterator[bytes]:
    """The frames of zstandard (RFC 8878)."""
    import zstandard  # noqa: PLC0415  rare in mail, and 24 ms to import

    try:
        step = zstandard.ZstdDecompressor(max_window_size=LZMA_MEMORY).stream_reader(data, read_across_frames=True)
        while piece := step.read(CHUNK_BYTES):
            yield piece
    except zstandard.ZstdError as error:
        raise Broken(f"zstd: {error}") from None


def _stepped(step: _Stepper, data: bytes, what: str) -> Iterator[bytes]:
    try:
        while not step.eof:
            piece = step.decompress(data, CHUNK_BYTES)
            data = b""
            if piece:
                yield piece
            elif step.needs_input and not step.eof:
                raise Broken(f"the {what} stream ends early")
    except (OSError, lzma.LZMAError, EOFError, ValueError) as error:
        raise Broken(f"{what}: {error}") from None
