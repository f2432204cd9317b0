"""Compressed RTF of Outlook (MS-OXRTFCP): LZ77 with a ring of 4,096 bytes that starts with usual RTF."""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES

_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    rb"SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u"
    rb"\tab\tx"
)
COMPRESSED, STORED = b"LZFu", b"MELA"
RING = 4_096


def unpacked(data: bytes) -> Iterator[bytes]:
    """The RTF in pieces. Raises `Broken`."""
    if data[8:12] == STORED:
        yield data[16:]
        return
    if data[8:12] != COMPRESSED:
        raise Broken("compressed RTF: neither LZFu nor MELA")
    ring = bytearray(RING)
    ring[: len(_START)] = _START
    write, at, out = len(_START), 16, bytearray()
    while at < len(data):
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                out.append(data[at])
                ring[write] = data[at]
                write = (write + 1) % RING
                at += 1
                continue
            token = int.from_bytes(data[at : at + 2])
            at += 2
            start, length = token >> 4, (token & 15) + 2
            if start == write:  # the end is a reference to where the next byte would be written
                yield bytes(out)
                return
            for offset in range(start, start + length):
                byte = ring[offset % RING]
                out.append(byte)
                ring[write] = byte
                write = (write + 1) % RING
        if len(out) >= CHUNK_BYTES:
            yield bytes(out)
            out.clear()
    yield bytes(out)
