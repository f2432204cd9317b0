"""ISO 9660 (ECMA-119) with the names of Joliet and of Rock Ridge (SUSP, RRIP), and El Torito's boot record.

Windows shows the tree of Joliet, Linux that of Rock Ridge: both are read, each stretch of the disk once.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little
from fyke.files.disks.views import View, runs
from fyke.files.entries import Entry

SECTOR = 2_048  # ECMA-119 6.1.2: the logical sector; descriptors begin at the 16th
DESCRIPTORS = 64  # read at most: real discs have three or four
DIRECTORY_BYTES = 1 << 20  # of one directory: some ten thousand names
NAMES = 20_000  # looked at in all
DEPTH = 32  # of folders; ECMA-119 6.8.2.1 allows eight, Rock Ridge more
JOLIET = (b"%/@", b"%/C", b"%/E")  # escape sequences of UCS-2 (Joliet, section 4)
HIDDEN, FOLDER, ASSOCIATED, MORE = 1, 2, 4, 128  # ECMA-119 9.1.6: flags


class Tree(Struct, frozen=True):
    """One directory tree of the disc."""

    root: bytes  # its directory record
    is_joliet: bool
    block: int


class Record(Struct, frozen=True):
    """A directory record, ECMA-119 9.1."""

    at: int
    size: int
    flags: int
    name: str


class Disc(Struct, frozen=True):
    """What the descriptors say."""

    trees: tuple[Tree, ...]
    boots: bool  # El Torito
    has_udf: bool


def read_disc(view: View) -> Disc:
    """The volume descriptors."""
    trees: list[Tree] = []
    boots = has_udf = False
    for number in range(16, 16 + DESCRIPTORS):
        sector = view.read(number * SECTOR, SECTOR)
        kind, sign = sector[:1], sector[1:6]
        if sign in {b"NSR02", b"NSR03"}:
            has_udf = True
        elif sign not in {b"CD001", b"BEA01", b"TEA01", b"BOOT2"} or len(sector) < SECTOR:
            break
        if sign != b"CD001":
            continue
        if kind == b"\0":
            boots |= sector[7:30] == b"EL TORITO SPECIFICATION"
        elif kind in {b"\1", b"\2"}:
            block = little(sector, 128, 2)
            is_joliet = kind == b"\2" and sector[88:91] in JOLIET
            trees.append(Tree(sector[156:190], is_joliet, block if block in {512, 1_024, 2_048} else SECTOR))
    trees.sort(key=lambda tree: not tree.is_joliet)
    return Disc(tuple(trees), boots, has_udf)


def walk(view: View, disc: Disc, meter: Meter, seen: set[int]) -> Iterator[Entry]:
    """All files of all trees; `seen` keeps where those lie that were given."""
    for tree in disc.trees:
        yield from _Walk(view, tree, meter, seen).files()


class _Walk:
    """One tree at work."""

    def __init__(self, view: View, tree: Tree, meter: Meter, seen: set[int]) -> None:
        self.view, self.tree, self.meter, self.seen = view, tree, meter, seen
        self.names = 0

    def files(self) -> Iterator[Entry]:
        """All files, folder for folder, without recursion; a folder that was seen is not entered again."""
        block = self.tree.block
        folders = [(little(self.tree.root, 2, 4) * block, little(self.tree.root, 10, 4), "", 0)]
        entered: set[int] = set()
        while folders:
            at, size, above, depth = folders.pop(0)
            if at in entered or depth > DEPTH:
                continue
            entered.add(at)
            if self.meter.is_over_time:
                self.meter.cut("time", f"after {self.names:,} names")
                return
            stretches: list[tuple[int, int]] = []
            for record in self._records(at, size):
                if record.flags & FOLDER:
                    folders.append((record.at, record.size, f"{above}{record.name}/", depth + 1))
                    continue
                stretches.append((record.at, record.size))
                if record.flags & MORE:  # ECMA-119 9.1.6: this is not the file's last extent
                    continue
                if record.size == 0 or stretches[0][0] not in self.seen:
                    self.seen.add(stretches[0][0])
                    whole = sum(length for _, length in stretches)
                    pieces = runs(self.view, stretches, whole)
                    yield Entry(f"{above}{record.name}", whole, pieces, is_hidden=bool(record.flags & HIDDEN))
                stretches = []

    def _records(self, at: int, size: int) -> Iterator[Record]:
        if size > DIRECTORY_BYTES:
            self.meter.cut("size", f"a directory of {size:,} bytes")
        data = self.view.read(at, min(size, DIRECTORY_BYTES))
        if len(data) < min(size, SECTOR):
            raise Broken(f"a directory at {at:,} lies past the end")
        place = 0
        while place + 33 < len(data):
            length = data[place]
            if length < 34:
                place = (place // SECTOR + 1) * SECTOR  # ECMA-119 6.8.1.1: no record crosses a sector
                continue
            if self.names >= NAMES:
                self.meter.cut("count", f"more than {NAMES:,} names")
                return
            self.names += 1
            if record := self._record(data[place : place + length]):
                yield record
            place += length

    def _record(self, raw: bytes) -> Record | None:
        used = raw[32]
        short = raw[33 : 33 + used]
        if short in {b"\0", b"\1"}:
            return None  # the folder itself, and the one above
        name = "" if self.tree.is_joliet else self._rock_ridge(raw[33 + used + (used + 1) % 2 :])
        if not name:
            name = short.decode("utf-16-be" if self.tree.is_joliet else "utf-8", "replace")
            name = name.removesuffix(";1").rstrip("." if not self.tree.is_joliet else "")
        block = self.tree.block
        place = (little(raw, 2, 4) + raw[1]) * block  # extended attributes lie before the file
        return Record(place, little(raw, 10, 4), raw[25], name.replace("/", "_") or "_")

    def _rock_ridge(self, area: bytes) -> str:
        """The name of the NM entries (RRIP 4.1.4), following at most a few continuations (SUSP 5.1)."""
        name = b""
        for _ in range(4):
            more = b""
            while len(area) >= 5 and 4 <= area[2] <= len(area):
                entry, area = area[: area[2]], area[area[2] :]
                if entry[:2] == b"NM" and not entry[4] & 6:
                    name += entry[5:]
                elif entry[:2] == b"CE" and len(entry) >= 28:
                    start = little(entry, 4, 4) * self.tree.block + little(entry, 12, 4)
                    more = self.view.read(start, min(little(entry, 20, 4), SECTOR))
            if not more:
                break
            area = more
        return name[:255].decode("utf-8", "replace")
