"""ZIP archives built by hand, so that header and directory may say what they like."""

import hashlib
import hmac
import struct
import zlib

from msgspec import Struct

from fyke.files.archives.ziplock import crypto_keys

_HEADER, _RECORD, _END = "<4sHHHHHIIIHH", "<4sHHHHHHIIIHHHHHII", "<4sHHHHIIH"


class Entry(Struct):
    """A member. What is None in `own` values is said alike by header and directory."""

    name: str
    data: bytes = b""
    method: int = 8
    flags: int = 0
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    extra: bytes = b""
    own_name: str | None = None  # in the header
    own_flags: int | None = None
    own_method: int | None = None
    hidden: bool = False  # from the directory
    headless: bool = False  # shares the header of the entry before


def deflate(data):
    step = zlib.compressobj(9, zlib.DEFLATED, -15)
    return step.compress(data) + step.flush()


def build(entries, comment=b"", prefix=b"", count=None):
    out, records, at = bytearray(prefix), bytearray(), len(prefix)
    told = 0
    for entry in entries:
        packed = entry.packed
        if packed is None:
            packed = deflate(entry.data) if entry.method == 8 else entry.data
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        size = len(entry.data) if entry.size is None else entry.size
        name = entry.name.encode()
        own = (entry.own_name or entry.name).encode()
        if not entry.headless:
            at = len(out)
            flags = entry.flags if entry.own_flags is None else entry.own_flags
            method = entry.method if entry.own_method is None else entry.own_method
            out += struct.pack(
                _HEADER, b"PK\3\4", 20, flags, method, 0, 0, crc, len(packed), size, len(own), len(entry.extra)
            )
            out += own + entry.extra + packed
        if not entry.hidden:
            told += 1
            records += struct.pack(_RECORD, b"PK\1\2", 20, 20, entry.flags, entry.method, 0, 0, crc,
                                   len(packed),
                                   size, len(name), len(entry.extra), 0, 0, 0, 0, at - len(prefix))  # fmt: skip
            records += name + entry.extra
    told = told if count is None else count
    end = struct.pack(
        _END, b"PK\5\6", 0, 0, told & 0xFFFF, told & 0xFFFF, len(records), len(out) - len(prefix), len(comment)
    )
    return bytes(out) + bytes(records) + end + comment


def crypto_locked(name, data, word):
    """A member under ZipCrypto."""
    crc = zlib.crc32(data)
    plain = bytes(11) + bytes((crc >> 24,)) + deflate(data)
    one, two, three = crypto_keys(word.encode())
    out = bytearray()
    table = [zlib.crc32(bytes((value ^ 255,)), 0) ^ zlib.crc32(b"\xff", 0) for value in range(256)]
    for byte in plain:
        mask = three | 2
        out.append(byte ^ (mask * (mask ^ 1) >> 8 & 255))
        one = one >> 8 ^ table[(one ^ byte) & 255]
        two = ((two + (one & 255)) * 134775813 + 1) & 0xFFFFFFFF
        three = three >> 8 ^ table[(three ^ two >> 24) & 255]
    return Entry(name, data, flags=1, packed=bytes(out))


def aes_locked(name, data, word, strength=3):
    """A member under AES, as WinZip writes it (AE-2)."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    salt, key = bytes(range(4 + 4 * strength)), 8 + 8 * strength
    made = hashlib.pbkdf2_hmac("sha1", word.encode(), salt, 1_000, 2 * key + 2)
    plain = deflate(data)
    blocks = b"".join((n + 1).to_bytes(16, "little") for n in range(len(plain) // 16 + 1))
    stream = Cipher(algorithms.AES(made[:key]), modes.ECB()).encryptor().update(blocks)
    body = bytes(a ^ b for a, b in zip(plain, stream, strict=False))
    seal = hmac.new(made[key : 2 * key], body, "sha1").digest()[:10]
    extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", strength, 8)
    return Entry(name, data, method=99, flags=1, packed=salt + made[-2:] + body + seal, crc=0, extra=extra)


def shared(count=250, size=2_000_000):
    """A bomb whose records all point at one header."""
    first = Entry("0", bytes(size))
    packed = deflate(first.data)
    first.packed = packed
    more = [Entry(str(n), first.data, packed=packed, headless=True) for n in range(1, count)]
    return build([first, *more])


def overlapped(count=250, size=1_000_000):
    """A bomb whose members, as Fifield's, hold the headers and data of all that follow."""
    rest, places = bytes(size), []
    for n in range(count):
        places.append(len(rest))
        name = b"%d.txt" % n
        rest = struct.pack(_HEADER, b"PK\3\4", 20, 0, 0, 0, 0, 0, len(rest), len(rest), len(name), 0) + name + rest
    records = b""
    for n, length in enumerate(places):
        name = b"%d.txt" % n
        at = len(rest) - length - 30 - len(name)
        records += struct.pack(_RECORD, b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, length, length, len(name), 0, 0, 0, 0, 0, at)
        records += name
    return rest + records + struct.pack(_END, b"PK\5\6", 0, 0, count, count, len(records), len(rest), 0)
