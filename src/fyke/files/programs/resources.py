"""What a Windows program carries with it: its resources, what it says of itself, and whether its signature is its own.

After Microsoft's "PE Format" (the .rsrc section), VS_VERSIONINFO, and "Windows Authenticode Portable Executable
Signature Format". Who signed, and whether anybody trusts them, is not asked here.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.programs.pe import CERTIFICATE, RESOURCE, Program, certificates

ENTRIES = 4_096  # directory entries read of one program: large ones have some hundreds
LEVELS = 3  # type, name, language
VERSION, ICON, RAW, PAGE, MANIFEST = 16, 3, 10, 23, 24  # "Resource Types"
VERSION_BYTES = 65_535  # its length is a word
STRINGS = 64


class Resource(Struct, frozen=True):
    """One resource: its place in the file."""

    type: int  # 0 where it has a name
    name: str  # of the type, or the resource's number
    offset: int
    size: int


def resources(data: bytes, program: Program) -> Iterator[Resource]:
    """All resources, each once; directories that lead in a circle end with the count."""
    base = program.offset(program.directory(RESOURCE)[0]) if program.directory(RESOURCE)[0] else -1
    if base < 0:
        return
    left = ENTRIES
    stack: list[tuple[int, int, int, str]] = [(base, 0, 0, "")]
    seen: set[int] = set()
    while stack and left:
        at, level, type_, name = stack.pop()
        if at in seen or at + 16 > len(data):
            continue
        seen.add(at)
        named, numbered = struct.unpack_from("<HH", data, at + 12)
        fits = max(0, min(named + numbered, left, (len(data) - at - 16) // 8))
        left -= fits
        for place in range(at + 16, at + 16 + 8 * fits, 8):
            number, target = struct.unpack_from("<II", data, place)
            kind = (number if number < 1 << 16 else 0) if level == 0 else type_
            title = _name(data, base, number) if level == 0 or number >> 31 else name or str(number)
            if target >> 31 and level < LEVELS:
                stack.append((base + (target & 0x7FFFFFFF), level + 1, kind, title))
            elif base + target + 8 <= len(data):
                address, size = struct.unpack_from("<II", data, base + target)
                offset = program.offset(address)
                if offset >= 0:
                    yield Resource(kind, title, offset, min(size, len(data) - offset))


def _name(data: bytes, base: int, number: int) -> str:
    """The name of an entry, where it has one."""
    if not number >> 31:
        return str(number)
    at = base + (number & 0x7FFFFFFF)
    length = int.from_bytes(data[at : at + 2], "little")
    return data[at + 2 : at + 2 + 2 * min(length, 128)].decode("utf-16-le", "replace")


def version_info(data: bytes, program: Program) -> dict[str, str]:
    """What a program says of itself: CompanyName, ProductName, OriginalFilename and so on."""
    for resource in resources(data, program):
        if resource.type == VERSION:
            return _strings(data[resource.offset : resource.offset + min(resource.size, VERSION_BYTES)])
    return {}


def _strings(block: bytes) -> dict[str, str]:
    """The pairs of a VS_VERSIONINFO: blocks on four-byte borders, each with its length, that of its value, a type."""
    found: dict[str, str] = {}
    at = block.find("StringFileInfo\0".encode("utf-16-le"))
    at = (at + 30 + 3) & ~3 if at >= 0 else len(block)
    at += 24  # the head of the table: three words, eight digits of the language, a zero
    while at + 6 <= len(block) and len(found) < STRINGS:
        at = (at + 3) & ~3
        length, value_chars, type_ = struct.unpack_from("<HHH", block, at) if at + 6 <= len(block) else (0, 0, 0)
        if length < 8 or type_ not in {0, 1}:
            break
        words = block[at + 6 : at + length].decode("utf-16-le", "replace")
        key, _, value = words.partition("\0")
        if value_chars:
            found[key] = value.strip("\0").partition("\0")[0].strip()
        at += length
    return found


def has_own_signature(data: bytes, program: Program) -> bool | None:
    """Whether the signature in the file was made of this file; None where there is none, or an algorithm we lack.

    The digest that was signed stands in the signature as it is; so it is ours exactly if ours stands in it.
    """
    offset, size = certificates(data, program)
    signature = data[offset + 8 : offset + size]
    if not signature:
        return None
    start = int.from_bytes(data[60:64], "little") + 24
    check_sum = start + 64
    entry = start + (112 if program.is_64 else 96) + 8 * CERTIFICATE
    # Authenticode, "Calculating the PE Image Hash": all but the check sum, the entry of the directory, and itself.
    pieces = (data[:check_sum], data[check_sum + 4 : entry], data[entry + 8 : offset], data[offset + size :])
    known = False
    for name, identifier in _DIGESTS:
        if identifier in signature:
            known = True
            digest = hashlib.new(name, usedforsecurity=False)
            for piece in pieces:
                digest.update(piece)
            if digest.digest() in signature:
                return True
    return False if known else None


_DIGESTS = (  # with their object identifiers as DER
    ("sha256", b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"),
    ("sha1", b"\x06\x05\x2b\x0e\x03\x02\x1a"),
    ("sha384", b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02"),
    ("sha512", b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03"),
    ("md5", b"\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05"),
)
