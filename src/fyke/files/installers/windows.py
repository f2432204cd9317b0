"""The outside of a Windows program (Microsoft PE specification): its sections, and what follows the last of them."""

from __future__ import annotations

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.codecs.fields import little, piece

SECTIONS = 96  # PE specification, "COFF File Header": Windows loads no more


class Section(Struct, frozen=True):
    """One section."""

    name: bytes
    address: int
    virtual: int
    at: int
    size: int


def sections(data: bytes) -> tuple[Section, ...]:
    """The sections of a program."""
    header = little(data, 60, 4)
    if data[header : header + 4] != b"PE\0\0":
        raise Broken("no PE header")
    count, start = little(data, header + 6, 2), header + 24 + little(data, header + 20, 2)
    rows = (piece(data, start + 40 * number, 40) for number in range(min(count, SECTIONS)))
    return tuple(
        Section(row[:8].rstrip(b"\0"), little(row, 12, 4), little(row, 8, 4), little(row, 20, 4), little(row, 16, 4))
        for row in rows
    )


def overlay_at(data: bytes) -> int:
    """Where what follows the sections begins; the end of the file where nothing does."""
    ends = [section.at + section.size for section in sections(data) if section.size]
    return min(max(ends, default=len(data)), len(data))
