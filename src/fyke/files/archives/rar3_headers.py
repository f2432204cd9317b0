"""The blocks of RAR archives from 1.5 to 4: technote.txt of WinRAR 3 and 4. Unpacks nothing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from fyke.files.archives.rar5_headers import Closed
from fyke.files.archives.rar_entry import Entry, Lock
from fyke.files.archives.rar_keys import Keys, decrypted
from fyke.files.base import Broken

MAGIC = b"Rar!\x1a\x07\x00"
MAIN, FILE, SERVICE, END = 0x73, 0x74, 0x7A, 0x7B
LOCKED_HEADERS = 0x80
SPLIT_BEFORE, SPLIT_AFTER, LOCKED, SOLID, DIRECTORY, LARGE, UNICODE, SALT, LONG = (
    1, 2, 4, 0x10, 0xE0, 0x100, 0x200, 0x400, 0x8000,
)  # fmt: skip
UNIX = 3
LINK_MODE, MODE_MASK = 0o120000, 0o170000


def read(data: bytes, at: int, keys: Keys) -> Iterator[Entry]:
    """The files of an archive whose signature stands at a place. Raises `Closed` and `Broken`."""
    at += len(MAGIC)
    is_locked = False
    while at + 7 <= len(data):
        if is_locked:
            header, at = _locked(data, at, keys)
        else:
            size = int.from_bytes(data[at + 5 : at + 7], "little")
            header = data[at : at + size]
            _check(header, size)
            at += size
        kind, flags = header[2], int.from_bytes(header[3:5], "little")
        size = int.from_bytes(header[7:11], "little") if flags & LONG or kind in {FILE, SERVICE} else 0
        if kind in {FILE, SERVICE} and flags & LARGE:
            size |= int.from_bytes(header[32:36], "little") << 32
        body = data[at : at + size]
        at += size
        if kind == MAIN:
            is_locked = bool(flags & LOCKED_HEADERS)
        elif kind == FILE:
            yield _file(header, flags, body)
            if len(body) < size:
                raise Broken("RAR: the file ends within a member")
        elif kind == END:
            return


def _check(header: bytes, size: int) -> None:
    if size < 7 or len(header) < size:
        raise Broken("RAR: the file ends within a header")
    kind, flags = header[2], int.from_bytes(header[3:5], "little")
    if kind == MAIN and flags & 2:
        return  # a comment of RAR 2 stands within, and has a check sum of its own
    if kind not in {FILE, SERVICE, MAIN, END} or (kind == FILE and flags & 8):
        return
    if zlib.crc32(header[2:]) & 0xFFFF != int.from_bytes(header[:2], "little"):
        raise Broken("RAR: the check sum of a header is wrong")


def _locked(data: bytes, at: int, keys: Keys) -> tuple[bytes, int]:
    lock, start = Lock(data[at : at + 8]), at + 8
    if len(data) < start + 16:
        raise Broken("RAR: the file ends within a header")
    for word, key, vector in keys.pairs(lock):
        head = b"".join(decrypted(data[start : start + 16], key, vector))
        size = int.from_bytes(head[5:7], "little")
        wide = size + 15 & ~15
        header = b"".join(decrypted(data[start : start + wide], key, vector))[:size]
        try:
            _check(header, size)
        except Broken:
            continue
        if head[2] in {FILE, SERVICE, END}:
            keys.word = word
            return header, start + wide
    raise Closed


def _file(header: bytes, flags: int, body: bytes) -> Entry:
    if len(header) < 32:
        raise Broken("RAR: a header that ends early")
    size, system, crc, _, version, method, name_size, attributes = struct.unpack_from("<IBIIBBHI", header, 11)
    at = 32
    if flags & LARGE:
        size |= int.from_bytes(header[36:40], "little") << 32
        at = 40
    raw = header[at : at + name_size]
    at += name_size
    is_link = system == UNIX and attributes & MODE_MASK == LINK_MODE
    return Entry(
        name=_name(raw, bool(flags & UNICODE)),
        size=-1 if size in {0xFFFFFFFF, (1 << 64) - 1} else size,
        packed=body,
        method=method - 0x30 if method >= 0x30 else 100,
        version=version,
        crc=crc,
        is_solid=bool(flags & SOLID),
        is_directory=flags & DIRECTORY == DIRECTORY,
        is_split=bool(flags & (SPLIT_BEFORE | SPLIT_AFTER)),
        link="link" if is_link else "",
        lock=Lock(header[at : at + 8] if flags & SALT else b"") if flags & LOCKED else None,
    )


def _name(raw: bytes, is_unicode: bool) -> str:
    """A name; RAR 3 adds the Unicode form, told by its differences from the plain one."""
    plain, nul, coded = raw.partition(b"\0")
    if not is_unicode:
        try:
            return plain.decode("utf-8")  # rar of Unix writes names as they are
        except UnicodeDecodeError:
            return plain.decode("cp437", "replace")
    if not nul:
        return raw.decode("utf-8", "replace")
    return _wide(plain, coded) if coded else plain.decode("cp437", "replace")


def _wide(plain: bytes, coded: bytes) -> str:
    """The name in UTF-16: two bits a character say whence it comes."""
    found, at, high = bytearray(), 1, coded[0]
    flags = left = 0
    while at < len(coded):
        if not left:
            flags, left, at = coded[at], 8, at + 1
            if at >= len(coded):
                break
        left -= 2
        how = flags >> left & 3
        if how == 0:
            found += bytes((coded[at], 0))
            at += 1
        elif how == 1:
            found += bytes((coded[at], high))
            at += 1
        elif how == 2:
            found += coded[at : at + 2].ljust(2, b"\0")
            at += 2
        else:
            at = _run(plain, coded, at, high, found)
    return found.decode("utf-16-le", "replace")


def _run(plain: bytes, coded: bytes, at: int, high: int, found: bytearray) -> int:
    """A run of characters of the plain name."""
    length = coded[at]
    at += 1
    shift = 0
    if length & 0x80:
        shift, at = coded[at] if at < len(coded) else 0, at + 1
    upper = high if length & 0x80 else 0
    for _ in range((length & 0x7F) + 2):
        place = len(found) // 2
        if place >= len(plain):
            break
        found += bytes((plain[place] + shift & 0xFF, upper))
    return at
