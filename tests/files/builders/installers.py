"""Small cabinets, help files, packages and set-up programs, written from descriptions: only what a reader needs."""

from __future__ import annotations

import bz2
import lzma
import random
import struct
import zlib

FRAME = 32_768


def _deflated(data, window=b""):
    step = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=window) if window else zlib.compressobj(9, zlib.DEFLATED, -15)
    return step.compress(data) + step.flush()


def cab(files, *, method="mszip", spans=False):
    """A cabinet of one folder: stored, MSZIP or LZX."""
    whole = b"".join(files.values())
    blocks, window = b"", b""
    frames = [whole[at : at + FRAME] for at in range(0, len(whole), FRAME)]
    for number, frame in enumerate(frames):
        packed = frame
        if method == "mszip":
            packed, window = b"CK" + _deflated(frame, window), frame
        elif method == "lzx":
            packed = lzx_frame(frame, is_first=number == 0)
        blocks += struct.pack("<IHH", 0, len(packed), len(frame)) + packed
    rows, start = b"", 0
    for name, data in files.items():
        rows += struct.pack("<IIHHHH", len(data), start, 0xFFFE if spans else 0, 0, 0, 0x20) + name.encode() + b"\0"
        start += len(data)
    code = {"stored": 0, "mszip": 1, "lzx": 0x1503}[method]
    at = 36 + 8 + len(rows)
    folder = struct.pack("<IHH", at, len(frames), code)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, at + len(blocks), 0, 44, 0, 3, 1, 1, len(files), 0, 0, 0)
    return head + folder + rows + blocks


class _Bits:
    def __init__(self):
        self.text = ""

    def put(self, value, count):
        self.text += f"{value:0{count}b}" if count else ""

    def raw(self):
        self.text += "0" * (-len(self.text) % 16)
        units = [int(self.text[at : at + 16], 2) for at in range(0, len(self.text), 16)]
        return struct.pack(f"<{len(units)}H", *units)


def _lengths(bits, runs):
    """Lengths of codes by runs of (code, count, extra bits): codes 9 (a length of 8), 0 (as before), 18 (zeros)."""
    for symbol in range(20):
        bits.put({9: 1, 0: 2, 18: 2}.get(symbol, 0), 4)
    for code, extra in runs:
        bits.put({9: 0b0, 0: 0b10, 18: 0b11}[code], {9: 1, 0: 2, 18: 2}[code])
        if code == 18:
            bits.put(extra, 5)


def lzx_frame(frame, *, is_first):
    """One frame of LZX: a block of literals, each with a code of eight bits, or the bytes as they are."""
    bits = _Bits()
    if is_first:
        bits.put(0, 1)
    if len(frame) % 2:
        bits.put(1, 3)
        bits.put(len(frame), 24)
        _lengths(bits, [(9, 0)] * 256)  # only the last frame is odd: no lengths were told before
        rest = 8 * 50
        zeros = [(18, 31)] * (rest // 51) + ([(18, rest % 51 - 20)] if rest % 51 >= 20 else [(0, 0)] * (rest % 51))
        _lengths(bits, zeros)
        _lengths(bits, [(18, 31)] * 4 + [(18, 25)])
        for byte in frame:
            bits.put(byte, 8)
        return bits.raw()
    bits.put(3, 3)
    bits.put(len(frame), 24)
    bits.put(0, 16 - len(bits.text) % 16)
    return bits.raw() + struct.pack("<III", 1, 1, 1) + frame


def chm(files):
    """Compiled help: one leaf, all files plain but the last, which is packed."""
    names, content, at = b"", b"", 0
    packed_name = list(files)[-1]
    last = files[packed_name]
    frames = [last[place : place + FRAME] for place in range(0, len(last), FRAME)]
    stream = b"".join(lzx_frame(frame, is_first=True) for frame in frames)
    control = struct.pack("<I4sIIII", 6, b"LZXC", 2, 1, 2, 0)
    store = "::DataSpace/Storage/MSCompressed/"
    resets = "Transform/{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}/InstanceData/ResetTable"
    plain = {f"/{name}": data for name, data in files.items() if name != packed_name}
    plain |= {f"{store}Content": stream, f"{store}ControlData": control,
              f"{store}{resets}": struct.pack("<IIIIQQQ", 2, 1, 8, 40, len(last), len(stream), FRAME)}  # fmt: skip
    for name, data in plain.items():
        names += _listed(name, 0, at, len(data))
        content, at = content + data, at + len(data)
    names += _listed(f"/{packed_name}", 1, 0, len(last))
    leaf = (b"PMGL" + struct.pack("<IIii", 4_096 - 20 - len(names), 0, -1, -1) + names).ljust(4_096, b"\0")
    directory = struct.pack("<4sIIIIIIiiiiI", b"ITSP", 1, 84, 10, 4_096, 2, 1, -1, 0, 0, -1, 1).ljust(84, b"\0")
    start = 96 + len(directory) + len(leaf)
    head = b"ITSF" + struct.pack("<IIIII", 3, 96, 1, 0, 0) + bytes(32)
    head += struct.pack("<QQQQQ", 0, 0, 96, len(directory) + len(leaf), start)
    return head + directory + leaf + content


def _listed(name, section, at, size):
    return _number(len(name)) + name.encode() + _number(section) + _number(at) + _number(size)


def _number(value):
    out = [value & 127]
    while value := value >> 7:
        out.append(value & 127 | 128)
    return bytes(reversed(out))


def program(overlay=b""):
    """A Windows program of one section, inert, and what is appended to it."""
    head = b"MZ" + bytes(58) + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x102)
    optional = struct.pack("<HBBIIIIII", 0x10B, 8, 0, 512, 0, 0, 4_096, 4_096, 8_192)
    optional += struct.pack("<IIIHHHHHHIIII", 0x400000, 4_096, 512, 4, 0, 0, 0, 4, 0, 0, 8_192, 512, 0)
    optional = (optional + struct.pack("<HHIIIIII", 2, 0, 1 << 20, 4_096, 1 << 20, 4_096, 0, 16)).ljust(224, b"\0")
    section = struct.pack("<8sIIII12xI", b".text", 512, 4_096, 512, 512, 0x60000020)
    return (head + coff + optional + section).ljust(512, b"\0") + b"\xc3".ljust(512, b"\xcc") + overlay


def nsis(files, *, solid=False, method="zlib", wide=True):
    """An installer of NSIS: a header with its instructions and texts, then the files."""
    strings, rows, at = b"\0\0" if wide else b"\0", b"", 0
    bodies = []
    for name, data in files.items():
        place = len(strings) // (2 if wide else 1)
        strings += name.encode("utf-16-le" if wide else "latin-1") + (b"\0\0" if wide else b"\0")
        rows += struct.pack("<IIIIIII", 20, 0, place, at, 0, 0, 0)
        body = struct.pack("<I", len(data)) + data
        if not solid:
            packed = _packed(data, method)
            body = struct.pack("<I", len(packed) | 1 << 31) + packed
        at += len(body)
        bodies.append(body)
    start = 4 + 8 * 8
    blocks = [(0, 0), (0, 0), (start, len(files)), (start + len(rows), 0)] + [(0, 0)] * 4
    header = struct.pack("<I", 0) + b"".join(struct.pack("<II", *block) for block in blocks) + rows + strings
    if solid:
        body = _packed(struct.pack("<I", len(header)) + header + b"".join(bodies), method)
    else:
        packed = _packed(header, method)
        body = struct.pack("<I", len(packed) | 1 << 31) + packed + b"".join(bodies)
    first = struct.pack("<II12sII", 0, 0xDEADBEEF, b"NullsoftInst", len(header), 28 + len(body))
    return program(first + body)


def _packed(data, method):
    if method == "zlib":
        return _deflated(data)
    if method == "bzip2":
        return b"1\0" + bz2.compress(data)[10:]
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 23}]
    return b"\x5d" + struct.pack("<I", 1 << 23) + lzma.compress(data, lzma.FORMAT_RAW, filters=filters)


def shelf(files):
    """InstallShield's program with plain files behind it."""
    rows = (f"{name}\0Disk1\\{name}\0001.0.0.0\0{len(data)}\0".encode() + data for name, data in files.items())
    return program(b"".join(rows))


def encoded_shelf(files, *, stream=False):
    """InstallShield's program with files behind it that are mixed with their names."""
    swap = bytes(~(byte << 4 | byte >> 4) & 255 for byte in range(256))
    back = bytes(swap.index(byte) for byte in range(256))
    out = (b"ISSetupStream\0" if stream else b"InstallShield\0") + struct.pack("<HI", len(files), 0) + bytes(26)
    for name, data in files.items():
        packed = zlib.compress(data) if stream else data
        key = bytes(byte ^ (0x13, 0x35, 0x86, 0x07)[at % 4] for at, byte in enumerate(name.encode()))
        mixed = bytes(byte ^ key[at % 1_024 % len(key)] for at, byte in enumerate(packed)).translate(back)
        if stream:
            wide = name.encode("utf-16-le")
            out += struct.pack("<IIHI10x", len(wide), 6, 0, len(packed)) + wide + mixed
        else:
            out += name.encode().ljust(260, b"\0") + struct.pack("<IIII", 6, 0, len(packed), 0) + bytes(36) + mixed
    return program(out)


def iscab(files):
    """A cabinet of InstallShield 6 with its list: each file deflated in pieces."""
    table, names, bodies = b"", b"", b""
    rows, start = 0x57 * len(files), 512 + 64 + 0x57 * len(files) + 260 * len(files)
    for number, (name, data) in enumerate(files.items()):
        pieces = [_deflated(data[at : at + FRAME]) for at in range(0, len(data), FRAME)]
        body = b"".join(struct.pack("<H", len(packed)) + packed for packed in pieces)
        place = rows + 260 * number
        table += struct.pack("<HQQQ", 4, len(data), len(body), start + len(bodies)) + bytes(32)
        table += struct.pack("<IH", place, 0) + bytes(21) + struct.pack("<H", 1)
        names += name.encode().ljust(260, b"\0")
        bodies += body
    descriptor = bytes(12) + struct.pack("<IIIIIIIII", 64, 0, 0, 0, 0, 0, 0, len(files), 0) + bytes(16)
    head = b"ISc(" + struct.pack("<IIII", 0x01006000, 0, 512, 64 + len(table) + len(names))
    return head.ljust(512, b"\0") + descriptor + table + names + bodies


def sis(files):
    """An installer for Symbian with deflated files."""
    head = bytearray(0x66)
    head[4:8], head[8:12] = b"\x12\x3a\0\x10", b"\x19\x04\0\x10"
    head[18:22], head[52:56] = struct.pack("<HH", 1, len(files)), struct.pack("<I", 0x66)
    rows, rest, at = b"", b"", 0x66 + 48 * len(files)
    for name, data in files.items():
        wide, packed = f"!:\\{name}".encode("utf-16-le"), zlib.compress(data)
        place = at + len(rest)
        rows += struct.pack("<12I", 0, 0, 0, 0, 0, len(wide), place, len(packed), place + len(wide), len(data), 0, 0)
        rest += wide + packed
    return bytes(head) + rows + rest


def rpm(payload):
    """A package with empty headers."""
    header = b"\x8e\xad\xe8\1" + bytes(4) + struct.pack(">II", 0, 0)
    return b"\xed\xab\xee\xdb".ljust(96, b"\0") + header + header + payload


def autoit(name, data, *, new=True):
    """A compiled AutoIt program that carries one file, encrypted and not packed."""
    from fyke.files.installers.autoit import EA05, EA06, _decrypted

    make = EA06 if new else EA05
    codec = "utf-16-le" if new else "cp1252"
    out = _decrypted(b"FILE", 0x18EE if new else 0x16FA, make)
    for text, mask, seed in (("<", make.name_length, make.name_seed), (name, make.path_length, make.path_seed)):
        out += struct.pack("<I", len(text) ^ mask) + _decrypted(text.encode(codec), seed + len(text), make)
    out += b"\0" + struct.pack("<II", len(data) ^ make.sizes, len(data) ^ make.sizes) + bytes(20)
    out += _decrypted(data, make.content_seed, make)
    sign = bytes.fromhex("a3484bbe986c4aa9994c530a86d6487d") + b"AU3!" + (b"EA06" if new else b"EA05")
    return program(sign + bytes(16) + out)


def upx(image, *, method="lzma"):
    """A program in the shape of UPX's: a header of its own, then the packed image."""
    if method == "lzma":
        filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20}]
        packed, number = b"\x02\x03" + lzma.compress(image, lzma.FORMAT_RAW, filters=filters), 14
    else:
        packed, number = nrv_literals(image), {"b": 2, "d": 5, "e": 8}[method]
    header = b"UPX!" + struct.pack("<BBBBIIIIIBBBB", 13, 9, number, 9, 0, 0, len(image), len(packed), 0, 0, 0, 0, 0)
    return program(header + packed)


def nrv_literals(data):
    """A stream of NRV with no match in it: a word of ones before each 32 bytes."""
    return b"".join(b"\xff" * 4 + data[at : at + 32] for at in range(0, len(data), 32)) + bytes(4)


def noise(size, seed=7):
    """Bytes that do not pack."""
    return random.Random(seed).randbytes(size)


ALL = {
    "cab": cab,
    "stored": lambda files: cab(files, method="stored"),
    "lzx": lambda files: cab(files, method="lzx"),
    "chm": chm,
    "nsis": nsis,
    "nsis solid": lambda files: nsis(files, solid=True),
    "nsis lzma": lambda files: nsis(files, method="lzma", wide=False),
    "nsis solid lzma": lambda files: nsis(files, solid=True, method="lzma"),
    "shelf": shelf,
    "encoded": encoded_shelf,
    "stream": lambda files: encoded_shelf(files, stream=True),
    "iscab": iscab,
    "sis": sis,
}
