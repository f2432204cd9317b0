"""Bodies that were made smaller for the way: zstd (RFC 8878) and gzip (RFC 1952), opened within a limit."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any, Final

WINDOW_BYTES: Final = 8 << 20  # RFC 8878 3.1.1.1.2: what a decoder should take at least; clients use less
FRAMES: Final = 64  # one after another; clients send one
_STEP: Final = 512  # bytes of zstd opened at a time: at most 16 MiB come out, for 4 bytes can stand for 128 KiB


class PackedError(Exception):
    """It is broken, cut short, or followed by something else."""


class TooLargeError(PackedError):
    """More comes out than may."""


def opened(coding: str, packed: bytes, limit: int) -> bytes:
    """What was packed by "zstd" or "gzip". Raises `PackedError`, also for codings that are not known here."""
    if coding == "zstd":
        return _open_zstd(packed, limit)
    if coding in ("gzip", "x-gzip"):
        return _open_gzip(packed, limit)
    raise PackedError(f"the coding {coding[:40]!r} is not known here")


def pack(coding: str, data: bytes) -> bytes:
    """The bytes as "zstd" or "gzip" has them."""
    if coding == "zstd":
        packed: bytes = _zstandard().ZstdCompressor(level=1).compress(data)
        return packed
    pressing = zlib.compressobj(1, zlib.DEFLATED, 31)
    return pressing.compress(data) + pressing.flush()


@cache
def _zstandard() -> Any:
    import zstandard  # noqa: PLC0415  24 ms to import, and few clients use it

    return zstandard


def _open_zstd(packed: bytes, limit: int) -> bytes:
    zstandard, out, start = _zstandard(), bytearray(), 0
    for _ in range(FRAMES):
        frame = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES).decompressobj()
        while not frame.eof:
            if start >= len(packed):
                raise PackedError("cut short")
            try:
                out += frame.decompress(packed[start : start + _STEP])
            except zstandard.ZstdError as error:
                raise PackedError(str(error)) from None
            start = min(start + _STEP, len(packed))
            if len(out) > limit:
                raise TooLargeError(f"more than {limit} bytes")
        start -= len(frame.unused_data)
        if start == len(packed):
            return bytes(out)
    raise PackedError(f"more than {FRAMES} frames")


def _open_gzip(packed: bytes, limit: int) -> bytes:
    out, rest = bytearray(), packed
    for _ in range(FRAMES):
        member = zlib.decompressobj(31)
        try:
            out += member.decompress(rest, limit + 1 - len(out))
        except zlib.error as error:
            raise PackedError(str(error)) from None
        if len(out) > limit:
            raise TooLargeError(f"more than {limit} bytes")
        if not member.eof:
            raise PackedError("cut short")
        rest = member.unused_data
        if not rest:
            return bytes(out)
    raise PackedError(f"more than {FRAMES} members")
