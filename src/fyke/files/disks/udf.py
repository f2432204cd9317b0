"""UDF (ECMA-167 and OSTA UDF 1.02 to 2.60) as Windows makes and mounts it.

Anchor, partitions (plain, sparable, with a metadata file), file sets, embedded, short and long allocation descriptors.
Virtual partitions (discs written in sessions) are not read: Windows does not mount images of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little, piece
from fyke.files.disks.views import View, runs
from fyke.files.entries import Entry

SECTORS = (2_048, 512, 4_096)  # of optical discs first; hard disks formatted so have others
DESCRIPTORS = 64  # of a volume: six are usual
DIRECTORY_BYTES = 4 << 20
NAMES = 20_000
EXTENTS = 10_000  # of one file
DEPTH = 64
ANCHOR, PARTITION, LOGICAL, END, FILE_SET, NAME, FILE, FILE_TOO = 2, 5, 6, 8, 256, 257, 261, 266  # tags
HIDDEN, FOLDER, DELETED, PARENT = 1, 2, 4, 8  # ECMA-167 4/14.4.3
NOWHERE = -1

Place = tuple[int, int]  # block, partition


class _Node(Struct, frozen=True):
    """A file entry: what it is and where its bytes lie."""

    is_folder: bool
    size: int
    stretches: tuple[tuple[int, int], ...]
    embedded: bytes | None


class Volume:
    """One logical volume."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.sector, main, length = _anchor(view)
        self.block = self.sector
        self._starts: dict[int, int] = {}  # by partition number: first byte
        self._maps: list[int] = []  # by reference: first byte of the partition
        self._metadata: dict[int, tuple[tuple[int, int], ...]] = {}  # by reference: stretches of the metadata file
        logical = b""
        for number in range(min(DESCRIPTORS, length // self.sector)):
            raw = view.read((main + number) * self.sector, self.sector)
            tag = int.from_bytes(raw[:2], "little")
            if tag in {0, END}:
                break
            if tag == PARTITION:
                self._starts[little(raw, 22, 2)] = little(raw, 188, 4) * self.sector
            elif tag == LOGICAL:
                logical = raw
        if not logical or not self._starts:
            raise Broken("no volume and partition are described")
        self.block = little(logical, 212, 4)
        if self.block not in SECTORS:
            raise Broken(f"blocks of {self.block:,} bytes")
        self._read_maps(logical)
        self.file_set = _long(logical, 248)[1]

    def _read_maps(self, logical: bytes) -> None:
        """The partition maps, ECMA-167 3/10.7; those of type 2 as UDF 2.2.8 to 2.2.10 says."""
        place = 440
        for number in range(min(little(logical, 268, 4), 16)):
            kind, size = piece(logical, place, 2)
            partition = little(logical, place + (4 if kind == 1 else 38), 2)
            self._maps.append(self._starts.get(partition, next(iter(self._starts.values()))))
            if kind == 2 and logical[place + 5 : place + 28] == b"*UDF Metadata Partition":
                # The map of the plain partition is needed to read the file that holds the other one.
                start = self._maps[number]
                raw = self.view.exactly(start + little(logical, place + 40, 4) * self.block, self.block)
                self._metadata[number] = self._node(raw, start).stretches
            place += max(6, size)

    def at(self, place: Place) -> int:
        """Where a block of a partition lies on the disk."""
        block, reference = place
        if reference in self._metadata:
            inside = block * self.block
            for start, length in self._metadata[reference]:
                if inside < length:
                    return start + inside
                inside -= length
            raise Broken(f"block {block:,} is not in the metadata")
        if reference >= len(self._maps):
            raise Broken(f"there is no partition {reference}")
        return self._maps[reference] + block * self.block

    def node(self, place: Place) -> _Node:
        """The file entry of a place."""
        raw = self.view.exactly(self.at(place), self.block)
        base = self._maps[place[1]] if place[1] not in self._metadata else self.at((0, place[1]))
        return self._node(raw, base, place[1])

    def _node(self, raw: bytes, base: int, reference: int = NOWHERE) -> _Node:
        tag = little(raw, 0, 2)
        if tag not in {FILE, FILE_TOO}:
            raise Broken(f"a file entry has the tag {tag}")
        lengths = 168 if tag == FILE else 208
        start = lengths + 8 + little(raw, lengths, 4)
        area = raw[start : start + little(raw, lengths + 4, 4)]
        size, form = little(raw, 56, 8), little(raw, 34, 2) & 7
        if form == 3:
            return _Node(raw[27] == 4, size, (), area[:size])
        return _Node(raw[27] == 4, size, tuple(self._stretches(area, form, base, reference)), None)

    def _stretches(self, area: bytes, form: int, base: int, reference: int) -> Iterator[tuple[int, int]]:
        """The allocation descriptors, ECMA-167 4/14.14, following those that go on elsewhere."""
        step = 8 if form == 0 else 16
        if form not in {0, 1}:
            raise Broken(f"allocation descriptors of form {form}")
        place = 0
        for _ in range(EXTENTS):
            if place + step > len(area):
                return
            word, block = little(area, place, 4), little(area, place + 4, 4)
            partition = little(area, place + 8, 2) if form else reference
            place += step
            length, kind = word & 0x3FFF_FFFF, word >> 30
            if not length:
                return
            start = base + block * self.block if partition == NOWHERE else self.at((block, partition))
            if kind == 3:  # 4/12: the list goes on in an allocation extent
                raw = self.view.exactly(start, min(length, self.block))
                area, place = raw[24 : 24 + little(raw, 20, 4)], 0
            else:
                yield (start if kind == 0 else -1), length

    def bytes_of(self, node: _Node) -> Iterator[bytes]:
        """What the file holds, in pieces."""
        if node.embedded is not None:
            yield node.embedded
        else:
            yield from runs(self.view, node.stretches, node.size)


def walk(view: View, meter: Meter, seen: set[int]) -> Iterator[Entry]:
    """All files of the volume; those that lie at a place that was seen are left out."""
    volume = Volume(view)
    raw = view.exactly(volume.at(volume.file_set), volume.block)
    if little(raw, 0, 2) != FILE_SET:
        raise Broken("no file set where the volume says")
    folders, entered, names = [(_long(raw, 400)[1], "", 0)], set[Place](), 0
    while folders:
        place, above, depth = folders.pop(0)
        if place in entered or depth > DEPTH:
            continue
        entered.add(place)
        if meter.is_over_time:
            meter.cut("time", f"after {names:,} names")
            return
        node = volume.node(place)
        for name, flags, inner in _names(volume, node, meter):
            names += 1
            if names > NAMES:
                meter.cut("count", f"more than {NAMES:,} names")
                return
            if flags & FOLDER:
                folders.append((inner, f"{above}{name}/", depth + 1))
                continue
            entry = volume.node(inner)
            first = entry.stretches[0][0] if entry.stretches else NOWHERE
            if first == NOWHERE or first not in seen:
                seen.add(first)
                yield Entry(f"{above}{name}", entry.size, volume.bytes_of(entry), is_hidden=bool(flags & HIDDEN))


def _names(volume: Volume, node: _Node, meter: Meter) -> Iterator[tuple[str, int, Place]]:
    """The file identifiers of a folder, ECMA-167 4/14.4."""
    if node.size > DIRECTORY_BYTES:
        meter.cut("size", f"a directory of {node.size:,} bytes")
        return
    data = b"".join(volume.bytes_of(node))
    place = 0
    while place + 38 <= len(data):
        if little(data, place, 2) != NAME:
            raise Broken(f"a directory has the tag {little(data, place, 2)}")
        flags, used, extra = data[place + 18], data[place + 19], little(data, place + 36, 2)
        text = data[place + 38 + extra : place + 38 + extra + used]
        inner = _long(data, place + 20)[1]
        place += (38 + extra + used + 3) // 4 * 4
        if flags & (DELETED | PARENT) or not text:
            continue
        # OSTA compressed unicode: the first byte says whether characters have 8 or 16 bits.
        name = text[1:].decode("utf-16-be" if text[0] in {16, 255} else "latin-1", "replace")
        yield name.replace("/", "_"), flags, inner


def _long(raw: bytes, at: int) -> tuple[int, Place]:
    """A long allocation descriptor: length, and block and partition."""
    return little(raw, at, 4) & 0x3FFF_FFFF, (little(raw, at + 4, 4), little(raw, at + 8, 2))


def _anchor(view: View) -> tuple[int, int, int]:
    """The anchor, ECMA-167 3/8.4.2.1: sector 256, or that many from the end, or the last; gives sector, place, size."""
    for sector in SECTORS:
        last = view.size // sector - 1
        for number in (256, last - 256, last, 512):
            raw = view.read(number * sector, 512) if number > 0 else b""
            if len(raw) == 512 and little(raw, 0, 2) == ANCHOR and little(raw, 12, 4) == number:
                return sector, little(raw, 20, 4), little(raw, 16, 4)
    raise Broken("no anchor of the volume")
