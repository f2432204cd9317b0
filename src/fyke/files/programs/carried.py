"""What programs carry: files among the resources of Windows programs; and the packing of those for Linux and macOS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fyke.files.base import Content, Item, Member, Said, Scanner, Unpacker
from fyke.files.budget import Meter
from fyke.files.identify import identify
from fyke.files.kinds import KINDS
from fyke.files.programs.pe import read
from fyke.files.programs.resources import resources
from fyke.model import Finding, Symbol

UNIX_PACKED = Symbol("PROGRAM_PACKED", "A program for Linux or macOS is packed", "files", 1.0)

LEAST_BYTES = 64  # of a resource that may be a file
CARRIED = frozenset({"archive", "program", "script", "document", "installer", "disk"})
PACKED_BYTES = 4_096  # at both ends, where UPX writes its name
_GROUPS = frozenset({1, 3, 12, 14, 2, 4, 5, 6, 9, 16, 24})  # pictures, menus, texts: "Resource Types"


class EmbeddedPrograms(Unpacker):
    """Takes out the programs, archives and scripts among the resources of a Windows program."""

    name = "embedded_programs"
    kinds = frozenset({"pe"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield each resource that is a file on its own."""
        seen: set[tuple[int, int]] = set()
        for resource in resources(file.data, read(file.data)):
            place = (resource.offset, resource.size)
            if resource.type in _GROUPS or resource.size < LEAST_BYTES or place in seen:
                continue
            seen.add(place)
            data = file.data[resource.offset : resource.offset + resource.size]
            kind = identify(data)
            if KINDS[kind].family not in CARRIED:
                continue
            if not meter.admits(resource.name, len(data)):
                return
            yield Member(meter.took(data), f"resource {resource.name}", "resource of a program")


class UnixPrograms(Scanner):
    """Is a program for Linux or macOS packed?"""

    name = "unix_programs"
    kinds = frozenset({"elf", "macho"})
    symbols = (UNIX_PACKED,)

    def look(self, file: Content) -> Iterable[Said]:
        """UPX writes its sign into the head and near the end of what it packs."""
        if b"UPX!" in file.data[:PACKED_BYTES] or b"UPX!" in file.data[-PACKED_BYTES:]:
            yield Finding(UNIX_PACKED, f"UPX, {file.kind}")
