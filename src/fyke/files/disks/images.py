"""Images of disks: which partitions and file systems they have, and the files on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little
from fyke.files.disks import fat, iso, ntfs, udf, virtual
from fyke.files.disks.hidden import HIDDEN, Sight
from fyke.files.disks.views import Plain, View, Window
from fyke.files.entries import Entry, members
from fyke.model import Finding, Symbol

BOOTS = Symbol("DISK_BOOTS", "A disk image that a computer can start from", "files", 0.0)
UNREAD = Symbol("DISK_UNREAD", "A disk image with a file system that is not looked into", "unscanned", 1.0)

SECTOR = 512
PARTITIONS = 128  # UEFI 5.3: a GPT reserves room for so many
EXTENDED = {0x05, 0x0F, 0x85}  # types of a partition that holds others
PROTECTIVE = 0xEE


class Discs(Unpacker):
    """Opens images of optical discs: ISO 9660, Joliet, Rock Ridge, UDF, and both in one."""

    name = "discs"
    kinds = frozenset({"iso", "udf"})
    symbols = (BOOTS, HIDDEN)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """The files of the ISO trees, then those of UDF that lie elsewhere."""
        view = Plain(file.data)
        disc = iso.read_disc(view)
        if disc.boots:
            yield Finding(BOOTS, "El Torito")
        sight, seen = Sight(), set[int]()
        yield from _first_broken(
            members(sight.of(iso.walk(view, disc, meter, seen)), "iso", meter),
            members(sight.of(udf.walk(view, meter, seen)), "udf", meter) if disc.has_udf or not disc.trees else (),
        )
        yield from sight.findings()


class Disks(Unpacker):
    """Opens images of hard disks: as they are, VHD, VHDX, DMG; with or without partitions."""

    name = "disks"
    kinds = frozenset({"disk", "vhd", "vhdx", "dmg"})
    symbols = (HIDDEN, UNREAD)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """The files of each file system; a partition of a DMG as a member of its own."""
        if file.kind == "dmg":
            entries = (Entry(name, size, pieces, len(file.data)) for name, pieces, size in virtual.dmg(file.data))
            yield from members(entries, "dmg", meter)
            return
        openers = {"vhd": virtual.vhd, "vhdx": virtual.vhdx}
        view = openers[file.kind](file.data) if file.kind in openers else Plain(file.data)
        sight = Sight()
        systems = [_walk(part, meter) for part in partitions(view)]
        known = [system for system in systems if system is not None]
        if not known and (file.kind != "disk" or len(systems) > 1):
            yield Finding(UNREAD, f"{file.kind}, {len(systems)} partitions")
        yield from _first_broken(*(members(sight.of(system), file.kind, meter) for system in known))
        yield from sight.findings()


def _first_broken(*groups: Iterable[Member]) -> Iterator[Member]:
    """All groups, each as far as it can be read; the first thing wrong is raised at the end."""
    first: Broken | None = None
    for group in groups:
        try:
            yield from group
        except Broken as broken:
            first = first or broken
    if first:
        raise first


def _walk(view: View, meter: Meter) -> Iterator[Entry] | None:
    boot = view.read(0, SECTOR)
    if ntfs.is_ntfs(boot):
        return ntfs.walk(view, meter)
    if fat.is_fat(boot):
        return fat.walk(view, meter)
    disc = iso.read_disc(view)
    if disc.trees:
        return iso.walk(view, disc, meter, set())
    return udf.walk(view, meter, set()) if disc.has_udf else None


def partitions(view: View) -> list[View]:
    """The partitions of a disk, or the disk itself where it has none."""
    boot = view.read(0, SECTOR)
    if len(boot) < SECTOR or boot[510:] != b"\x55\xaa" or fat.is_fat(boot) or ntfs.is_ntfs(boot):
        return [view]
    found: list[View] = []
    for kind, start, size in _mbr(boot, 0):
        if kind == PROTECTIVE:
            return _gpt(view) or [view]
        if kind in EXTENDED:
            found += _logical(view, start)
        elif kind:
            found.append(Window(view, start, size))
    return found or [view]


def _mbr(boot: bytes, base: int) -> Iterator[tuple[int, int, int]]:
    """The four rows of a partition table: type, first byte, size in bytes."""
    for at in range(446, 510, 16):
        if boot[at + 4]:
            yield boot[at + 4], base + little(boot, at + 8, 4) * SECTOR, little(boot, at + 12, 4) * SECTOR


def _logical(view: View, extended: int) -> Iterator[View]:
    """The chain of tables within an extended partition."""
    at = extended
    for _ in range(PARTITIONS):
        boot = view.read(at, SECTOR)
        if boot[510:] != b"\x55\xaa":
            return
        following = 0
        for kind, start, size in _mbr(boot, 0):
            if kind in EXTENDED:
                following = extended + start
            else:
                yield Window(view, at + start, size)
        if following <= at:
            return
        at = following


def _gpt(view: View) -> list[View]:
    """The partitions of a GPT, UEFI 5.3."""
    for sector in (512, 4_096):
        header = view.read(sector, 92)
        if header[:8] != b"EFI PART" or len(header) < 92:
            continue
        at, count, size = little(header, 72, 8) * sector, little(header, 80, 4), little(header, 84, 4)
        if not 128 <= size <= 4_096:
            raise Broken(f"GPT: rows of {size:,} bytes")
        found: list[View] = []
        for number in range(min(count, PARTITIONS)):
            row = view.read(at + number * size, 48)
            if len(row) == 48 and any(row[:16]):
                first, last = little(row, 32, 8), little(row, 40, 8)
                found.append(Window(view, first * sector, (last - first + 1) * sector))
        return found
    return []
