"""What the directory of a RAR archive says of one file, in either format."""

from __future__ import annotations

from msgspec import Struct


class Entry(Struct, frozen=True):
    """One file of an archive."""

    name: str
    size: int  # when it is unpacked; -1 where the packer did not know
    packed: bytes
    method: int  # 0: stored; else the strength, which does not matter here
    version: int  # of the method: 15, 20, 26, 29, 36 (RAR 1.5 to 4), 50, 70
    crc: int | None = None
    is_solid: bool = False
    is_directory: bool = False
    is_split: bool = False  # goes on in, or began in, another part
    link: str = ""  # it is none, but a name for another file
    lock: Lock | None = None
    digest: bytes = b""  # BLAKE2sp of the content, instead of the CRC; not checked


class Lock(Struct, frozen=True):
    """How the bytes of one file are encrypted."""

    salt: bytes
    vector: bytes = b""  # of RAR 5; RAR 3 makes it out of the word
    power: int = 0  # of two: how many rounds (RAR 5)
    check: bytes = b""  # by which a word is known to be right (RAR 5)
    is_tweaked: bool = False  # the check sums hang on the key (RAR 5)
