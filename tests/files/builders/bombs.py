"""Files that explode where nobody counts, or never end: each by the name of what it is."""

from __future__ import annotations

import bz2
import functools
import gzip
import struct
import zlib

from tests.files.builders import pdf
from tests.files.builders.office import compound, package
from tests.files.builders.sevenzip import sevenzip
from tests.files.builders.table import tar, zipped
from tests.files.builders.zips import Entry, build, deflate, overlapped, shared

GIB = 1 << 30
MIB = 1 << 20


def zeros(size, wbits=-15):
    """So many zeros, deflated, without ever having them all."""
    step, piece = zlib.compressobj(9, zlib.DEFLATED, wbits), bytes(MIB)
    return b"".join(step.compress(piece) for _ in range(size // MIB)) + step.flush()


@functools.cache
def _member():
    return zeros(GIB)


def _zip(members):
    return build([Entry(name, packed=packed, size=size, crc=0) for name, packed, size in members])


def forty_two():
    """As 42.zip: sixteen archives in each of sixteen archives, five levels deep; at the bottom 1 GiB of zeros."""
    inner = _zip([("0.dll", _member(), GIB)])
    for _ in range(5):
        packed = deflate(inner)
        inner = _zip([(f"lib {number:x}.zip", packed, len(inner)) for number in range(16)])
    return inner


def nested(levels=10):
    """An archive in an archive in an archive."""
    data = b"at the bottom"
    for level in range(levels):
        data = zipped({f"{level}.zip" if level else "bottom.txt": data})
    return data


def declared():
    """A member that promises a gigabyte and has four bytes."""
    return build([Entry("large.bin", b"here", size=GIB)])


def many(count=100_000):
    """An archive of so many empty files."""
    return build([Entry(f"{number}.txt", b"", 0) for number in range(count)])


def _stored(count):
    """The head of a stored block of so many bytes: prints what follows it (RFC 1951, 3.2.4)."""
    return struct.pack("<BHH", 0, count, count ^ 0xFFFF)


def _again():
    """A block of five bytes, as the head of a stored one has: prints the last twenty bytes once more, as two tens."""
    match = "0001000" + "01000" + "110"  # a length of 10, a distance of 17 to 24, and 3 more than 17
    bits = "010" + match * 2 + "0000000"
    return int(bits[::-1], 2).to_bytes(5, "little")


def quine():
    """A gzip file that unpacks to itself, check sum and all: what each block prints is the blocks around it.

    After R. Cox, "Zip Files All The Way Down": print some, print it again, and say so.
    """
    head = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + b"self\0"
    one, four, none, again = _stored(5), _stored(20), _stored(0), _again()

    def whole(check):
        tail = none + b"\3\0" + struct.pack("<II", check, size)
        return b"".join((
            head, four, head, four, again, one, again, one, one, four, again, one, one, four, again,
            four, again, four, again, four, again, four, again, none, none, four, again,
            none, none, four, again, tail, again, tail,
        ))  # fmt: skip

    size = 0
    size = len(whole(0))
    # CRC-32 is affine: each bit of the sum that is written changes the sum of all by the same bits.
    start = zlib.crc32(whole(0))
    rows = [(zlib.crc32(whole(1 << bit)) ^ start ^ 1 << bit, 1 << bit) for bit in range(32)]
    check, wanted = 0, start
    for bit in range(32):
        pivot = next((row for row in rows if row[0] >> bit & 1), None)
        if pivot is None:
            continue
        rows = [
            (row[0] ^ pivot[0], row[1] ^ pivot[1]) if row[0] >> bit & 1 else row for row in rows if row is not pivot
        ]
        if wanted >> bit & 1:
            wanted, check = wanted ^ pivot[0], check ^ pivot[1]
    return whole(check)


def picture(width=30_000, height=30_000):
    """A PNG of one colour that nobody has the memory for."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = bytes(1 + width // 8)
    step = zlib.compressobj(9)
    packed = b"".join(step.compress(row) for _ in range(height)) + step.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def circular():
    """An OLE2 file whose table of sectors leads in a circle."""
    raw = bytearray(compound({"WordDocument": bytes(range(256)) * 200, "Macros/VBA/dir": bytes(5_000)}))
    for place in range(512, len(raw), 512):  # each sector of the table: those that begin with small numbers in order
        if raw[place : place + 4] == struct.pack("<I", 1):
            raw[place : place + 400] = struct.pack("<100I", *[(number + 1) % 50 for number in range(100)])
    return bytes(raw)


def entities(levels=30):
    """A document whose XML has entities that double with each level."""
    names = "".join(f'<!ENTITY a{n + 1} "&a{n};&a{n};">' for n in range(levels))
    text = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "lol">{names}]><w:document>&a{levels};</w:document>'
    return package({"word/document.xml": text, "word/_rels/document.xml.rels": text, "xl/sharedStrings.xml": text})


def flate():
    """A PDF with a stream of 1 GiB, and one that is packed four times."""
    packed = zeros(GIB, 15)
    for _ in range(2):
        packed = zlib.compress(packed, 9)
    once = b"<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(zeros(GIB // 4, 15)), zeros(GIB // 4, 15))
    thrice = (
        b"<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode/FlateDecode]/Length %d>>\nstream\n%b\nendstream"
    )
    return pdf.document(more=[once, thrice % (len(packed), packed)])


BOMBS = {
    "42": forty_two,
    "nested": nested,
    "declared": declared,
    "many": many,
    "overlapped": overlapped,
    "shared": shared,
    "gzip": lambda: gzip.compress(b"", mtime=0)[:10] + _member() + struct.pack("<II", 0, GIB),
    "gzip of gzip": lambda: gzip.compress(gzip.compress(b"", mtime=0)[:10] + _member() + bytes(8), mtime=0),
    "bzip2": lambda: bz2.compress(bytes(64 * MIB)),
    "7z": lambda: sevenzip({"a": bytes(64 * MIB)}),
    "tar": lambda: gzip.compress(tar({"a": bytes(40 * MIB), "b": bytes(40 * MIB)}), mtime=0),
    "pdf": flate,
    "ole": circular,
    "picture": picture,
    "entities": entities,
    "quine": quine,
}
