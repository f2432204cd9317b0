"""Small 7z archives, written from 7zFormat.txt: one solid folder, copied or LZMA2, locked or not."""

import lzma
import struct
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fyke.files.archives.sevenzip_key import Lock, derive

VECTOR = bytes(range(16))
POWER = 10  # rounds for tests; 7-Zip writes 19
LZMA2 = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]


def _number(value):
    return bytes((value,)) if value < 0x80 else b"\xff" + value.to_bytes(8, "little")


def _coders(method, word):
    inner = b"\x01\x00" if method == "copy" else b"\x21\x21\x01\x10"
    if word is None:
        return 1, b"\x01" + inner
    aes = b"\x24\x06\xf1\x07\x01" + _number(18) + bytes((POWER | 0x40, 0x0F)) + VECTOR
    return 2, b"\x02" + aes + inner + b"\x01\x00"  # the second's way in is fed by the first


def _packed(data, method, word):
    packed = data if method == "copy" else lzma.compress(data, lzma.FORMAT_RAW, filters=LZMA2)
    sizes = [len(data)]
    if word is not None:
        sizes = [len(packed), len(data)]
        packed += bytes(-len(packed) % 16)
        step = Cipher(algorithms.AES(derive(Lock(POWER, b"", VECTOR), word)), modes.CBC(VECTOR)).encryptor()
        packed = step.update(packed)
    return packed, sizes


def _streams(at, packed, sizes, *, method, word, subs=b"", crc=None):
    _, coders = _coders(method, word)
    info = b"\x06" + _number(at) + b"\x01\x09" + _number(len(packed)) + b"\x00"
    info += b"\x07\x0b\x01\x00" + coders + b"\x0c" + b"".join(map(_number, sizes))
    info += (b"\x0a\x01" + struct.pack("<I", crc) if crc is not None else b"") + b"\x00"
    return info + subs + b"\x00"


def sevenzip(files, *, method="lzma2", word=None, lock_names=False, pack_names=False, prefix=b"", count=None):
    """An archive of the files; `count` lies about how many there are."""
    data = b"".join(files.values())
    packed, sizes = _packed(data, method, word)
    subs = b"\x08\x0d" + _number(len(files)) + b"\x09" + b"".join(_number(len(d)) for d in list(files.values())[:-1])
    subs += b"\x0a\x01" + b"".join(struct.pack("<I", zlib.crc32(each)) for each in files.values()) + b"\x00"
    names = b"\x00" + b"".join(name.encode("utf-16-le") + b"\0\0" for name in files)
    header = b"\x01\x04" + _streams(0, packed, sizes, method=method, word=word, subs=subs)
    header += (
        b"\x05" + _number(len(files) if count is None else count) + b"\x11" + _number(len(names)) + names + b"\0\0"
    )
    body = packed
    if lock_names or pack_names:
        key = word if lock_names else None
        inner, inner_sizes = _packed(header, "lzma2", key)
        header = b"\x17" + _streams(len(body), inner, inner_sizes, method="lzma2", word=key, crc=zlib.crc32(header))
        body += inner
    first = struct.pack("<QQI", len(body), len(header), zlib.crc32(header))
    return prefix + b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(first)) + first + body + header
