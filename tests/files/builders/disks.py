"""Small images of disks, written from the formats' specifications: only what a reader needs."""

from __future__ import annotations

import plistlib
import struct
import uuid
import zlib

SECTOR = 2_048
HIDDEN = 2


def _both(number, size):
    return number.to_bytes(size, "little") + number.to_bytes(size, "big")


def _record(name, at, size, flags, extra=b""):
    body = bytes([0]) + _both(at, 4) + _both(size, 4) + bytes(7) + bytes([flags, 0, 0]) + _both(1, 2)
    body += bytes([len(name)]) + name + b"\0" * (1 - len(name) % 2) + extra
    body += b"\0" * ((len(body) + 1) % 2)
    return bytes([len(body) + 1]) + body


def iso(files, *, joliet=False, rock=False, hidden=(), loop=False, boots=False, extents=1):
    """An ISO 9660 image of files in its root; `loop` adds a folder that is the root again."""
    root_at, first = 20, 24
    records, contents, at = [], [], first
    for number, (name, data) in enumerate(files.items()):
        short = name.encode("utf-16-be") if joliet else f"FILE{number}.BIN;1".encode()
        nm = b"NM" + bytes([5 + len(name), 1, 0]) + name.encode() if rock else b""
        flags = 1 if name in hidden else 0
        pieces = [data[len(data) * part // extents : len(data) * (part + 1) // extents] for part in range(extents)]
        for part, piece in enumerate(pieces):
            more = 128 if part + 1 < extents else 0
            records.append(_record(short, at, len(piece), flags | more, nm))
            block = -(-len(piece) // SECTOR) or 1
            contents.append(piece.ljust(block * SECTOR, b"\0"))
            at += block
    if loop:
        records.append(_record("ROOT".encode("utf-16-be") if joliet else b"ROOT", root_at, SECTOR, 2))
    own = _record(b"\0", root_at, SECTOR, 2) + _record(b"\1", root_at, SECTOR, 2)
    directory = (own + b"".join(records)).ljust(SECTOR, b"\0")
    assert len(directory) == SECTOR
    volume = bytearray(SECTOR)
    volume[:7] = bytes([2 if joliet else 1]) + b"CD001\1"
    volume[88:91] = b"%/E" if joliet else bytes(3)
    volume[128:132] = _both(SECTOR, 2)
    volume[156:190] = _record(b"\0", root_at, SECTOR, 2)
    boot = (b"\0CD001\1EL TORITO SPECIFICATION" if boots else b"\2CD001\1").ljust(SECTOR, b"\0")
    head = bytes(16 * SECTOR) + bytes(volume) + (boot if boots else b"") + b"\xffCD001\1".ljust(SECTOR, b"\0")
    return head.ljust(root_at * SECTOR, b"\0") + directory.ljust(4 * SECTOR, b"\0") + b"".join(contents)


def _tag(number, place=0):
    return struct.pack("<HHBBHHHI", number, 2, 0, 0, 0, 0, 0, place)


def _node(kind, form, size, area):
    raw = bytearray(_tag(261) + bytes(160))
    raw[27], raw[34] = kind, form
    raw[56:64] = size.to_bytes(8, "little")
    return (bytes(raw[:168]) + struct.pack("<II", 0, len(area)) + area).ljust(SECTOR, b"\0")


def udf(files, *, hidden=(), embedded=False, loop=False):
    """A UDF image of files in its root: descriptors at 32, the anchor at 256, the partition from 260 on."""
    blocks = {0: _tag(256) + bytes(384) + struct.pack("<IIH6x", SECTOR, 1, 0)}
    names, at = b"", 3
    for name, data in files.items():
        place = at
        if embedded:
            blocks[at] = _node(5, 3, len(data), data)
            at += 1
        else:
            blocks[at] = _node(5, 0, len(data), struct.pack("<II", len(data), at + 1))
            count = -(-len(data) // SECTOR) or 1
            for number in range(count):
                blocks[at + 1 + number] = data[number * SECTOR : (number + 1) * SECTOR]
            at += 1 + count
        names += _identifier(name, 1 if name in hidden else 0, place)
    if loop:
        names += _identifier("again", 2, 1)
    blocks[1] = _node(4, 0, len(names), struct.pack("<II", len(names), 2))
    blocks[2] = names
    image = bytearray(SECTOR * (261 + at))
    image[16 * SECTOR + 1 : 16 * SECTOR + 6] = b"BEA01"
    image[17 * SECTOR + 1 : 17 * SECTOR + 6] = b"NSR02"
    image[18 * SECTOR + 1 : 18 * SECTOR + 6] = b"TEA01"
    partition = bytearray(_tag(5) + bytes(496))
    partition[188:196] = struct.pack("<II", 260, at)
    logical = bytearray(_tag(6) + bytes(496))
    logical[212:216] = struct.pack("<I", SECTOR)
    logical[248:264] = struct.pack("<IIH6x", SECTOR, 0, 0)
    logical[264:272] = struct.pack("<II", 6, 1)
    logical[440:446] = struct.pack("<BBHH", 1, 6, 1, 0)
    for number, raw in enumerate((partition, logical, _tag(8))):
        image[(32 + number) * SECTOR : (32 + number) * SECTOR + len(raw)] = raw
    anchor = _tag(2, 256) + struct.pack("<II", 16 * SECTOR, 32)
    image[256 * SECTOR : 256 * SECTOR + len(anchor)] = anchor
    for number, raw in blocks.items():
        start = (260 + number) * SECTOR
        image[start : start + len(raw)] = raw
    return bytes(image)


def _identifier(name, flags, place):
    text = b"\x10" + name.encode("utf-16-be")
    raw = _tag(257) + struct.pack("<HBB", 1, flags, len(text)) + struct.pack("<IIH6x", SECTOR, place, 0)
    raw += struct.pack("<H", 0) + text
    return raw.ljust(-(-len(raw) // 4) * 4, b"\0")


def fat(files, *, hidden=(), circle=False, bits=12):
    """A FAT volume of files in its root, with long names; `circle` makes every chain bite its tail."""
    clusters = {12: 200, 16: 4_200}[bits]
    table_sectors, cluster = (clusters + 2) * bits // 8 // 512 + 1, 512
    table, chains, entries, at = {0: 0xFF8, 1: 0xFFF}, b"", b"", 2
    for number, (name, data) in enumerate(files.items()):
        count = -(-len(data) // cluster)
        for step in range(count):
            last = at if circle else (1 << bits) - 1
            table[at + step] = at + step + 1 if step + 1 < count else last
        short = f"F{number:07}BIN".encode()
        wide = (name.encode("utf-16-le") + b"\0\0").ljust(-(-(len(name) + 1) // 13) * 26, b"\xff")
        parts = [wide[place : place + 26] for place in range(0, len(wide), 26)]
        for order in range(len(parts), 0, -1):
            part, mark = parts[order - 1], 0x40 if order == len(parts) else 0
            entries += bytes([order | mark]) + part[:10] + b"\x0f\0\0" + part[10:22] + b"\0\0" + part[22:]
        flags = 32 | (HIDDEN if name in hidden else 0)
        size = len(data) if not circle else 1 << 30
        entries += short + bytes([flags]) + bytes(14) + struct.pack("<HI", at if count else 0, size)
        chains += data.ljust(count * cluster, b"\0")
        at += count
    boot = b"\xeb\x3c\x90MSDOS5.0" + struct.pack("<HBHBHHBH", 512, 1, 1, 1, 64, 0, 0xF8, table_sectors)
    boot = (boot + bytes(8) + struct.pack("<I", 1 + table_sectors + 4 + clusters)).ljust(510, b"\0") + b"\x55\xaa"
    packed = sum(value << number * bits for number, value in table.items()).to_bytes(table_sectors * 512, "little")
    return boot + packed + entries.ljust(64 * 32, b"\0") + chains.ljust(clusters * cluster, b"\0")


def mbr(volume):
    """A disk with one partition."""
    row = struct.pack("<B3xB3xII", 0, 6, 8, len(volume) // 512)
    return bytes(446) + row + bytes(48) + b"\x55\xaa" + bytes(7 * 512) + volume


def gpt(volume):
    """A disk with one partition in a GPT."""
    protective = bytes(446) + struct.pack("<B3xB3xII", 0, 0xEE, 1, 99) + bytes(48) + b"\x55\xaa"
    header = (b"EFI PART" + bytes(64) + struct.pack("<QII", 2, 1, 128)).ljust(512, b"\0")
    row = uuid.UUID(int=7).bytes * 2 + struct.pack("<QQ", 8, 8 + len(volume) // 512 - 1)
    return protective + header + row.ljust(6 * 512, b"\0") + volume


def _footer(kind, size, at):
    footer = bytearray(512)
    footer[:8] = b"conectix"
    footer[16:24], footer[48:56], footer[60:64] = at.to_bytes(8), size.to_bytes(8), kind.to_bytes(4)
    return bytes(footer)


def vhd(disk, *, dynamic=False):
    """A VHD, fixed or dynamic with blocks of 64 KB of which the empty ones are left out."""
    if not dynamic:
        return disk + _footer(2, len(disk), (1 << 64) - 1)
    block, footer = 65_536, _footer(3, len(disk), 512)
    count = -(-len(disk) // block)
    header = bytearray(1_024)
    header[:8] = b"cxsparse"
    header[16:24], header[28:32], header[32:36] = (1_536).to_bytes(8), count.to_bytes(4), block.to_bytes(4)
    table, body = b"", b""
    start = 1_536 + -(-count * 4 // 512) * 512
    for number in range(count):
        piece = disk[number * block : (number + 1) * block].ljust(block, b"\0")
        if any(piece):
            table += ((start + len(body)) // 512).to_bytes(4)
            body += b"\xff" * 512 + piece
        else:
            table += b"\xff" * 4
    return footer + bytes(header) + table.ljust(start - 1_536, b"\0") + body + footer


def vhdx(disk):
    """A VHDX with blocks of one megabyte."""
    mib = 1 << 20
    image = bytearray(3 * mib)
    image[:8] = b"vhdxfile"
    names = [uuid.UUID(text).bytes_le for text in ("2dc27766-f623-4200-9d64-115e9bfd4a08",
             "8b7ca206-4790-4b9a-b8fe-575f050f886e")]  # fmt: skip
    rows = names[0] + struct.pack("<QII", 2 * mib, mib, 1) + names[1] + struct.pack("<QII", mib, mib, 1)
    image[196_608 : 196_608 + 80] = b"regi" + bytes(4) + struct.pack("<II", 2, 0) + rows
    items = [("caa16737-fa36-4d43-b3b6-33f0aa44e76b", struct.pack("<II", mib, 0)),
             ("2fa54224-cd1b-4876-b211-5dbed83bf4b8", struct.pack("<Q", len(disk))),
             ("8141bf1d-a96f-4709-ba47-f233a8faab5f", struct.pack("<I", 512))]  # fmt: skip
    table = b"metadata" + struct.pack("<HH20x", 0, len(items))
    for number, (name, value) in enumerate(items):
        table += uuid.UUID(name).bytes_le + struct.pack("<IIII", 65_536 + 16 * number, len(value), 0, 0)
        image[mib + 65_536 + 16 * number : mib + 65_536 + 16 * number + len(value)] = value
    image[mib : mib + len(table)] = table
    for number in range(-(-len(disk) // mib)):
        image[2 * mib + 8 * number : 2 * mib + 8 * number + 8] = struct.pack("<Q", (3 + number) << 20 | 6)
    return bytes(image) + disk.ljust(-(-len(disk) // mib) * mib, b"\0")


def dmg(disk):
    """An Apple disk image of one partition in one deflated chunk."""
    packed = zlib.compress(disk)
    chunks = struct.pack(">IIQQQQ", 0x8000_0005, 0, 0, len(disk) // 512, 0, len(packed))
    chunks += struct.pack(">IIQQQQ", 0xFFFF_FFFF, 0, 0, 0, 0, 0)
    mish = (b"mish" + struct.pack(">IQQQ", 1, 0, len(disk) // 512, 0)).ljust(200, b"\0") + struct.pack(">I", 2) + chunks
    plist = plistlib.dumps({"resource-fork": {"blkx": [{"Name": "disk", "Data": mish}]}})
    koly = bytearray(512)
    koly[:4] = b"koly"
    koly[216:232] = struct.pack(">QQ", len(packed), len(plist))
    return packed + plist + bytes(koly)


def ntfs(files, *, hidden=()):
    """An NTFS volume: a table of files that lies in one run; small files resident, others in clusters."""
    cluster, record = 1_024, 1_024
    records, contents = [], b""
    total = 24 + len(files)
    records.append(_file_record([_mapped(total * record, [(4, total)])], in_use=True))
    records += [bytes(record)] * 23
    for name, data in files.items():
        parts = [_resident(0x10, bytes(32) + struct.pack("<I", HIDDEN if name in hidden else 0) + bytes(12))]
        named = struct.pack("<Q", 5) + bytes(56) + bytes([len(name), 1]) + name.encode("utf-16-le")
        parts.append(_resident(0x30, named))
        if len(data) < 500:
            parts.append(_resident(0x80, data))
        else:
            count = -(-len(data) // cluster)
            parts.append(_mapped(len(data), [(4 + total + len(contents) // cluster, count)]))
            contents += data.ljust(count * cluster, b"\0")
        records.append(_file_record(parts, in_use=True))
    boot = bytearray(b"\xeb\x52\x90NTFS    " + struct.pack("<HB", 512, 2) + bytes(498))
    boot[48:56], boot[64] = struct.pack("<Q", 4), 1
    boot[510:512] = b"\x55\xaa"
    return bytes(boot[:512]).ljust(4 * cluster, b"\0") + b"".join(records) + contents


def _resident(kind, value):
    raw = struct.pack("<IIBBHHHIH2x", kind, 24 + -(-len(value) // 8) * 8, 0, 0, 24, 0, 0, len(value), 24) + value
    return raw.ljust(24 + -(-len(value) // 8) * 8, b"\0")


def _mapped(size, runs):
    pairs = b"".join(b"\x42" + struct.pack("<Hi", count, place) for place, count in runs).ljust(8, b"\0")
    head = struct.pack("<IIBBHHH", 0x80, 64 + len(pairs), 1, 0, 64, 0, 0)
    return head + struct.pack("<QQHHIQQQ", 0, 0, 64, 0, 0, size, size, size) + pairs


def _file_record(parts, *, in_use):
    raw = bytearray(b"FILE" + struct.pack("<HHQHHHHII", 48, 0, 0, 1, 1, 56, int(in_use), 0, 1_024) + bytes(24))
    return (bytes(raw[:56]) + b"".join(parts) + b"\xff\xff\xff\xff").ljust(1_024, b"\0")


ALL = {
    "iso": iso,
    "joliet": lambda files: iso(files, joliet=True),
    "rock": lambda files: iso(files, rock=True),
    "udf": udf,
    "fat": fat,
    "fat16": lambda files: fat(files, bits=16),
    "mbr": lambda files: mbr(fat(files)),
    "gpt": lambda files: gpt(fat(files)),
    "vhd": lambda files: vhd(mbr(fat(files))),
    "dynamic": lambda files: vhd(mbr(fat(files)), dynamic=True),
    "vhdx": lambda files: vhdx(mbr(fat(files))),
    "dmg": lambda files: dmg(fat(files)),
    "ntfs": ntfs,
}
