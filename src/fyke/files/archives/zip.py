"""ZIP, as every program that opens one may read it: by the directory, by the headers, and both where they differ.

All methods that APPNOTE.TXT names and that anybody packs with; locked members are opened with the words of the mail.
"""

from __future__ import annotations

import lzma
from collections.abc import Callable, Iterator
from zlib import crc32

from fyke.files.archives import lures
from fyke.files.archives.unread import SPLIT, unread
from fyke.files.archives.zipdir import Told, directory, headers
from fyke.files.archives.zipkeys import Keyring
from fyke.files.archives.zipviews import OVERLAP, READERS, disagreements, overlapping, views
from fyke.files.base import Broken, Content, Item, Locked, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.deflate64 import inflated64
from fyke.files.codecs.implode import exploded
from fyke.files.codecs.lzw import unshrunk
from fyke.files.codecs.pieces import Kept
from fyke.files.codecs.reduce import expanded
from fyke.files.kinds import ZIPS
from fyke.files.names import runs
from fyke.files.streams import bunzipped, inflated, stored, unlzma, unzstd
from fyke.model import Finding, Label, Symbol

FAKE_LOCK = Symbol(
    "ZIP_FAKE_LOCK",
    "A ZIP says that a file in it is encrypted, and it is not: scanners that believe it do not look",
    "files",
    5.0,
    Label.MALWARE,
    family="Zip.Evasion.FakeLock",
)

SHARED = 8  # members read of those that share their bytes; an honest archive has none
BOMBS = 3  # members that unpacked to far too much, after which the rest of the same nest is not read
ODDITIES = 10  # told of one archive
LOCKED = 100  # names told of one archive


class Zip(Unpacker):
    """What is in a ZIP?"""

    name = "zip"
    kinds = ZIPS
    symbols = (READERS, OVERLAP, FAKE_LOCK)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield what each of the two readers would see, once where they see the same."""
        listed = directory(file.data)
        walked = headers(file.data, listed)
        if listed.is_split:
            yield Finding(SPLIT, file.name)
        if listed.is_locked:
            yield Locked("", "the directory is encrypted")
        for cut in filter(None, (listed.cut, walked.cut)):
            meter.cut("count", cut)
        if listed.members:
            yield from disagreements(file.data, listed, walked)[:ODDITIES]
        shown = views(file.data, listed, walked)
        shared = overlapping(listed, shown)
        if shared:
            yield Finding(OVERLAP, f"the bytes at {len(shared):,} places belong to several members")
        yield from self._members(file, meter, _chosen(shown, shared, meter))
        if not listed.members and not listed.is_split and not listed.is_locked and walked.members:
            raise Broken("there is no directory at its end")

    def _members(self, file: Content, meter: Meter, chosen: list[Told]) -> Iterator[Item]:
        """Read one after the other; what is broken in one costs only this one."""
        ring, broken, locked = Keyring(file.words), "", 0
        for number, told in enumerate(chosen):
            if sum(cut.cap == "ratio" for cut in meter.cuts) >= BOMBS:
                meter.cut("ratio", f"{len(chosen) - number:,} more members, after {BOMBS} that are bombs")
                break
            if not meter.admits(told.name, told.size, len(chosen) - number):
                break
            raw = file.data[told.start : told.start + told.packed]
            if len(raw) < told.packed:
                broken = broken or f"{told.name[:80]} ends early"
            how = "zip"
            if told.is_locked:
                plain = _unlocked(raw, told, meter)
                if plain is not None:
                    yield Finding(FAKE_LOCK, told.name[-150:])
                    yield Member(plain, told.name, "zip, not locked as it says")
                    continue
                opened = ring.opened(raw, told, unpacked, meter)
                if opened is None:
                    locked += 1
                    if locked <= LOCKED:
                        yield from lures.locked(told.name, ring.lock(told))
                    continue
                raw, word = opened
                how = f"zip, opened with {word}"
            pieces = unpacked(raw, told)
            if pieces is None:
                yield unread(told.name, f"method {told.method}")
                continue
            kept = Kept(pieces)
            cuts = len(meter.cuts)
            content = meter.gather(kept, len(raw), told.name)
            broken = broken or _wrong(told, content, kept.broken, is_cut=len(meter.cuts) > cuts)
            yield Member(content, told.name, how)
        if broken:
            raise Broken(broken)


def _chosen(shown: list[Told], shared: set[int], meter: Meter) -> list[Told]:
    """The members to be read, folders left out; what runs comes first where not all will be."""
    files = [told for told in shown if not told.is_folder]
    if len(files) > meter.budget.count - meter.count:
        files.sort(key=lambda told: not runs(told.name))
    if not shared:
        return files
    kept, taken = [], 0
    for told in files:
        taken += told.at in shared
        if told.at not in shared or taken <= SHARED:
            kept.append(told)
    if taken > SHARED:
        meter.cut("ratio", f"{taken - SHARED:,} more members that share their bytes")
    return kept


def _wrong(told: Told, content: bytes, broken: str, *, is_cut: bool) -> str:
    """What is not as it should be with a member that was read, or nothing."""
    if broken:
        return f"{told.name[:80]}: {broken}"
    if not is_cut and not told.is_ae2 and told.crc and crc32(content) != told.crc:
        return f"{told.name[:80]}: the check sum does not hold"
    return ""


def _unlocked(raw: bytes, told: Told, meter: Meter) -> bytes | None:
    """The content of a member that only says that it is locked; the check sum tells."""
    if told.aes or not told.crc:
        return None
    pieces = unpacked(raw, told)
    if pieces is None or (told.method == 0 and crc32(raw) != told.crc):
        return None
    kept = Kept(pieces)
    first = next(iter(kept), b"")
    if kept.broken or (not first and told.size):
        return None
    content = meter.gather(unpacked(raw, told) or (), len(raw), told.name) if _is_whole(raw, told) else b""
    return content if content and crc32(content) == told.crc else None


def _is_whole(raw: bytes, told: Told) -> bool:
    """Whether a stream is well made to its end, which random bytes are not; read without keeping it."""
    kept, size = Kept(unpacked(raw, told) or ()), 0
    for piece in kept:
        size += len(piece)
        if size > told.size:
            return False
    return not kept.broken and size == told.size


def unpacked(raw: bytes, told: Told) -> Iterator[bytes] | None:
    """The pieces of a member's content, or nothing where its method is not read."""
    make = _METHODS.get(told.method)
    return make(raw, told) if make else None


def _lzma(raw: bytes, told: Told) -> Iterator[bytes]:
    """Method 14 (APPNOTE 5.8): a version, the length of the properties, these, and a raw stream."""
    if len(raw) < 9 or raw[2:4] != b"\5\0":
        raise Broken("lzma: not the properties that there are")
    size = (1 << 64) - 1 if told.flags & 2 else told.size
    return unlzma(raw[4:9] + size.to_bytes(8, "little") + raw[9:], lzma.FORMAT_ALONE)


def _raised(make: Callable[[bytes, Told], Iterator[bytes]]) -> Callable[[bytes, Told], Iterator[bytes]]:
    """The same, which raises `Broken` when it is read, and not before."""

    def later(raw: bytes, told: Told) -> Iterator[bytes]:
        yield from make(raw, told)

    return later


_METHODS: dict[int, Callable[[bytes, Told], Iterator[bytes]]] = {
    0: lambda raw, _: stored(raw),
    1: lambda raw, told: unshrunk(raw, told.size),
    2: lambda raw, told: expanded(raw, told.size, 1),
    3: lambda raw, told: expanded(raw, told.size, 2),
    4: lambda raw, told: expanded(raw, told.size, 3),
    5: lambda raw, told: expanded(raw, told.size, 4),
    6: _raised(lambda raw, told: exploded(raw, told.size, told.flags)),
    8: lambda raw, _: inflated(raw),
    9: lambda raw, _: inflated64(raw),
    12: lambda raw, _: bunzipped(raw),
    14: _raised(_lzma),
    20: lambda raw, _: unzstd(raw),
    93: lambda raw, _: unzstd(raw),
    95: _raised(lambda raw, _: unlzma(raw, lzma.FORMAT_XZ)),
}
