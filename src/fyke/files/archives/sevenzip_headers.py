"""The directory of a 7z archive, as 7zFormat.txt of the 7-Zip sources describes it. Decodes nothing.

Every count is held against the bytes that are left: each thing counted takes at least one of them.
"""

from __future__ import annotations

import struct
import zlib

from msgspec import Struct

from fyke.files.base import Broken

MAGIC = b"7z\xbc\xaf\x27\x1c"
SIGNATURES = 16  # places looked at behind a program that unpacks itself: its own code may hold the magic
CODERS = 32  # of one folder: 7-Zip itself takes no more
END, HEADER, ADDITIONAL, STREAMS, FILES, PACK, UNPACK, SUBSTREAMS, SIZES, CRCS, FOLDER, CODER_SIZES = (
    0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
)  # fmt: skip
COUNTS, EMPTY_STREAMS, EMPTY_FILES, ANTI, NAMES, ATTRIBUTES, ENCODED, PROPERTIES = 13, 14, 15, 16, 17, 21, 23, 2
IS_DIRECTORY = 0x10  # of Windows' attributes


class Coder(Struct, frozen=True):
    """One step of a folder."""

    method: str  # hex of its identifier
    properties: bytes
    ins: int


class Folder(Struct, frozen=True):
    """Some packed streams, and how they become one."""

    coders: tuple[Coder, ...]
    bound: dict[int, int]  # number of an input -> of the coder that feeds it
    packed: tuple[int, ...]  # numbers of the inputs that packed streams feed
    sizes: tuple[int, ...] = ()  # what comes out of each coder
    crc: int | None = None

    @property
    def main(self) -> int:
        """The coder whose output feeds no other."""
        fed = set(self.bound.values())
        return next((number for number in range(len(self.coders)) if number not in fed), 0)

    @property
    def size(self) -> int:
        """How many bytes the folder has."""
        return self.sizes[self.main] if self.sizes else 0


class Entry(Struct, frozen=True):
    """One file of the archive."""

    name: str
    size: int
    crc: int | None
    has_stream: bool
    is_directory: bool


class Streams(Struct, frozen=True):
    """Where packed bytes are, and what they hold."""

    at: int = 0  # of the first packed stream, behind the first 32 bytes
    packed: tuple[int, ...] = ()  # sizes
    folders: tuple[Folder, ...] = ()
    subs: tuple[tuple[tuple[int, int | None], ...], ...] = ()  # of each folder: size and CRC of each file


class Reader:
    """Numbers and bytes out of a header."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self.data) - self.at

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        if size > self.left:
            raise Broken("the header ends early")
        self.at += size
        return self.data[self.at - size : self.at]

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def number(self) -> int:
        """A number of up to 64 bits: the first byte says by its high ones how many follow."""
        head = self.byte()
        more = 8 - (head ^ 0xFF).bit_length()
        low = int.from_bytes(self.take(more), "little")
        return low if more >= 7 else low | (head & (0x7F >> more)) << 8 * more

    def count(self) -> int:
        """A number of things that take a byte each, at least."""
        if (number := self.number()) > self.left:
            raise Broken(f"the header counts {number:,} things in {self.left:,} bytes")
        return number

    def flags(self, count: int) -> list[bool]:
        """As many bits, highest first."""
        data = self.take((count + 7) // 8)
        return [bool(data[n >> 3] & 0x80 >> (n & 7)) for n in range(count)]

    def some(self, count: int) -> list[bool]:
        """As many bits, or a byte that says that all are set."""
        return [True] * count if self.byte() else self.flags(count)

    def crcs(self, count: int) -> list[int | None]:
        """Check sums, of those that have one."""
        return [int.from_bytes(self.take(4), "little") if there else None for there in self.some(count)]

    def skip(self) -> None:
        """Leave out a property with its size."""
        self.take(self.number())


def start(data: bytes) -> tuple[int, int, int, int]:
    """Where the archive begins, and its header's offset behind the first 32 bytes, size and CRC."""
    at = -1
    for _ in range(SIGNATURES):
        at = data.find(MAGIC, at + 1)
        if at < 0 or at + 32 > len(data):
            break
        crc, offset, size, header_crc = struct.unpack_from("<IQQI", data, at + 8)
        if zlib.crc32(data[at + 12 : at + 32]) == crc:
            return at, offset, size, header_crc
    raise Broken("no start header with a good check sum")


def read_streams(reader: Reader) -> Streams:
    """The structure `StreamsInfo`."""
    at = 0
    packed: tuple[int, ...] = ()
    folders: tuple[Folder, ...] = ()
    subs = None
    while (what := reader.byte()) != END:
        if what == PACK:
            at, packed = _pack_info(reader)
        elif what == UNPACK:
            folders = _folders(reader)
        elif what == SUBSTREAMS:
            subs = _substreams(reader, folders)
        else:
            raise Broken(f"unknown part {what} of the streams")
    if subs is None:
        subs = tuple(((folder.size, folder.crc),) for folder in folders)
    return Streams(at, packed, folders, subs)


def _pack_info(reader: Reader) -> tuple[int, tuple[int, ...]]:
    at, count = reader.number(), reader.count()
    sizes: tuple[int, ...] = ()
    while (what := reader.byte()) != END:
        if what == SIZES:
            sizes = tuple(reader.number() for _ in range(count))
        elif what == CRCS:
            reader.crcs(count)
        else:
            reader.skip()
    return at, sizes


def _folders(reader: Reader) -> tuple[Folder, ...]:
    if reader.byte() != FOLDER:
        raise Broken("no folders where they should be")
    count = reader.count()
    if reader.byte():
        raise Broken("folders kept elsewhere")
    raw = [_folder(reader) for _ in range(count)]
    sizes: list[tuple[int, ...]] = [()] * count
    crcs: list[int | None] = [None] * count
    while (what := reader.byte()) != END:
        if what == CODER_SIZES:
            sizes = [tuple(reader.number() for _ in folder.coders) for folder in raw]
        elif what == CRCS:
            crcs = reader.crcs(count)
        else:
            reader.skip()
    return tuple(
        Folder(folder.coders, folder.bound, folder.packed, size, crc)
        for folder, size, crc in zip(raw, sizes, crcs, strict=True)
    )


def _folder(reader: Reader) -> Folder:
    count = reader.number()
    if not 0 < count <= CODERS:
        raise Broken(f"a folder of {count:,} coders")
    coders = tuple(_coder(reader) for _ in range(count))
    ins = sum(coder.ins for coder in coders)
    if ins > CODERS or ins < count - 1:
        raise Broken(f"a folder of {ins:,} streams")
    bound = {}
    for _ in range(count - 1):
        place, feeder = reader.number(), reader.number()
        if place >= ins or feeder >= count:
            raise Broken("a folder binds a stream that is not there")
        bound[place] = feeder
    loose = ins - (count - 1)
    packed = tuple(reader.number() for _ in range(loose)) if loose > 1 else ()
    if loose == 1:
        packed = tuple(number for number in range(ins) if number not in bound)
    return Folder(coders, bound, packed)


def _coder(reader: Reader) -> Coder:
    flags = reader.byte()
    method = reader.take(flags & 15).hex()
    ins, outs = (reader.number(), reader.number()) if flags & 16 else (1, 1)
    properties = reader.take(reader.number()) if flags & 32 else b""
    if outs != 1 or ins > CODERS or flags & 0x80:
        raise Broken("a coder with more than one way out")
    return Coder(method, properties, ins)


def _substreams(reader: Reader, folders: tuple[Folder, ...]) -> tuple[tuple[tuple[int, int | None], ...], ...]:
    counts = [1] * len(folders)
    what = reader.byte()
    while what not in {END, SIZES, CRCS}:
        if what == COUNTS:
            counts = [reader.number() for _ in folders]
            if sum(counts) > reader.left + len(folders):
                raise Broken(f"the header counts {sum(counts):,} files in {reader.left:,} bytes")
        else:
            reader.skip()
        what = reader.byte()
    sizes = []
    for count, folder in zip(counts, folders, strict=True):
        told = [reader.number() for _ in range(count - 1)] if what == SIZES else []
        sizes.append([*told, folder.size - sum(told)] if count else [])
        if count and (len(sizes[-1]) != count or sizes[-1][-1] < 0):
            raise Broken("the files of a folder are larger than it")
    if what == SIZES:
        what = reader.byte()
    lone = [folder.crc if count == 1 else None for count, folder in zip(counts, folders, strict=True)]
    open_count = sum(count for count, crc in zip(counts, lone, strict=True) if crc is None)
    told_crcs: list[int | None] = [None] * open_count
    while what != END:
        if what == CRCS:
            told_crcs = reader.crcs(open_count)
        else:
            reader.skip()
        what = reader.byte()
    queue = iter(told_crcs)
    return tuple(
        tuple((size, crc if crc is not None else next(queue, None)) for size in each)
        for each, crc in zip(sizes, lone, strict=True)
    )


def read_header(reader: Reader) -> tuple[Streams, tuple[Entry, ...]]:
    """The structure `Header`, after its first byte."""
    streams = Streams()
    entries: tuple[Entry, ...] = ()
    while (what := reader.byte()) != END:
        if what == PROPERTIES:
            while reader.byte() != END:
                reader.skip()
        elif what == ADDITIONAL:
            read_streams(reader)
        elif what == STREAMS:
            streams = read_streams(reader)
        elif what == FILES:
            entries = _files(reader, streams)
        else:
            raise Broken(f"unknown part {what} of the header")
    return streams, entries


def _files(reader: Reader, streams: Streams) -> tuple[Entry, ...]:
    count = reader.count()
    names: list[str] = []
    empty, empty_files, attributes = [False] * count, [], [0] * count
    while (what := reader.byte()) != END:
        part = Reader(reader.take(reader.number()))
        if what == NAMES:
            part.byte()
            names = part.data[1:].decode("utf-16-le", "replace").split("\0")
        elif what == EMPTY_STREAMS:
            empty = part.flags(count)
        elif what == EMPTY_FILES:
            empty_files = part.flags(sum(empty))
        elif what == ATTRIBUTES:
            there = part.some(count)
            part.byte()
            attributes = [int.from_bytes(part.take(4), "little") if each else 0 for each in there]
    blanks, subs = iter(empty_files), iter([each for folder in streams.subs for each in folder])
    entries = []
    for number in range(count):
        name = names[number] if number < len(names) else ""
        if empty[number]:
            is_directory = not next(blanks, False)
            entries.append(Entry(name, 0, None, has_stream=False, is_directory=is_directory))
        else:
            size, crc = next(subs, (0, None))
            flag = bool(attributes[number] & IS_DIRECTORY)
            entries.append(Entry(name, size, crc, has_stream=True, is_directory=flag))
    return tuple(entries)
