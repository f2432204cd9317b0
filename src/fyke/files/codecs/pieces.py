"""Streams of bytes as pieces: transforms that take pieces and give pieces, so that coders can stand in a row.

What is broken ends the pieces with `Broken`; `Kept` remembers it instead, for who wants what came before.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES
from fyke.files.streams import LZMA_MEMORY, unzstd

Pieces = Iterable[bytes]


class Kept:
    """Pieces up to where their stream breaks; what broke is in `broken`, and is not raised."""

    def __init__(self, pieces: Pieces) -> None:
        self.broken = ""
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        except Broken as broken:
            self.broken = str(broken)


class Cutter:
    """Cuts one stream into runs of given sizes, one after the other."""

    def __init__(self, pieces: Pieces) -> None:
        self.is_at_end = False
        self._pieces = iter(pieces)
        self._held = b""

    def run(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes, fewer where the stream ends."""
        while size > 0:
            if not self._held:
                piece = next(self._pieces, None)
                if piece is None:
                    self.is_at_end = True
                    return
                self._held = piece
            given, self._held = self._held[:size], self._held[size:]
            size -= len(given)
            yield given


class _Stepper(Protocol):
    """What bz2 and lzma decompressors have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def first(pieces: Pieces, size: int) -> Iterator[bytes]:
    """The first `size` bytes; `Broken` where there are fewer."""
    for piece in pieces:
        if len(piece) >= size:
            yield piece[:size]
            return
        size -= len(piece)
        yield piece
    if size:
        raise Broken(f"a stream ends {size:,} bytes early")


def whole(pieces: Pieces, most: int) -> bytes:
    """All the pieces as one, for coders that need it; `Broken` above `most` bytes."""
    got, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise Broken(f"a stream of more than {most:,} bytes where a smaller one is needed")
        got.append(piece)
    return b"".join(got)


def stepped(step: _Stepper, pieces: Pieces, what: str) -> Iterator[bytes]:
    """What a decompressor of the standard library makes of the pieces."""
    try:
        for piece in pieces:
            fed = piece
            while not step.eof:
                got = step.decompress(fed, CHUNK_BYTES)
                fed = b""
                yield got
                if step.needs_input:
                    break
            if step.eof:
                return
    except (OSError, lzma.LZMAError, EOFError, ValueError) as error:
        raise Broken(f"{what}: {error}") from None


def lzma_raw(filters: list[Mapping[str, Any]], pieces: Pieces) -> Iterator[bytes]:
    """A stream without a header, of the filters given."""
    try:
        if any(int(each.get("dict_size", 0)) > LZMA_MEMORY for each in filters):
            raise Broken("lzma: the dictionary is larger than is read")
        step = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    except (lzma.LZMAError, ValueError, TypeError, MemoryError) as error:
        raise Broken(f"lzma: {error}") from None
    return stepped(step, pieces, "lzma")


def unfiltered(one: Mapping[str, Any], pieces: Pieces) -> Iterator[bytes]:
    """Undo a branch or delta filter of liblzma alone: what comes in is wrapped as stored chunks of LZMA2."""
    return lzma_raw([one, {"id": lzma.FILTER_LZMA2, "dict_size": 4_096}], _as_lzma2(pieces))


def _as_lzma2(pieces: Pieces) -> Iterator[bytes]:
    control = 1  # stored, and the dictionary is new; 2: stored, and it is kept
    for piece in pieces:
        for at in range(0, len(piece), CHUNK_BYTES):
            part = piece[at : at + CHUNK_BYTES]
            yield bytes((control,)) + (len(part) - 1).to_bytes(2, "big") + part
            control = 2
    yield b"\0"


def inflate(pieces: Pieces, wbits: int = -15) -> Iterator[bytes]:
    """One deflate stream."""
    step = zlib.decompressobj(wbits)
    try:
        for piece in pieces:
            fed = piece
            while not step.eof:
                got = step.decompress(fed, CHUNK_BYTES)
                fed = step.unconsumed_tail
                yield got
                if not fed and len(got) < CHUNK_BYTES:
                    break
    except zlib.error as error:
        raise Broken(f"deflate: {error}") from None


def bunzip(pieces: Pieces) -> Iterator[bytes]:
    """bzip2 streams one after the other, as 7-Zip writes with several threads."""
    source = iter(pieces)
    rest = b""
    while True:
        rest = rest or next(source, b"")
        if not rest:
            return
        step = bz2.BZ2Decompressor()
        try:
            while not step.eof:
                yield step.decompress(rest, CHUNK_BYTES)
                rest = b""
                if step.needs_input and not step.eof:
                    rest = next(source, b"")
                    if not rest:
                        raise Broken("the bzip2 stream ends early")
        except (OSError, ValueError) as error:
            raise Broken(f"bzip2: {error}") from None
        rest = step.unused_data


def zstd(pieces: Pieces, most: int) -> Iterator[bytes]:
    """The frames of zstandard."""
    return unzstd(whole(pieces, most))
