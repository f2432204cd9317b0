"""FAT12, FAT16 and FAT32 with long names (Microsoft's FAT specification, 1.03), and exFAT (1.00).

A chain of clusters is followed as far as the file's size and no further, so that a circle ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little
from fyke.files.disks.views import View, runs
from fyke.files.entries import Entry

TABLE_BYTES = 16 << 20  # of the table that is read: four million clusters of FAT32, 16 GB of disk
DIRECTORY_BYTES = 2 << 20  # FAT specification: a directory has at most 65,536 entries of 32 bytes
NAMES = 20_000
JOINED_BYTES = 1 << 20  # of neighbours in one stretch: between stretches the time is looked at
DEPTH = 64
HIDDEN, LABEL, FOLDER, LONG = 2, 8, 16, 15  # attributes


class Shape(Struct, frozen=True):
    """Where things lie on the volume."""

    bits: int  # of one entry of the table: 12, 16, 32
    table: int
    table_bytes: int
    data: int  # where cluster 2 lies
    cluster: int
    clusters: int
    root: int  # its first cluster, 0 where it lies before the data
    root_at: int = 0
    root_bytes: int = 0
    is_exfat: bool = False


class Name(Struct, frozen=True):
    """An entry of a directory."""

    name: str
    flags: int
    cluster: int
    size: int
    is_whole: bool = False  # exFAT: it lies in one stretch, and the table says nothing of it


def is_fat(boot: bytes) -> bool:
    """Whether a first sector is that of FAT or of exFAT."""
    if boot[3:11] == b"EXFAT   ":
        return True
    if len(boot) < 512 or boot[0] not in {0xEB, 0xE9}:
        return False
    sector, cluster = little(boot, 11, 2), boot[13]
    return sector in {512, 1_024, 2_048, 4_096} and cluster.bit_count() == 1 and boot[16] in {1, 2} and boot[14] != 0


def read_shape(view: View) -> Shape:
    """The parameters of the boot sector."""
    boot = view.exactly(0, 512)
    if boot[3:11] == b"EXFAT   ":
        return _read_exfat(boot)
    sector, reserved, tables = little(boot, 11, 2), little(boot, 14, 2), boot[16]
    table_bytes = (little(boot, 22, 2) or little(boot, 36, 4)) * sector
    root_bytes = little(boot, 17, 2) * 32
    root_at = reserved * sector + tables * table_bytes
    data = root_at + (root_bytes + sector - 1) // sector * sector
    cluster = boot[13] * sector
    clusters = ((little(boot, 19, 2) or little(boot, 32, 4)) * sector - data) // cluster
    # Specification, "FAT type determination": the count of clusters, and nothing else, says which it is.
    bits = 12 if clusters < 4_085 else 16 if clusters < 65_525 else 32
    if not little(boot, 22, 2):
        bits = 32
    root = little(boot, 44, 4) if bits == 32 else 0
    return Shape(bits, reserved * sector, table_bytes, data, cluster, max(0, clusters), root, root_at, root_bytes)


def _read_exfat(boot: bytes) -> Shape:
    if not (9 <= boot[108] <= 12 and boot[109] <= 25 - boot[108]):
        raise Broken(f"sectors of 2^{boot[108]} bytes")
    sector, cluster = 1 << boot[108], 1 << (boot[108] + boot[109])
    return Shape(
        bits=32,
        table=little(boot, 80, 4) * sector,
        table_bytes=little(boot, 84, 4) * sector,
        data=little(boot, 88, 4) * sector,
        cluster=cluster,
        clusters=little(boot, 92, 4),
        root=little(boot, 96, 4),
        is_exfat=True,
    )


def walk(view: View, meter: Meter) -> Iterator[Entry]:
    """All files of the volume, folder for folder."""
    yield from _Walk(view, read_shape(view), meter).files()


class _Walk:
    """One volume at work."""

    def __init__(self, view: View, shape: Shape, meter: Meter) -> None:
        self.view, self.shape, self.meter = view, shape, meter
        if shape.table_bytes > TABLE_BYTES:
            meter.cut("size", f"a table of {shape.table_bytes:,} bytes")
        self.table = view.read(shape.table, min(shape.table_bytes, TABLE_BYTES))

    def files(self) -> Iterator[Entry]:
        """All files, without recursion; a folder that was seen is not entered again."""
        shape = self.shape
        folders = [(Name("", FOLDER, shape.root, DIRECTORY_BYTES), "", 0)]
        entered: set[int] = set()
        names = 0
        while folders:
            folder, above, depth = folders.pop(0)
            if folder.cluster in entered or depth > DEPTH:
                continue
            entered.add(folder.cluster)
            if self.meter.is_over_time:
                self.meter.cut("time", f"after {names:,} names")
                return
            data = self._directory(folder)
            for name in _exfat_names(data) if shape.is_exfat else _names(data):
                names += 1
                if names > NAMES:
                    self.meter.cut("count", f"more than {NAMES:,} names")
                    return
                path = above + name.name.replace("/", "_")
                if name.flags & FOLDER:
                    folders.append((name, f"{path}/", depth + 1))
                elif not name.flags & LABEL:
                    pieces = runs(self.view, self._stretches(name), name.size)
                    yield Entry(path, name.size, pieces, is_hidden=bool(name.flags & HIDDEN))

    def _directory(self, folder: Name) -> bytes:
        shape = self.shape
        if not folder.cluster:
            return self.view.read(shape.root_at, shape.root_bytes)
        got: list[bytes] = []
        size = DIRECTORY_BYTES
        for at, length in self._stretches(Name("", FOLDER, folder.cluster, size, folder.is_whole)):
            got.append(self.view.read(at, min(length, size)))
            size -= len(got[-1])
            if size <= 0 or (folder.is_whole and DIRECTORY_BYTES - size >= folder.size):
                break
        return b"".join(got)

    def _stretches(self, name: Name) -> Iterator[tuple[int, int]]:
        """Where the clusters of a file lie, neighbours joined."""
        shape, cluster, left = self.shape, name.cluster, name.size
        start, length = -1, 0
        if name.is_whole and 2 <= cluster < shape.clusters + 2:
            yield shape.data + (cluster - 2) * shape.cluster, left
            return
        while left > 0 and 2 <= cluster < shape.clusters + 2:
            at = shape.data + (cluster - 2) * shape.cluster
            if start + length == at and start >= 0 and length < JOINED_BYTES:
                length += shape.cluster
            else:
                if start >= 0:
                    yield start, length
                start, length = at, shape.cluster
            left -= shape.cluster
            cluster = self._next(cluster)
        if start >= 0:
            yield start, length

    def _next(self, cluster: int) -> int:
        bits = self.shape.bits
        if bits == 12:
            at = cluster + cluster // 2
            pair = int.from_bytes(self.table[at : at + 2], "little")
            return pair >> 4 if cluster & 1 else pair & 0xFFF
        size = bits // 8
        return int.from_bytes(self.table[cluster * size : cluster * size + size], "little") & 0x0FFF_FFFF


def _names(data: bytes) -> Iterator[Name]:
    """The entries of a directory, with their long names."""
    long: list[bytes] = []
    for at in range(0, len(data) - 31, 32):
        raw = data[at : at + 32]
        if raw[0] == 0:
            return
        if raw[0] == 0xE5:  # deleted
            long = []
        elif raw[11] & 0x3F == LONG:
            long.append(raw[1:11] + raw[14:26] + raw[28:32])
            del long[:-20]  # a long name has at most 255 characters, 13 in each entry
        else:
            name = b"".join(reversed(long)).decode("utf-16-le", "replace").partition("\0")[0].rstrip("\uffff")
            long = []
            short = raw[:8].rstrip(b" ")
            if short in {b".", b".."}:
                continue
            if not name:
                stem, last = short.decode("cp437"), raw[8:11].rstrip(b" ").decode("cp437")
                stem, last = stem.lower() if raw[12] & 8 else stem, last.lower() if raw[12] & 16 else last
                name = f"{stem}.{last}" if last else stem
            yield Name(name, raw[11], little(raw, 20, 2) << 16 | little(raw, 26, 2), little(raw, 28, 4))


def _exfat_names(data: bytes) -> Iterator[Name]:
    """The sets of entries of an exFAT directory (sections 6 and 7): file, stream, names."""
    flags = cluster = size = 0
    is_whole = False
    name, left = b"", 0
    for at in range(0, len(data) - 31, 32):
        raw = data[at : at + 32]
        if raw[0] == 0:
            return
        if raw[0] == 0x85:
            flags, name = little(raw, 4, 2), b""
        elif raw[0] == 0xC0:
            left, is_whole = raw[3], bool(raw[1] & 2)
            cluster, size = little(raw, 20, 4), little(raw, 24, 8)
        elif raw[0] == 0xC1 and left:
            take = min(left, 15)
            name, left = name + raw[2 : 2 + 2 * take], left - take
            if not left:
                yield Name(name.decode("utf-16-le", "replace"), flags & 0x1F, cluster, size, is_whole)
