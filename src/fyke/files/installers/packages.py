"""RPM packages (rpm's file format, version 3) and Symbian installers of the sort before version 9 (SIS)."""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.fields import big, little, piece, sliced
from fyke.files.entries import Entry, members
from fyke.files.streams import inflated
from fyke.model import Finding, Symbol

UNREAD = Symbol("INSTALLER_UNREAD", "An installer of a kind that is not looked into", "unscanned", 1.0)
LEAD = 96  # bytes before the headers of an RPM
FILES = 5_000
SISX = b"\x7a\x1a\x20\x10"
STORED = 8  # flag of a SIS file: nothing in it is packed


class Rpm(Unpacker):
    """Opens RPM packages as far as their payload, a packed cpio archive."""

    name = "rpm"
    kinds = frozenset({"rpm"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Skip the signature and the header."""
        at = LEAD
        for number in range(2):
            if piece(file.data, at, 3) != b"\x8e\xad\xe8":
                raise Broken(f"header {number + 1} has another sign")
            at += 16 + 16 * big(file.data, at + 8, 4) + big(file.data, at + 12, 4)
            if number == 0:
                at = (at + 7) // 8 * 8
        if at >= len(file.data):
            raise Broken("no payload")
        if meter.admits("payload", len(file.data) - at):
            yield Member(meter.took(file.data[at:]), "payload", "rpm")


class Sis(Unpacker):
    """Opens installers of Symbian up to version 8."""

    name = "sis"
    kinds = frozenset({"sis"})
    symbols = (UNREAD,)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Each file in each of its languages."""
        if file.data[:4] == SISX:
            yield Finding(UNREAD, "Symbian 9")
            return
        yield from members(_sis(file.data), "sis", meter)


def _sis(data: bytes) -> Iterator[Entry]:
    languages, count = little(data, 18, 2), little(data, 20, 2)
    is_stored = bool(little(data, 36, 2) & STORED)
    at = little(data, 52, 4)
    for _ in range(min(count, FILES)):
        sort = little(data, at, 4)
        if sort in {3, 4}:  # conditions, with their size
            at += 8 + little(data, at + 4, 4)
            continue
        if sort in {5, 6}:
            at += 4
            continue
        if sort > 1:
            raise Broken(f"a record of sort {sort}")
        each = max(1, languages) if sort == 1 else 1
        name = piece(data, little(data, at + 24, 4), min(little(data, at + 20, 4), 1_024))
        path = name.decode("utf-16-le", "replace").replace("\\", "/").removeprefix("!:/")
        sizes, places, wholes = at + 28, at + 28 + 4 * each, at + 28 + 8 * each
        for language in range(each):
            packed, place = little(data, sizes + 4 * language, 4), little(data, places + 4 * language, 4)
            whole = little(data, wholes + 4 * language, 4)
            raw = data[place : place + packed]
            pieces = sliced(data, place, packed) if is_stored else inflated(raw, 15)
            yield Entry(path, whole, pieces, max(1, packed))
        at += 36 + 12 * each
