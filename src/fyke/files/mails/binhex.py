"""BinHex 4.0 (RFC 1741): how Macintosh files went through mail; virus scanners and attackers still know it."""

from __future__ import annotations

import binascii
from collections.abc import Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter

_ALPHABET = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BASE64 = bytes.maketrans(_ALPHABET, _BASE64)
_OTHERS = bytes(set(range(256)) - set(_ALPHABET))
MARK = 0x90  # before a repeat count
READ_BYTES = 16 << 20  # of the text


class BinHex(Unpacker):
    """Which forks does the BinHex text hold?"""

    name = "binhex"
    kinds = frozenset({"binhex"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield the data fork, and the resource fork where there is one."""
        start = file.data.find(b"BinHex")
        start = file.data.find(b":", file.data.find(b"\n", start))
        end = file.data.find(b":", start + 1)
        if start < 0:
            raise Broken("no text follows the first line")
        if len(file.data) > READ_BYTES:
            meter.cut("size", f"only {READ_BYTES:,} bytes of the text are read")
        text = file.data[start + 1 : end if end > 0 else len(file.data)][:READ_BYTES]
        data = meter.gather(_expanded(_unpacked(text)), len(text), file.name)
        size = data[0] if data else 0
        head = 1 + size + 1 + 4 + 4 + 2  # name, version, type, creator, flags; then two lengths and a check sum
        if len(data) < head + 10:
            raise Broken("the header is cut")
        lengths = int.from_bytes(data[head : head + 4]), int.from_bytes(data[head + 4 : head + 8])
        name = data[1 : 1 + size].decode("mac-roman")
        at = head + 10
        for length, fork in zip(lengths, (name, f"{name} (resource fork)"), strict=True):
            if length and meter.admits(fork, length):
                yield Member(data[at : at + length], fork, "BinHex")
            at += length + 2
        if at > len(data):
            raise Broken(f"{at - len(data):,} bytes are missing")


def _unpacked(text: bytes) -> bytes:
    """Four characters to three bytes: base64 with another alphabet."""
    letters = text.translate(_TO_BASE64, _OTHERS)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _expanded(data: bytes) -> Iterator[bytes]:
    """Repeat counts undone, in pieces."""
    first, *rest = data.split(bytes([MARK]))
    yield first
    last = first[-1:]
    for piece in rest:
        if not piece:
            return
        count, tail = piece[0], piece[1:]
        if count == 0:
            yield bytes([MARK]) + tail
            last = tail[-1:] or bytes([MARK])
        else:
            yield last * (count - 1) + tail
            last = tail[-1:] or last
