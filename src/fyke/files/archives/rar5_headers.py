"""The blocks of a RAR 5 archive: technote.txt of WinRAR ("RAR 5.0 archive format"). Unpacks nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from fyke.files.archives.rar_entry import Entry, Lock
from fyke.files.archives.rar_keys import Keys, decrypted
from fyke.files.base import Broken

MAGIC = b"Rar!\x1a\x07\x01\x00"
HEADER_BYTES = 1 << 21  # of one header: the technote's own limit
MAIN, FILE, SERVICE, ENCRYPTION, END = 1, 2, 3, 4, 5
HAS_EXTRA, HAS_DATA, SPLIT_BEFORE, SPLIT_AFTER = 1, 2, 8, 16


class Closed(Exception):  # noqa: N818  no error: nobody gave us the word
    """The headers are encrypted, and no word opens them."""


class _Fields:
    """Numbers out of a header."""

    def __init__(self, data: bytes, at: int = 0, end: int = -1) -> None:
        self.data, self.at = data, at
        self.end = len(data) if end < 0 else min(end, len(data))

    def number(self) -> int:
        """A number of 7 bits a byte, lowest first."""
        value = shift = 0
        while self.at < self.end and shift < 70:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        raise Broken("RAR: a number without an end")

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if size > self.end - self.at:
            raise Broken("RAR: a header that ends early")
        self.at += size
        return self.data[self.at - size : self.at]


def read(data: bytes, at: int, keys: Keys) -> Iterator[Entry]:
    """The files of an archive whose signature stands at a place. Raises `Closed` and `Broken`."""
    at += len(MAGIC)
    lock: Lock | None = None
    while at < len(data):
        if lock is None:
            header, at = _plain(data, at)
        else:
            header, at = _locked(data, at, lock, keys)
        fields = _Fields(header)
        kind, flags = fields.number(), fields.number()
        extra_size = fields.number() if flags & HAS_EXTRA else 0
        size = fields.number() if flags & HAS_DATA else 0
        body = data[at : at + size]
        at += size
        if kind == ENCRYPTION:
            lock = _encryption(fields)
        elif kind == FILE:
            yield _file(fields, header, extra_size, flags, body)
            if len(body) < size:
                raise Broken("RAR: the file ends within a member")
        elif kind == END:
            return


def _plain(data: bytes, at: int) -> tuple[bytes, int]:
    """The header at a place, and where it ends."""
    fields = _Fields(data, at + 4, at + 7)
    size = fields.number()
    if not 0 < size <= HEADER_BYTES:
        raise Broken(f"RAR: a header of {size:,} bytes")
    end = fields.at + size
    if end > len(data):
        raise Broken("RAR: the file ends within a header")
    if zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[at : at + 4], "little"):
        raise Broken("RAR: the check sum of a header is wrong")
    return data[fields.at : end], end


def _locked(data: bytes, at: int, lock: Lock, keys: Keys) -> tuple[bytes, int]:
    vector, start = data[at : at + 16], at + 16
    if len(data) < start + 16:
        raise Broken("RAR: the file ends within a header")
    for word, key, _ in keys.pairs(lock):
        size = 16
        head = b"".join(decrypted(data[start : start + size], key, vector))
        try:
            fields = _Fields(head, 4, 7)
            size = (fields.number() + fields.at + 15) & ~15
            if size > HEADER_BYTES:
                continue
            header, _ = _plain(b"".join(decrypted(data[start : start + size], key, vector)), 0)
        except Broken:
            continue
        keys.word = word
        return header, start + size
    raise Closed


def _encryption(fields: _Fields) -> Lock:
    fields.number()
    flags, power = fields.number(), fields.take(1)[0]
    salt = fields.take(16)
    return Lock(salt, b"", max(1, power), fields.take(12)[:8] if flags & 1 else b"")


def _file(fields: _Fields, header: bytes, extra_size: int, flags: int, body: bytes) -> Entry:
    what, size, _ = fields.number(), fields.number(), fields.number()
    if what & 2:
        fields.take(4)
    crc = int.from_bytes(fields.take(4), "little") if what & 4 else None
    packing = fields.number()
    fields.number()
    name = fields.take(min(fields.number(), HEADER_BYTES)).decode("utf-8", "replace")
    lock, link, digest = _extras(_Fields(header, max(fields.at, len(header) - extra_size)))
    return Entry(
        name=name,
        size=-1 if what & 8 else size,
        packed=body,
        method=packing >> 7 & 7,
        version=50 if packing & 63 == 0 else 70 if packing & 63 == 1 else 1_000 + (packing & 63),
        crc=crc,
        is_solid=bool(packing & 64),
        is_directory=bool(what & 1),
        is_split=bool(flags & (SPLIT_BEFORE | SPLIT_AFTER)),
        link=link,
        lock=lock,
        digest=digest,
    )


def _extras(fields: _Fields) -> tuple[Lock | None, str, bytes]:
    """Encryption, what it is a link to, and the digest."""
    lock, link, digest = None, "", b""
    while fields.at < fields.end:
        size = fields.number()
        record = _Fields(fields.take(size))
        kind = record.number()
        if kind == 1:
            record.number()
            flags, power = record.number(), record.take(1)[0]
            salt, vector = record.take(16), record.take(16)
            check = record.take(12)[:8] if flags & 1 else b""
            lock = Lock(salt, vector, max(1, power), check, bool(flags & 2))
        elif kind == 2:
            digest = record.data[record.at + 1 :]
        elif kind == 5:
            record.number()
            record.number()
            link = record.take(min(record.number(), record.end - record.at)).decode("utf-8", "replace")
    return lock, link, digest
