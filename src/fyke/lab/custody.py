"""The chain of custody: the digest of all that came, at receipt, each entry bound to the one before it.

A line an entry, appended and synced. Whoever changes, drops or moves one breaks the chain from there on; whoever cuts
its end off is found out by any head that was written down elsewhere (`head`), such as in a report.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from fyke.store.folder.segment import sync_folder

FIRST = "0" * 64  # what the first entry is bound to
SOURCE_CHARS = 1_000  # of an entry, so that one is always shorter than what is read to find the last
TAIL_BYTES = 8_192  # read to find the last entry: an entry has some 300


class Entry(Struct, frozen=True):
    """One thing received."""

    number: int
    at: datetime
    kind: str  # "mail", "dns", "rdap", "certificate", "page"
    digest: str  # sha256 of its bytes
    size_bytes: int
    source: str
    chain: str  # sha256 of the entry before's chain and of this entry
    kept: bool = False  # whether the bytes were kept too


class Received(Struct, frozen=True):
    """What is to be entered."""

    kind: str
    digest: str
    size_bytes: int
    source: str
    content: bytes | None = None  # the bytes themselves, where they are to be kept
    kept: bool = False  # whether they are


class Checked(Struct, frozen=True):
    """What a check found."""

    entries: int
    head: str  # the last entry's chain
    broken_at: int = 0  # number of the first entry that does not fit; 0 where all do
    why: str = ""


class Custody:
    """The chain in one file. Several processes may append."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def append(self, received: Iterable[Received], at: datetime) -> Entry | None:
        """Enter these, on the disk before this returns; the last entry, None for none. Raises OSError, ValueError."""
        is_new = not self._path.exists()
        with self._path.open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = self._last(file.fileno())
            lines = []
            for each in received:
                last = _entry(last, each, at)
                lines.append(msgspec.json.encode(last) + b"\n")
            file.write(b"".join(lines))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self._path.parent)
        return last if lines else None

    def entries(self) -> Iterator[Entry]:
        """All entries, in order. Raises ValueError for a line that is none."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield msgspec.json.decode(line, type=Entry)
                except ValueError:
                    raise ValueError(f"{self._path}:{number}: not an entry") from None

    def known(self) -> set[str]:
        """The digests of all that was received."""
        return {entry.digest for entry in self.entries()}

    def check(self) -> Checked:
        """Go through the chain from its beginning."""
        before, count = FIRST, 0
        try:
            for entry in self.entries():
                if entry.number != count + 1:
                    return Checked(count, before, count + 1, f"entry {entry.number} stands where {count + 1} should")
                if entry.chain != _bound(before, entry):
                    return Checked(count, before, entry.number, f"entry {entry.number} was changed, or one before it")
                before, count = entry.chain, entry.number
        except ValueError as error:
            return Checked(count, before, count + 1, str(error))
        return Checked(count, before)

    def _last(self, descriptor: int) -> Entry | None:
        """The last whole entry; what a kill left of another one is cut off."""
        size = os.fstat(descriptor).st_size
        tail = os.pread(descriptor, TAIL_BYTES, max(0, size - TAIL_BYTES))
        whole, newline, torn = tail.rpartition(b"\n")
        if torn:
            os.ftruncate(descriptor, size - len(torn))
        if not newline:
            return None
        line = whole.rpartition(b"\n")[2]
        try:
            return msgspec.json.decode(line, type=Entry)
        except ValueError:
            raise ValueError(
                f"{self._path}: its last line is not an entry; fyke lab check says where it breaks"
            ) from None


def root(entries: Sequence[Entry]) -> str:
    """The Merkle root of entries (RFC 6962 2.1): one number that stands for all of them, for a time stamp."""
    level = [sha256(b"\0" + bytes.fromhex(entry.chain)).digest() for entry in entries]
    if not level:
        return sha256().hexdigest()
    while len(level) > 1:
        pairs = [sha256(b"\1" + one + other).digest() for one, other in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0].hex()


def _entry(before: Entry | None, received: Received, at: datetime) -> Entry:
    made = Entry(
        number=before.number + 1 if before else 1,
        at=at.astimezone(UTC),
        kind=received.kind,
        digest=received.digest,
        size_bytes=received.size_bytes,
        source=received.source.encode("utf-8", "backslashreplace").decode()[:SOURCE_CHARS],
        chain="",
        kept=received.kept,
    )
    return msgspec.structs.replace(made, chain=_bound(before.chain if before else FIRST, made))


def bound_text(before: str, entry: Entry) -> str:
    """What an entry's chain is the sha256 of, given the chain of the entry before."""
    told = (
        f"{before}|{entry.number}|{entry.at.isoformat()}|{entry.kind}|{entry.digest}|{entry.size_bytes}|{entry.source}"
    )
    return f"kept|{told}" if entry.kept else told


def _bound(before: str, entry: Entry) -> str:
    return sha256(bound_text(before, entry).encode()).hexdigest()
