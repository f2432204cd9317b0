"""Windows programs, put together of sections, imports, exports, resources and a signature that signs nothing."""

from __future__ import annotations

import hashlib
import struct

HEADERS = 0x400
PAGE = 0x1000
READ, WRITE, RUN = 0x40000000, 0x80000000, 0x20000000


def program(
    imports: dict[str, list[str]] | None = None,
    *,
    name: bytes = b".text",
    code: bytes = b"\xc3" * 512,
    flags: int = READ | RUN,
    exports: tuple[str, ...] = (),
    resource: bytes = b"",
    resource_type: int = 10,
    company: str = "",
    timestamp: int = 1_600_000_000,
    signed: str = "",
    overlay: bytes = b"",
    net: bytes = b"",
) -> bytes:
    """A 32-bit program. `signed` is "own" or "alien"."""
    resource = _version(company) if company else resource
    sections = [(name, code, flags)]
    directories = [(0, 0)] * 16
    for number, made, title in (
        (1, _imports(imports or {}, PAGE * 0x101), b".idata"),
        (0, _exports(exports, PAGE * 0x201), b".edata"),
        (2, _resources(resource, 16 if company else resource_type, PAGE * 0x301), b".rsrc"),
        (14, net, b".net"),
    ):
        if made:
            address = PAGE * {1: 0x101, 0: 0x201, 2: 0x301, 14: 0x401}[number]
            directories[number] = (address, len(made))
            sections.append((title, made, READ))
    addresses = {b".idata": 0x101, b".edata": 0x201, b".rsrc": 0x301, b".net": 0x401}
    table, body, at = b"", b"", HEADERS
    for title, raw, how in sections:
        padded = raw.ljust(-(-len(raw) // 512) * 512, b"\0")
        address = PAGE * addresses.get(title, 1)
        table += struct.pack("<8sIIIIIIHHI", title, len(raw), address, len(padded), at, 0, 0, 0, 0, how)
        body, at = body + padded, at + len(padded)
    is_dll = 0x2000 if exports else 0
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    head += b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, len(sections), timestamp, 0, 0, 224, 0x102 | is_dll)
    head += struct.pack("<HBBIIIIIIIII", 0x10B, 1, 0, 512, 0, 0, PAGE, PAGE, PAGE, 0x400000, PAGE, 512)
    head += struct.pack("<HHHHHHIIIIHHIIIIII", 4, 0, 0, 0, 4, 0, 0, PAGE * 0x501, HEADERS, 0, 2, 0, 0, 0, 0, 0, 0, 16)
    whole = head + b"".join(struct.pack("<II", *pair) for pair in directories) + table
    whole = whole.ljust(HEADERS, b"\0") + body
    return (_signed(whole, is_own=signed == "own") if signed else whole) + overlay


def _imports(libraries: dict[str, list[str]], base: int) -> bytes:
    if not libraries:
        return b""
    descriptors, rest = b"", b""
    start = base + 20 * (len(libraries) + 1)
    for library, functions in libraries.items():
        title = start + len(rest)
        rest += library.encode() + b"\0"
        places = []
        for function in functions:
            if function.startswith("#"):
                places.append(1 << 31 | int(function[1:]))
            else:
                places.append(start + len(rest))
                rest += b"\0\0" + function.encode() + b"\0"
        table = start + len(rest)
        rest += struct.pack(f"<{len(places) + 1}I", *places, 0)
        descriptors += struct.pack("<IIIII", table, 0, 0, title, table)
    return descriptors + bytes(20) + rest


def _exports(names: tuple[str, ...], base: int) -> bytes:
    if not names:
        return b""
    places, texts = [], b""
    for name in ("built.dll", *names):
        places.append(base + 40 + 4 * len(names) + len(texts))
        texts += name.encode() + b"\0"
    head = struct.pack("<IIIIIIIIII", 0, 0, 0, places[0], 1, 0, len(names), 0, base + 40, 0)
    return head + struct.pack(f"<{len(names)}I", *places[1:]) + texts


def _resources(data: bytes, type_: int, base: int) -> bytes:
    if not data:
        return b""
    level = struct.pack("<IIHHHH", 0, 0, 0, 0, 0, 1)
    tree = b"".join(level + struct.pack("<II", number, place) for number, place in (
        (type_, 1 << 31 | 24), (1, 1 << 31 | 48), (1033, 72)))  # fmt: skip
    return tree + struct.pack("<IIII", base + 88, len(data), 0, 0) + data


def _version(company: str) -> bytes:
    def block(key: str, value: bytes, inner: bytes = b"", type_: int = 1) -> bytes:
        body = key.encode("utf-16-le") + b"\0\0"
        body += b"\0" * (-(6 + len(body)) % 4) + value
        body += b"\0" * (-(6 + len(body)) % 4) + inner
        return struct.pack("<HHH", 6 + len(body), len(value) // 2 if type_ else len(value), type_) + body

    text = block("CompanyName", company.encode("utf-16-le") + b"\0\0")
    table = block("StringFileInfo", b"", block("040904b0", b"", text))
    return block("VS_VERSION_INFO", bytes(52), table, 0)


def _signed(whole: bytes, *, is_own: bool) -> bytes:
    """With a certificate table of bytes that look like one: the name of the algorithm and a digest."""
    entry = 64 + 24 + 96 + 8 * 4
    blob = b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01" + bytes(32)
    table = struct.pack("<IHH", 8 + len(blob) + 5, 0x200, 2) + blob + bytes(5)
    whole = whole[:entry] + struct.pack("<II", len(whole), len(table)) + whole[entry + 8 :]
    start = 64 + 24 + 64
    digest = hashlib.sha256(whole[:start] + whole[start + 4 : entry] + whole[entry + 8 :]).digest()
    return whole + table.replace(bytes(32), digest if is_own else b"\1" * 32, 1)
