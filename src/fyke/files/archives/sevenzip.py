"""Opens 7z archives, also behind a program that unpacks itself: one folder after the other, each read once.

Format: 7zFormat.txt of the 7-Zip sources. A word that opens the archive is known by the check sums.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from fyke.files.archives import sevenzip_coders as coders
from fyke.files.archives.sevenzip_coders import Unread
from fyke.files.archives.sevenzip_headers import (
    ENCODED,
    HEADER,
    Entry,
    Folder,
    Reader,
    Streams,
    read_header,
    read_streams,
    start,
)
from fyke.files.archives.sevenzip_key import derive, read_lock
from fyke.files.archives.unread import UNREAD, unread
from fyke.files.base import Broken, Content, Item, Locked, Member, Unpacker
from fyke.files.budget import MIB, Meter
from fyke.files.codecs.pieces import Cutter, Kept

HEADER_BYTES = 16 * MIB  # of a header when it is unpacked: an entry takes some 60
LAYERS = 4  # headers packed within each other: 7-Zip writes one
ROUNDS = 1 << 24  # of hashing for one archive: 32 words at 7-Zip's 2^19, about a second
TRIED_BYTES = 1 * MIB  # unpacked to see whether a word is right, where there is no shorter check


class _Closed(Exception):  # noqa: N818  no error: nobody gave us the word
    """No word opens it."""


class SevenZip(Unpacker):
    """Takes files out of 7z archives."""

    name = "7z"
    kinds = frozenset({"7z"})
    symbols = (UNREAD,)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield each file of each folder."""
        archive = _Archive(file, meter)
        try:
            header = archive.header()
        except _Closed:
            yield Locked("", "AES-256, the names too")
            return
        except Unread as method:
            yield unread("the list of names", str(method))
            return
        if header is None:
            return
        streams, entries = header
        yield from archive.members(streams, entries)
        if archive.problems:
            raise Broken("; ".join(archive.problems[:3]))


class _Archive:
    """One archive while it is opened."""

    def __init__(self, file: Content, meter: Meter) -> None:
        self.data, self.words, self.meter = file.data, file.words, meter
        self.base, self.offset, self.size, self.crc = start(file.data)
        self.base += 32
        self.problems: list[str] = []
        self.word = ""  # the one that opened something
        self._spent = 0
        self._keys: dict[tuple[str, bytes, int], bytes] = {}

    def header(self) -> tuple[Streams, tuple[Entry, ...]] | None:
        """The directory, unpacked as often as it is packed; None where there is none."""
        if not self.size:
            return None
        raw = self.data[self.base + self.offset :][: self.size]
        if len(raw) != self.size:
            raise Broken("the directory lies behind the end of the file")
        if zlib.crc32(raw) != self.crc:
            self.problems.append("the check sum of the directory is wrong")
        for _ in range(LAYERS):
            reader = Reader(raw)
            what = reader.byte()
            if what == HEADER:
                return read_header(reader)
            if what != ENCODED:
                raise Broken("the directory does not begin as one")
            streams = read_streams(reader)
            if not streams.folders:
                raise Broken("a packed directory of no streams")
            raw = self._unpacked(streams)
        raise Broken("a directory packed too often")

    def _unpacked(self, streams: Streams) -> bytes:
        folder = streams.folders[0]
        if folder.size > HEADER_BYTES:
            raise Broken(f"a directory of {folder.size:,} bytes")
        packed = self._packed(streams)[0]
        key = self._key(folder, packed, folder.crc)
        kept = Kept(coders.unfold(folder, packed, key))
        data = b"".join(kept)
        if kept.broken or (folder.crc is not None and zlib.crc32(data) != folder.crc):
            raise Broken(f"the packed directory: {kept.broken or 'its check sum is wrong'}")
        return data

    def _packed(self, streams: Streams) -> list[list[bytes]]:
        """The packed streams of each folder, cut off where the file ends."""
        found, at, sizes = [], self.base + streams.at, iter(streams.packed)
        for folder in streams.folders:
            parts = []
            for _ in folder.packed:
                size = next(sizes, 0)
                parts.append(self.data[at : at + size])
                at += size
            found.append(parts)
        return found

    def members(self, streams: Streams, entries: tuple[Entry, ...]) -> Iterator[Item]:
        """All files, folder by folder; those without bytes first, for they cost nothing."""
        meter = self.meter
        for entry in entries:
            if not entry.has_stream and not entry.is_directory:
                if not meter.admits(entry.name):
                    return
                yield Member(b"", entry.name, "7z")
        filled = iter([entry for entry in entries if entry.has_stream])
        left = sum(len(each) for each in streams.subs)
        for folder, packed, subs in zip(streams.folders, self._packed(streams), streams.subs, strict=True):
            wanted = [next(filled, Entry("", size, crc, has_stream=True, is_directory=False)) for size, crc in subs]
            if not wanted:
                continue
            if not meter.admits(wanted[0].name, left=left):
                return
            try:
                coders.check(folder)
                key = self._key(folder, packed, None, wanted)
                yield from self._folder(folder, packed, key, wanted)
            except _Closed:
                yield from (Locked(entry.name, "AES-256") for entry in wanted[:20])
            except Unread as method:
                yield from (unread(entry.name, str(method)) for entry in wanted[:20])
            except Broken as broken:
                self.problems.append(str(broken))
            left -= len(wanted)

    def _folder(self, folder: Folder, packed: list[bytes], key: bytes, wanted: list[Entry]) -> Iterator[Item]:
        """Read the stream of a folder once, and cut it into its files."""
        meter, total = self.meter, sum(len(each) for each in packed)
        kept = Kept(coders.unfold(folder, packed, key))
        cutter = Cutter(kept)
        how = f"7z, opened with {self.word}" if coders.locks(folder) else "7z"
        for number, entry in enumerate(wanted):
            if not meter.admits(entry.name, entry.size, len(wanted) - number):
                return
            run = cutter.run(entry.size)
            data = meter.gather(run, total, entry.name)
            if data or not entry.size:
                yield Member(data, entry.name, how)
            if len(data) == entry.size:
                if entry.crc is not None and zlib.crc32(data) != entry.crc:
                    self.problems.append(f"the check sum of {entry.name} is wrong")
            elif cutter.is_at_end:
                self.problems.append(f"{entry.name}: {kept.broken or 'its stream ends early'}")
                return
            else:
                for _ in run:  # what a cap left: the next file lies behind it
                    if meter.is_over_time:
                        meter.cut("time", f"{len(wanted) - number - 1:,} more members")
                        return

    def _key(self, folder: Folder, packed: list[bytes], crc: int | None, wanted: list[Entry] | None = None) -> bytes:
        """The key that opens a folder, or none where it needs none. Raises `_Closed`."""
        locks = coders.locks(folder)
        if not locks:
            return b""
        lock = read_lock(locks[0].properties)
        for word in sorted(self.words, key=lambda each: each != self.word):
            known = (word, lock.salt, lock.power)
            if known not in self._keys:
                self._spent += lock.rounds
                if self._spent > ROUNDS or self.meter.is_over_time:
                    self.meter.cut("time", f"words after {len(self._keys)} were not tried")
                    break
                self._keys[known] = derive(lock, word)
            if self._opens(folder, packed, self._keys[known], crc, wanted or []):
                self.word = word
                return self._keys[known]
        raise _Closed

    def _opens(self, folder: Folder, packed: list[bytes], key: bytes, crc: int | None, wanted: list[Entry]) -> bool:
        """Whether a key gives bytes whose check sum is right; of a large file, bytes that unpack at all."""
        size, crc = (wanted[0].size, wanted[0].crc) if wanted else (folder.size, crc)
        got, sum_ = 0, 0
        kept = Kept(coders.unfold(folder, packed, key))
        for piece in Cutter(kept).run(size):
            got += len(piece)
            sum_ = zlib.crc32(piece, sum_)
            if got >= TRIED_BYTES and not _is_plain(folder):
                return True
            if self.meter.is_over_time:
                return False
        return got == size and not kept.broken and (crc is None or sum_ == crc)


def _is_plain(folder: Folder) -> bool:
    """Whether any bytes at all would unpack: only the check sum of the whole tells whether a key is right."""
    return all(coder.method in {coders.AES, "00"} for coder in folder.coders)
