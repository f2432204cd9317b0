"""Walks through ACE archives: stored members are given, packed ones are told by name.

The format is dead since 2019, when WinRAR dropped it for CVE-2018-20250; in mail it is there to hide something.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from fyke.files.archives.unread import UNREAD, unread
from fyke.files.base import Broken, Content, Item, Locked, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little, piece
from fyke.model import Finding, Label, Symbol

SIGN, SIGN_AT = b"**ACE**", 7
SFX_BYTES = 1 << 20  # of a program before the archive
HAS_DATA, LOCKED = 1, 0x4000
FILE = 1

ARCHIVE = Symbol(
    "ACE_ARCHIVE", "An ACE archive: a format that nobody uses any more but senders of malware", "files", 4.0,
    Label.MALWARE, family="Archive.Dropper.Ace",
)  # fmt: skip


class Ace(Unpacker):
    """Takes stored files out of ACE archives, and names the others."""

    name = "ace"
    kinds = frozenset({"ace"})
    symbols = (ARCHIVE, UNREAD)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield what can be read."""
        data = file.data
        at = data.find(SIGN, 0, SFX_BYTES) - SIGN_AT
        if at < 0:
            raise Broken("ACE: no signature")
        yield Finding(ARCHIVE, file.name[:120])
        while at + 7 < len(data):
            size, kind, flags = little(data, at + 2, 2), data[at + 4], little(data, at + 5, 2)
            packed_size = little(data, at + 7, 4) if flags & HAS_DATA else 0
            start = at + 4 + size
            if size < 3:
                raise Broken("ACE: a header of no size")
            if kind == FILE:
                name = piece(data, at + 35, little(data, at + 33, 2)).decode("latin-1")
                if not meter.admits(name, little(data, at + 11, 4)):
                    return
                packed = data[start : start + packed_size]
                if flags & LOCKED:
                    yield Locked(name, "ACE")
                elif data[at + 27]:
                    yield unread(name, "ACE")
                else:
                    yield Member(meter.took(packed), name, "ace")
                    if zlib.crc32(packed) ^ 0xFFFFFFFF != little(data, at + 23, 4):
                        raise Broken(f"ACE: the check sum of {name} is wrong")
            at = start + packed_size
