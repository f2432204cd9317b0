"""Small archives of the formats of DOS: ARJ, LHA, ACE, with stored members."""

import struct
import zlib

from fyke.files.archives.arj import ungarbled
from fyke.files.archives.lha import crc16


def _arj_header(body):
    return b"\x60\xea" + struct.pack("<H", len(body)) + body + struct.pack("<IH", zlib.crc32(body), 0)


def arj(files, *, word=None, method=0):
    """An ARJ archive, garbled where there is a word."""
    found = _arj_header(struct.pack("<8B", 30, 11, 1, 0, 0, 0, 2, 0) + bytes(22) + b"a.arj\0\0")
    for name, data in files.items():
        packed = ungarbled(data, 7, word) if word else data
        head = struct.pack("<8B", 30, 11, 1, 0, bool(word), method, 0, 7)
        head += struct.pack("<IIIIHHH", 0, len(packed), len(data), zlib.crc32(data), 0, 0, 0)
        found += _arj_header(head + name.encode() + b"\0\0") + packed
    return found + b"\x60\xea\0\0"


def lha(files, *, method=b"lh0"):
    """An LHA archive with headers of level 0."""
    found = b""
    for name, data in files.items():
        raw = name.encode()
        body = b"-" + method + b"-" + struct.pack("<IIIBB", len(data), len(data), 0, 32, 0)
        body += bytes((len(raw),)) + raw + struct.pack("<H", crc16(data))
        found += bytes((len(body), sum(body) & 0xFF)) + body + data
    return found + b"\0"


def ace(files, *, method=0, flags=0):
    """An ACE archive."""
    main = struct.pack("<BH", 0, 0) + b"**ACE**" + bytes(30)
    found = struct.pack("<HH", 0, len(main)) + main
    for name, data in files.items():
        raw = name.encode()
        body = struct.pack("<BHIIIII", 1, 1 | flags, len(data), len(data), 0, 32, zlib.crc32(data) ^ 0xFFFFFFFF)
        body += struct.pack("<BBHHH", method, 3, 0, 0, len(raw)) + raw
        found += struct.pack("<HH", 0, len(body)) + body + data
    return found
