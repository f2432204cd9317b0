"""Small RAR archives of both formats, written from WinRAR's technotes: stored, or packed as literals only."""

import struct
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fyke.files.archives.rar_entry import Lock
from fyke.files.archives.rar_keys import make3, make5

SALT, VECTOR, POWER = bytes(range(16)), bytes(range(16, 32)), 4


def _vint(value):
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*found, value))


def _locked(data, key, vector):
    data += bytes(-len(data) % 16)
    return Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor().update(data)


def _literals(data, total, start):
    """A block whose only codes are the 256 literals, of 8 bits each."""
    helper = "".join(f"{1 if number in {8, 19} else 0:04b}" for number in range(20))
    zeros = total - 256
    half = zeros // 2
    runs = f"1{half - 11:07b}1{zeros - half - 11:07b}"
    bits = start + helper + "0" * 256 + runs + "".join(f"{byte:08b}" for byte in data)
    used = len(bits) % 8 or 8
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big"), used


def literals5(data):
    """The data as one block of RAR 5."""
    body, used = _literals(data, 306 + 64 + 16 + 44, "")
    size = len(body).to_bytes(3, "little")
    flags = 0x80 | 0x40 | 2 << 3 | used - 1
    return bytes((flags, 0x5A ^ flags ^ size[0] ^ size[1] ^ size[2])) + size + body


def literals3(data):
    """The data as a stream of RAR 3."""
    return _literals(data, 299 + 60 + 17 + 28, "00")[0]


def _header5(body, key=None):
    size = _vint(len(body))
    whole = struct.pack("<I", zlib.crc32(size + body)) + size + body
    return whole if key is None else VECTOR + _locked(whole, key, VECTOR)


def rar5(files, *, method=0, word=None, lock_names=False, prefix=b"", size=None):
    """A RAR 5 archive; `size` lies about how large each file is."""
    lock = Lock(SALT, VECTOR, POWER)
    key = make5(word, lock)[0] if word is not None else None
    names_key = key if lock_names else None
    found = prefix + b"Rar!\x1a\x07\x01\x00"
    if lock_names:
        found += _header5(b"\x04\x00\x00\x00" + bytes((POWER,)) + SALT)
    found += _header5(b"\x01\x00\x00", names_key)
    for name, data in files.items():
        packed = literals5(data) if method else data
        extra = b""
        if word is not None:
            packed = _locked(packed, key, VECTOR)
            record = b"\x01\x00\x00" + bytes((POWER,)) + SALT + VECTOR
            extra = _vint(len(record)) + record
        body = b"\x02" + _vint(2 | bool(extra)) + (_vint(len(extra)) if extra else b"") + _vint(len(packed))
        body += b"\x04" + _vint(len(data) if size is None else size) + b"\x00" + struct.pack("<I", zlib.crc32(data))
        body += _vint(method << 7) + b"\x00" + _vint(len(name)) + name.encode() + extra
        found += _header5(body, names_key) + packed
    return found + _header5(b"\x05\x00\x00", names_key)


def _header3(body, key=None):
    whole = struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body
    return whole if key is None else SALT[:8] + _locked(whole, *key)


def rar3(files, *, method=0, word=None, lock_names=False, prefix=b""):
    """A RAR 3 archive."""
    key = make3(word, SALT[:8]) if word is not None else None
    names_key = key if lock_names else None
    found = prefix + b"Rar!\x1a\x07\x00" + _header3(struct.pack("<BHHHI", 0x73, 0x80 * lock_names, 13, 0, 0))
    for name, data in files.items():
        packed = literals3(data) if method else data
        packed = _locked(packed, *key) if key else packed
        raw = name.encode()
        body = struct.pack(
            "<IIBIIBBHI", len(packed), len(data), 2, zlib.crc32(data), 0, 29, 0x30 + method, len(raw), 32
        )
        body += raw + (SALT[:8] if key else b"")
        flags = 0x8000 | (0x404 if key else 0)
        found += _header3(struct.pack("<BHH", 0x74, flags, 7 + len(body)) + body, names_key) + packed
    return found + _header3(struct.pack("<BHH", 0x7B, 0x4000, 7), names_key)
