"""Objects of PowerPoint 97-2003 ([MS-PPT]): storages in the document's stream, packed with zlib."""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

from fyke.files.base import Broken, Item, Member
from fyke.files.budget import Meter
from fyke.files.streams import inflated

STORAGE = 0x1011  # 2.10.34 ExOleObjStgCompressedAtom, ExControlStg, VbaProjectStg: all of one form
PACKED = 1  # its recInstance: 4 bytes of length, then zlib
CONTAINER = 0xF  # recVer of a record that holds records


def objects(data: bytes, meter: Meter) -> Iterator[Item]:
    """The OLE2 files of embedded objects, controls and the VBA project."""
    at, end = 0, len(data)
    while at + 8 <= end:
        head, kind, length = unpack_from("<HHI", data, at)
        at += 8
        if kind == STORAGE:
            body = data[at : at + length]
            if not meter.admits("object", unpack_from("<I", body)[0] if head >> 4 == PACKED and len(body) > 4 else 0):
                return
            if head >> 4 == PACKED:
                kept: list[str] = []
                body = meter.gather(_quiet(body[4:], kept), max(1, len(body)), "object")
            else:
                body = meter.took(body)
            yield Member(body, "object", "embedded object")
        if head & 0xF != CONTAINER:
            at += length


def _quiet(data: bytes, complaints: list[str]) -> Iterator[bytes]:
    """What can be unpacked of a stream that ends early."""
    try:
        yield from inflated(data, 15)
    except Broken as broken:
        complaints.append(str(broken))
