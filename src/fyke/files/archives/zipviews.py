"""Where the two readers of a ZIP disagree, and what each of them would give the user."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from fyke.files.archives.zipdir import Listed, Told, header
from fyke.files.names import extensions
from fyke.model import Finding, Label, Symbol

READERS = Symbol(
    "ZIP_READERS_DISAGREE",
    "A ZIP tells two stories of what is in it: programs that open it see different files",
    "files",
    4.0,
    Label.MALWARE,
    family="Zip.Evasion.TwoStories",
)
OVERLAP = Symbol(
    "ZIP_OVERLAP",
    "Files in a ZIP share their bytes, as only bombs do",
    "files",
    5.0,
    Label.MALWARE,
    family="Zip.Bomb.Overlap",
)
NOTE = 0.25  # weight of what careless programs write too


def disagreements(data: bytes, listed: Listed, walked: Listed) -> list[Finding]:
    """Each point on which they differ, with the member."""
    found = [Finding(READERS, odd, weight=NOTE) for odd in listed.odd]
    for told in listed.members:
        own = header(data, told.at)
        if own is None:
            if not listed.is_split:
                found.append(Finding(READERS, f"no header where the directory says: {told.name[:100]}", weight=NOTE))
            continue
        found += [Finding(READERS, f"{told.name[:80]}: {what}") for what in _differences(told, own)]
    known = {told.at for told in listed.members}
    found += [
        Finding(READERS, f"not in the directory: {told.name[:120]}")
        for told in walked.members
        if told.at not in known and not told.is_folder
    ]
    counts = Counter(told.raw for told in listed.members)
    found += [
        Finding(READERS, f"{count} files have one name: {raw[:100].decode('utf-8', 'replace')}", weight=NOTE)
        for raw, count in counts.items()
        if count > 1
    ]
    found.sort(key=lambda finding: -finding.weight)
    return found


def _differences(told: Told, own: Told) -> list[str]:
    """What directory and header say differently of one member; sizes may follow the data, and are 0 then."""
    found = []
    if _plain(told.raw) != _plain(own.raw):
        found.append(f"its header calls it {own.name[:80]}")
    if told.method != own.method or told.aes != own.aes:
        found.append(f"method {told.method} and {own.method}")
    if told.is_locked != own.is_locked:
        found.append("one says that it is encrypted")
    if not own.flags & 8 or own.packed or own.size:
        if told.packed != own.packed:
            found.append(f"packed into {told.packed:,} and {own.packed:,} bytes")
        elif told.size != own.size:
            found.append(f"{told.size:,} and {own.size:,} bytes")
        elif told.crc != own.crc and own.crc:
            found.append("two check sums")
    return found


def _plain(raw: bytes) -> bytes:
    return raw.replace(b"\\", b"/").rstrip(b"\0")


def views(data: bytes, listed: Listed, walked: Listed) -> list[Told]:
    """The members as they are to be read: each content once, under each name that matters."""
    found: dict[tuple[object, ...], Told] = {}
    for told in listed.members:
        if told.start < 0:
            continue
        found.setdefault(_key(told), told)
        own = header(data, told.at)
        if own is None:
            continue
        if own.flags & 8 and not own.packed:
            own = replace(own, packed=told.packed)
        own = replace(own, size=own.size or told.size, crc=own.crc or told.crc)
        found.setdefault(_key(own), own)
    for told in walked.members:
        found.setdefault(_key(told), told)
    return list(found.values())


def _key(told: Told) -> tuple[object, ...]:
    """What makes a difference to who reads: the bytes, how they are read, and what the name makes of them."""
    return (told.start, told.packed, told.method, told.is_locked, told.aes, *extensions(told.name)[:1])


def overlapping(listed: Listed, shown: list[Told]) -> set[int]:
    """Places of the headers of members whose bytes another member has too; one header may serve many records."""
    spans = sorted({(told.at, told.start + told.packed) for told in shown if told.packed})
    found = {at for at, count in Counter(told.at for told in listed.members).items() if count > 1}
    end, last = -1, -1
    for at, until in spans:
        if at < end and last != at:
            found |= {at, last}
        if until > end:
            end, last = until, at
    return found
