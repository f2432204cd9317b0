"""cpio in its five forms: two of ASCII with hexadecimal numbers, one with octal ones, two of binary words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter

NAME_BYTES = 4_096
_Fields = tuple[int, int, int, int, int]  # mode, size of the name, size, length of the header, boundary of what follows


class Cpio(Unpacker):
    """What is in a cpio archive?"""

    name = "cpio"
    kinds = frozenset({"cpio"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield the files up to the trailer; folders and devices hold none."""
        data, at = file.data, 0
        while at < len(data):
            read = _read(data[at : at + 6])
            if read is None:
                raise Broken(f"no header at {at:,}")
            try:
                mode, named, size, length, bound = read(data[at : at + 110])
            except (ValueError, IndexError):
                raise Broken(f"no numbers in the header at {at:,}") from None
            if not 0 < named <= NAME_BYTES:
                raise Broken(f"a name of {named:,} bytes at {at:,}")
            name = data[at + length : at + length + named].partition(b"\0")[0]
            start = _up(length + named, bound) + at
            if name == b"TRAILER!!!":
                return
            at = start + _up(size, bound)
            if mode & 0o170000 != 0o100000:
                continue
            title = name.decode("utf-8", "replace")
            if not meter.admits(title, size):
                return
            yield Member(meter.took(data[start : start + size]), title, "cpio")
            if start + size > len(data):
                raise Broken(f"{title[:80]} ends early")


def _up(size: int, bound: int) -> int:
    return (size + bound - 1) // bound * bound


def _read(sign: bytes) -> Callable[[bytes], _Fields] | None:
    """What reads the header that begins so."""
    if sign in {b"070701", b"070702"}:
        return _hexadecimal
    if sign == b"070707":
        return _octal
    if sign[:2] == b"\xc7\x71":
        return lambda head: _binary(head, "little")
    return (lambda head: _binary(head, "big")) if sign[:2] == b"\x71\xc7" else None


def _hexadecimal(head: bytes) -> _Fields:
    return int(head[14:22], 16), int(head[94:102], 16), int(head[54:62], 16), 110, 4


def _octal(head: bytes) -> _Fields:
    return int(head[18:24], 8), int(head[59:65], 8), int(head[65:76], 8), 76, 1


def _binary(head: bytes, order: str) -> _Fields:
    """Words of 16 bits; the size is two of them, the higher one first in both orders."""
    if len(head) < 26:
        raise ValueError
    words = [
        head[at] | head[at + 1] << 8 if order == "little" else head[at] << 8 | head[at + 1] for at in range(0, 26, 2)
    ]
    return words[3], words[10], words[11] << 16 | words[12], 26, 2
