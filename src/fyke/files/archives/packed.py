"""Single files made smaller: gzip, bzip2, xz, lzma, lzip, Zstandard, compress, and what MS-DOS compressed.

Streams that follow each other are one file, as the programs that unpack them hold; what follows them is looked at too.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator

from msgspec import Struct

from fyke.files.archives.unread import unread
from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import CHUNK_BYTES, Meter
from fyke.files.codecs.lzw import uncompressed
from fyke.files.codecs.pieces import Kept
from fyke.files.codecs.szdd import szdd
from fyke.files.streams import LZMA_MEMORY, unlzma, unzstd

STREAMS = 2_000  # in one file: bgzip writes one each 64 KiB, which is as much as is read
FEED_BYTES = 8_192  # given to a decompressor at once: what it does not use is copied back
_TAR = {"tgz": "tar", "taz": "tar", "tbz": "tar", "tbz2": "tar", "txz": "tar", "tlz": "tar", "tzst": "tar"}
_OWN = {**_TAR, "svgz": "svg", "emz": "emf", "wmz": "wmf"}


class _Zlib:
    """zlib's decompressor with the manners of the others."""

    def __init__(self) -> None:
        self._step = zlib.decompressobj(31)
        self._tail = b""

    @property
    def eof(self) -> bool:
        return self._step.eof

    @property
    def unused_data(self) -> bytes:
        return self._step.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._tail

    def decompress(self, data: bytes, most: int) -> bytes:
        got = self._step.decompress(self._tail + data, most)
        # Output that fills the piece may leave more inside: asked again with nothing, it comes.
        self._tail = self._step.unconsumed_tail
        return got


_Decompressor = _Zlib | bz2.BZ2Decompressor | lzma.LZMADecompressor


class _Form(Struct, frozen=True):
    """How streams of a format follow each other."""

    sign: bytes
    head: int = 0  # bytes before what the decompressor reads
    foot: int = 0  # and after it
    is_padded: bool = False


class Streams:
    """The pieces of streams that follow each other, and where they end."""

    def __init__(self, data: bytes, make: Callable[[bytes], _Decompressor], form: _Form) -> None:
        self.data, self.make, self.form = data, make, form
        self.end = 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(STREAMS):
            yield from self._one()
            if self.form.is_padded:
                self.end += _zeros(self.data, self.end)
            if not self.data.startswith(self.form.sign, self.end):
                return

    def _one(self) -> Iterator[bytes]:
        data, at = self.data, self.end
        step = self.make(data[at : at + 32])
        at += self.form.head
        try:
            while not step.eof:
                fed = data[at : at + FEED_BYTES]
                if not fed:
                    raise Broken("the stream ends early")
                at += len(fed)
                while True:
                    got = step.decompress(fed, CHUNK_BYTES)
                    fed = b""
                    if got:
                        yield got
                    if step.eof or (step.needs_input and len(got) < CHUNK_BYTES):
                        break
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            raise Broken(str(error)) from None
        self.end = at - len(step.unused_data) + self.form.foot


def _zeros(data: bytes, at: int) -> int:
    """How many zero bytes stand at a place, up to a few KiB: xz may pad streams with them."""
    piece = data[at : at + FEED_BYTES]
    return len(piece) - len(piece.lstrip(b"\0"))


def _xz(_: bytes) -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, LZMA_MEMORY)


def _lzip(head: bytes) -> lzma.LZMADecompressor:
    """LZMA with fixed properties; the sixth byte is the size of the dictionary (lzip's manual, "File format")."""
    if len(head) < 6 or head[4] != 1 or not 12 <= head[5] & 31 <= 29:
        raise Broken("lzip: no header")
    size = (1 << (head[5] & 31)) - ((1 << (head[5] & 31)) // 16) * (head[5] >> 5)
    if size > LZMA_MEMORY:
        raise Broken("lzip: the dictionary is larger than is read")
    one = {"id": lzma.FILTER_LZMA1, "dict_size": max(4_096, size), "lc": 3, "lp": 0, "pb": 2}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[one])


_STREAMS: dict[str, Callable[[bytes], Streams]] = {
    "gzip": lambda data: Streams(data, lambda _: _Zlib(), _Form(b"\x1f\x8b\x08", is_padded=True)),
    "bzip2": lambda data: Streams(data, lambda _: bz2.BZ2Decompressor(), _Form(b"BZh")),
    "xz": lambda data: Streams(data, _xz, _Form(b"\xfd7zXZ\0", is_padded=True)),
    "lzip": lambda data: Streams(data, _lzip, _Form(b"LZIP", head=6, foot=20)),
}
_WHOLE: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "lzma": lambda data: unlzma(data, lzma.FORMAT_ALONE),
    "zstd": unzstd,
    "compress": uncompressed,
}


class Packed(Unpacker):
    """What is in a file that was made smaller?"""

    name = "packed"
    kinds = frozenset({*_STREAMS, *_WHOLE, "szdd"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield the one file, and what follows it."""
        name, kind, data = inner_name(file), file.kind, file.data
        if not meter.admits(name):
            return
        streams: Streams | None = None
        if kind == "szdd":
            made = szdd(data)
            name = made.name or (name[:-1] + made.ending if name.endswith("_") and made.ending else name)
            if made.pieces is None:
                yield unread(name, made.method)
                return
            kept = Kept(made.pieces)
        elif kind in _STREAMS:
            streams = _STREAMS[kind](data)
            kept = Kept(streams)
        else:
            kept = Kept(_WHOLE[kind](data))
        content = meter.gather(kept, len(data), name)
        if content or not kept.broken:
            yield Member(content, name, kind)
        if kept.broken:
            raise Broken(kept.broken)
        if streams and 0 < streams.end < len(data):
            rest = data[streams.end :]
            if rest.strip(b"\0") and meter.admits("what follows"):
                yield Member(meter.took(rest), "", f"after the {kind} stream")


def inner_name(file: Content) -> str:
    """What the file inside is called: gzip may say so, else the name says it without its last extension."""
    if file.kind == "gzip" and len(file.data) > 10 and file.data[3] & 8:
        at = 10
        if file.data[3] & 4:
            at += 2 + int.from_bytes(file.data[10:12], "little")
        told = file.data[at : at + 1_024].partition(b"\0")[0]
        if told:
            return told.decode("utf-8", "replace")
    stem, dot, last = file.name.rpartition(".")
    if not dot or not stem or file.kind == "szdd":
        return file.name
    last = last.lower()
    return f"{stem}.{_OWN[last]}" if last in _OWN else stem
