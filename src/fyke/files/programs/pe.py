"""Windows programs: headers, sections, imports, exports and what follows them. No opinion; resources are in `icons`.

After Microsoft's "PE Format". All that a header promises is cut to what the file holds.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken

SECTIONS = 96  # Windows loads no more
LIBRARIES = 512  # that one program imports: the largest name some dozens
FUNCTIONS = 20_000  # over all libraries
NAME_BYTES = 512  # of one imported name: decorated C++ names are long
EXPORTS = 20_000

DLL = 0x2000  # IMAGE_FILE_DLL
EXECUTES = 0x20000000  # IMAGE_SCN_MEM_EXECUTE
WRITES = 0x80000000  # IMAGE_SCN_MEM_WRITE
EXPORT, IMPORT, RESOURCE, _EXCEPTION, CERTIFICATE = range(5)  # "Optional Header Data Directories", their order
DEBUG, DELAYED, NET = 6, 13, 14


class Section(Struct, frozen=True):
    """A part of the file and where it is put in memory."""

    name: str
    raw_offset: int
    raw_size: int
    address: int  # relative to the base, as all addresses here
    virtual_size: int
    flags: int

    @property
    def executes(self) -> bool:
        """Whether its bytes may be run."""
        return bool(self.flags & EXECUTES)

    @property
    def writes(self) -> bool:
        """Whether its bytes may be changed."""
        return bool(self.flags & WRITES)

    def raw(self, data: bytes) -> bytes:
        """Its bytes, as far as the file holds them."""
        return data[self.raw_offset : self.raw_offset + self.raw_size]


class Program(Struct, frozen=True):
    """What the headers say."""

    machine: int
    timestamp: int
    flags: int
    is_64: bool
    entry: int  # address of the first instruction
    base: int
    headers_size: int
    subsystem: int
    sections: tuple[Section, ...]
    directories: tuple[tuple[int, int], ...]  # address and size; empty ones too, in the order of the format

    @property
    def is_dll(self) -> bool:
        """Whether it is a library."""
        return bool(self.flags & DLL)

    def directory(self, number: int) -> tuple[int, int]:
        """Address and size of a directory; zeros where there is none."""
        return self.directories[number] if number < len(self.directories) else (0, 0)

    def section_at(self, address: int) -> Section | None:
        """The section that an address lies in."""
        for section in self.sections:
            if section.address <= address < section.address + max(section.virtual_size, section.raw_size):
                return section
        return None

    def offset(self, address: int) -> int:
        """Where in the file the byte of an address stands, -1 where it is not in the file."""
        section = self.section_at(address)
        if section is None:
            return address if 0 <= address < self.headers_size else -1
        within = address - section.address
        return section.raw_offset + within if within < section.raw_size else -1

    @property
    def entry_offset(self) -> int:
        """Where in the file the first instruction stands, -1 where it is not in the file."""
        return self.offset(self.entry)


class Import(Struct, frozen=True):
    """A function that a program asks Windows for."""

    library: str  # lower case, as written otherwise: "kernel32.dll"
    function: str  # "#12" where it is asked for by number


def read(data: bytes) -> Program:
    """The headers of a program. Raises `Broken`."""
    try:
        return _read(data)
    except struct.error as error:
        raise Broken("the headers of the program are cut short") from error


def _read(data: bytes) -> Program:
    (start,) = struct.unpack_from("<I", data, 60)
    if data[start : start + 4] != b"PE\0\0":
        raise Broken("no PE header where the DOS header says")
    machine, count, timestamp, _, _, optional_size, flags = struct.unpack_from("<HHIIIHH", data, start + 4)
    optional = start + 24
    (magic,) = struct.unpack_from("<H", data, optional)
    is_64 = magic == 0x20B
    if magic not in {0x10B, 0x20B}:
        raise Broken(f"optional header of an unknown kind {magic:#x}")
    (entry,) = struct.unpack_from("<I", data, optional + 16)
    (base,) = struct.unpack_from("<Q", data, optional + 24) if is_64 else struct.unpack_from("<I", data, optional + 28)
    alignment, file_alignment = struct.unpack_from("<II", data, optional + 32)
    (headers_size,) = struct.unpack_from("<I", data, optional + 60)
    (subsystem,) = struct.unpack_from("<H", data, optional + 68)
    # The loader rounds an offset down to a sector, but not where sections are less than a page apart.
    sector = 512 if alignment >= 4_096 and file_alignment >= 512 else 1
    numbers = optional + (108 if is_64 else 92)
    (promised,) = struct.unpack_from("<I", data, numbers)
    fits = max(0, min(promised, 16, (len(data) - numbers - 4) // 8))
    pairs = struct.unpack_from(f"<{2 * fits}I", data, numbers + 4)
    return Program(
        machine=machine,
        timestamp=timestamp,
        flags=flags,
        is_64=is_64,
        entry=entry,
        base=base,
        headers_size=min(headers_size, len(data)),
        subsystem=subsystem,
        sections=tuple(_sections(data, optional + optional_size, min(count, SECTIONS), sector)),
        directories=tuple(zip(pairs[::2], pairs[1::2], strict=True)),
    )


def _sections(data: bytes, at: int, count: int, sector: int) -> Iterator[Section]:
    """The table of sections, up to where the file ends."""
    for start in range(at, min(at + 40 * count, len(data) - 39), 40):
        name, virtual, address, size, offset, _, _, _, flags = struct.unpack_from("<8sIIIIIIII", data, start)
        offset -= offset % sector
        yield Section(
            name=name.rstrip(b"\0").decode("latin-1"),
            raw_offset=offset,
            raw_size=max(0, min(size, len(data) - offset)),
            address=address,
            virtual_size=virtual,
            flags=flags,
        )


def sections(data: bytes) -> tuple[Section, ...]:
    """The sections of a program; none where it is no program."""
    try:
        return read(data).sections
    except Broken:
        return ()


def entry_offset(data: bytes) -> int:
    """Where in the file a program starts to run, -1 where that is not in the file."""
    try:
        return read(data).entry_offset
    except Broken:
        return -1


def imports(data: bytes, program: Program) -> tuple[Import, ...]:
    """What a program imports, in its own order; what cannot be read ends the list."""
    found: list[Import] = []
    at = program.offset(program.directory(IMPORT)[0]) if program.directory(IMPORT)[0] else -1
    for _ in range(LIBRARIES):
        if at < 0 or at + 20 > len(data):
            break
        names, _, _, library, addresses = struct.unpack_from("<IIIII", data, at)
        if not library or not (names or addresses):
            break
        title = _text(data, program.offset(library)).lower()
        for function in _functions(data, program, names or addresses):
            if len(found) >= FUNCTIONS:
                return tuple(found)
            found.append(Import(title, function))
        at += 20
    return tuple(found)


def _functions(data: bytes, program: Program, address: int) -> Iterator[str]:
    """The functions of one library, as its table of names or numbers has them."""
    at, size = program.offset(address), 8 if program.is_64 else 4
    by_number = 1 << (8 * size - 1)
    while 0 <= at <= len(data) - size:
        value = int.from_bytes(data[at : at + size], "little")
        if not value:
            return
        if value & by_number:
            yield f"#{value & 0xFFFF}"
        else:
            place = program.offset(value & 0x7FFFFFFF)
            if place < 0:
                return
            yield _text(data, place + 2)
        at += size


def exports(data: bytes, program: Program) -> tuple[str, tuple[str, ...]]:
    """The name that a library was built under, and those of the functions it gives."""
    at = program.offset(program.directory(EXPORT)[0]) if program.directory(EXPORT)[0] else -1
    if at < 0 or at + 40 > len(data):
        return "", ()
    title, _, _, count, _, names = struct.unpack_from("<IIIIII", data, at + 12)
    table = program.offset(names)
    if table < 0:
        return _text(data, program.offset(title)), ()
    fits = max(0, min(count, EXPORTS, (len(data) - table) // 4))
    places = struct.unpack_from(f"<{fits}I", data, table)
    return _text(data, program.offset(title)), tuple(_text(data, program.offset(place)) for place in places)


def _text(data: bytes, at: int) -> str:
    """Text up to its zero byte."""
    if at < 0:
        return ""
    end = data.find(b"\0", at, at + NAME_BYTES)
    return data[at : end if end >= 0 else at + NAME_BYTES].decode("latin-1")


def imphash(found: tuple[Import, ...], ordinals: dict[str, dict[int, str]] | None = None) -> str:
    """MD5 of the imports in their order, as is customary for telling builds apart; empty without imports.

    `ordinals` names what two libraries give by number only; without them the numbers stand for themselves.
    """
    if not found:
        return ""
    known = ordinals or {}
    words: list[str] = []
    for one in found:
        stem, _, last = one.library.rpartition(".")
        name = one.function.lower()
        if name.startswith("#"):
            number = int(name[1:])
            name = known.get(one.library, {}).get(number, f"ord{number}").lower()
        words.append(f"{stem if last in {'dll', 'ocx', 'sys'} else one.library}.{name}")
    return hashlib.md5(",".join(words).encode(), usedforsecurity=False).hexdigest()


def certificates(data: bytes, program: Program) -> tuple[int, int]:
    """Where the signatures stand in the file and how long they are: this one directory has an offset, no address."""
    offset, size = program.directory(CERTIFICATE)
    return (offset, min(size, len(data) - offset)) if 0 < offset < len(data) and size else (0, 0)


def overlay(data: bytes, program: Program) -> int:
    """Where that starts which no section holds, or the length of the file; signatures are no part of it."""
    end = max(
        (section.raw_offset + section.raw_size for section in program.sections if section.raw_size),
        default=program.headers_size,
    )
    offset, size = certificates(data, program)
    if offset and end <= offset <= end + 16:  # signatures are put on a border of eight bytes
        end = offset + size
    return min(end, len(data))
