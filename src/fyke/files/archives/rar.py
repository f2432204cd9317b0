"""Opens RAR archives of all versions, also behind a program that unpacks itself.

Solid archives are read in their order by one decoder. What RAR 1.5 packed is not read, and said so.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from fyke.files.archives import rar3_headers, rar5_headers
from fyke.files.archives.rar5_headers import Closed
from fyke.files.archives.rar_entry import Entry
from fyke.files.archives.rar_keys import Keys, decrypted, tweaked
from fyke.files.archives.unread import NAME_CHARS, SPLIT, UNREAD, unread
from fyke.files.base import Broken, Content, Item, Locked, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.pieces import Kept, first
from fyke.files.codecs.rar20 import Rar20
from fyke.files.codecs.rar29 import Rar29
from fyke.files.codecs.rar50 import Rar50
from fyke.files.codecs.rar_bits import UNKNOWN
from fyke.files.streams import stored
from fyke.model import Finding

SFX_BYTES = 4 << 20  # of the program before an archive: WinRAR's have some hundred kB, unrar looks at 4 MB
LOCKED_NOTED = 20  # members, each by its name
Decoder = Rar20 | Rar29 | Rar50


class Rar(Unpacker):
    """Takes files out of RAR archives."""

    name = "rar"
    kinds = frozenset({"rar"})
    symbols = (UNREAD, SPLIT)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield each file; what is stored or solid in its order."""
        data = file.data
        at = data.find(b"Rar!\x1a\x07", 0, SFX_BYTES)
        if at < 0:
            if data.startswith(b"RE~^"):
                yield unread("", "RAR before 1.5")
                return
            raise Broken("no signature of a RAR archive")
        keys = Keys(file.words, meter)
        archive = _Archive(keys, meter)
        read = rar5_headers.read if data.startswith(rar5_headers.MAGIC, at) else rar3_headers.read
        try:
            for entry in read(data, at, keys):
                yield from archive.take(entry)
                if archive.is_over:
                    break
        except Closed:
            yield Locked("", "AES, the names too")
        except Broken as broken:
            archive.problems.append(str(broken))
        if archive.problems:
            raise Broken("; ".join(archive.problems[:3]))


class _Archive:
    """One archive while it is opened."""

    def __init__(self, keys: Keys, meter: Meter) -> None:
        self.keys, self.meter = keys, meter
        self.problems: list[str] = []
        self.is_over = False
        self._decoder: Decoder | None = None
        self._locked = 0
        self._packed = 0  # bytes of all members of the solid run

    def take(self, entry: Entry) -> Iterator[Item]:
        """One file of the archive."""
        if entry.is_directory or entry.link:
            return
        if not self.meter.admits(entry.name, max(0, entry.size)):
            self.is_over = True
            return
        if entry.is_split:
            yield Finding(SPLIT, entry.name[-NAME_CHARS:])
        if not entry.size and not entry.is_split:
            yield Member(b"", entry.name, "rar")
            return
        if method := _unread(entry):
            self._decoder = None
            yield unread(entry.name, method)
            return
        if entry.lock is None:
            data, problem = self._read(entry, self._pieces(entry, entry.packed))
            yield from self._given(entry, data, problem, entry.crc, "rar")
        else:
            yield from self._unlocked(entry)

    def _unlocked(self, entry: Entry) -> Iterator[Item]:
        """Try words until the check sum, or the check of the word itself, is right."""
        lock = entry.lock
        if lock is None:
            return
        held = self._decoder
        for word, key, vector in self.keys.pairs(lock):
            if entry.is_solid and word != self.keys.word and self.keys.word:
                break
            plain = b"".join(decrypted(entry.packed, key, vector))
            if not entry.is_solid:
                self._decoder = None
            before = self.meter.total
            data, problem = self._read(entry, self._pieces(entry, plain))
            crc = entry.crc
            is_sure = bool(lock.check) or entry.is_split
            if is_sure or crc is None or zlib.crc32(data) == crc:
                self.keys.word = word
                if lock.is_tweaked and crc is not None:
                    crc = None if tweaked(zlib.crc32(data), self.keys.sum_key(lock)) == crc else -1
                yield from self._given(entry, data, problem, crc, f"rar, opened with {word}")
                return
            self.meter.total = before  # what a wrong word gave is no content
            self._decoder = held
            if self.meter.is_over_time:
                break
        self._decoder = None
        self._locked += 1
        if self._locked <= LOCKED_NOTED:
            yield Locked(entry.name, "AES-256" if lock.power else "AES-128" if entry.version >= 29 else "RAR 2")

    def _given(self, entry: Entry, data: bytes, problem: str, crc: int | None, how: str) -> Iterator[Item]:
        """The member, and what is wrong with it."""
        if data or not entry.size:
            yield Member(data, entry.name, how)
        if problem and not entry.is_split:
            self.problems.append(f"{entry.name}: {problem}")
        is_whole = not problem and not entry.is_split and len(data) == max(entry.size, 0)
        if is_whole and crc is not None and zlib.crc32(data) != crc:
            self.problems.append(f"the check sum of {entry.name} is wrong")

    def _read(self, entry: Entry, pieces: Iterator[bytes]) -> tuple[bytes, str]:
        """The bytes of a member; after a cap, what hangs on them is no longer read."""
        kept = Kept(pieces)
        self._packed = self._packed + len(entry.packed) if entry.is_solid else len(entry.packed)
        data = self.meter.gather(kept, self._packed, entry.name)
        if entry.size >= 0 and len(data) < entry.size and not kept.broken:
            self._decoder = None  # it stands in the middle of a file
        return data, kept.broken

    def _pieces(self, entry: Entry, packed: bytes) -> Iterator[bytes]:
        size = entry.size if entry.size >= 0 else UNKNOWN
        if entry.method == 0:
            return first(stored(packed), min(size, len(packed)) if entry.is_split else size)
        if entry.is_solid and self._decoder is None:
            return _missing()
        if not entry.is_solid or self._decoder is None:
            self._decoder = _decoder(entry.version)
        return self._decoder.decode(packed, size)


def _missing() -> Iterator[bytes]:
    """A solid member whose forerunners are not there: in other parts, or after what was cut."""
    raise Broken("RAR: the files before it, which it hangs on, were not read")
    yield b""


def _decoder(version: int) -> Decoder:
    if version >= 50:
        return Rar50(1 if version == 70 else 0)
    return Rar29() if version >= 29 else Rar20()


def _unread(entry: Entry) -> str:
    """The name of a method that is not read here, or nothing."""
    if entry.method > 5:
        return f"method {entry.method}"
    if entry.method and entry.version not in {20, 26, 29, 36, 50, 70}:
        return f"RAR {entry.version / 10:.1f}" if entry.version < 100 else f"RAR method {entry.version - 1_000}"
    if entry.lock is not None and entry.version < 29:
        return "encryption of RAR 2"
    return ""
