"""What the chain of custody names, and the bytes of it: shown, checked, and bundled for others who check it themselves.

A bundle is a BagIt bag (RFC 8493). Each entry's bound text is a file of it whose sha256 is the entry's place in the
chain, and it begins with that of the entry before: `sha256sum -c` checks exhibits and chain, no program of ours needed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import Struct

from fyke.lab.custody import FIRST, Checked, Custody, Entry, bound_text
from fyke.store.blobs import Blobs
from fyke.store.labels import StoreError

PREFIX_CHARS = 6  # of a digest, with which one is named at least
TOLD = 100  # missing or damaged exhibits that are named

_README = """Exhibits, as they were received, with their places in the chain of custody.

exhibits/   the bytes, each named by its number in the chain, its kind and its sha256
chain/      one file an entry, from the first exhibit to the head of the chain. The sha256 of a file is the entry's
            place in the chain. A file holds, with | between: "kept" where the bytes were kept; the place of the entry
            before (the sha256 of the file before); number; time of receipt (UTC); kind; sha256 and size of the bytes;
            where they came from.
chain.jsonl the same entries, a line each.

To check: sha256sum -c manifest-sha256.txt && sha256sum -c tagmanifest-sha256.txt
Then: each file in chain/ begins with the sha256 of the one before, and the last one's is the head:
{head}
Compare it with the head as it was written down at the time, such as in a report or under a time stamp.
"""


class Sound(Struct, frozen=True):
    """What a check of evidence found."""

    chain: Checked
    kept: int  # exhibits whose bytes are there and are what the chain says
    unkept: int  # entries of which only the digest was kept
    damaged: tuple[str, ...]  # the first of them, a sentence each
    damages: int


class Bundled(Struct, frozen=True):
    """What was bundled."""

    exhibits: int
    size_bytes: int
    head: str


class Evidence:
    """The exhibits of a lab."""

    def __init__(self, custody: Custody, blobs: Blobs) -> None:
        self._custody, self._blobs = custody, blobs

    def entries(self, kind: str = "") -> Iterator[Entry]:
        """All that was received, oldest first; only of that kind where one is named. Raises ValueError."""
        return (entry for entry in self._custody.entries() if not kind or entry.kind == kind)

    def found(self, names: Sequence[str]) -> list[Entry]:
        """The entries that numbers, or the beginnings of digests, name. Raises ValueError for one that names none."""
        found: dict[int, Entry] = {}
        used: set[str] = set()
        for entry in self._custody.entries():
            for name in names:
                is_number = name.isdigit() and len(name) < PREFIX_CHARS
                if (is_number and entry.number == int(name)) or (
                    len(name) >= PREFIX_CHARS and entry.digest.startswith(name.lower())
                ):
                    found[entry.number] = entry
                    used.add(name)
        if missing := [name for name in names if name not in used]:
            raise ValueError(
                f"{missing[0][:80]}: no evidence of that number, or digest of {PREFIX_CHARS} digits or more"
            )
        return [found[number] for number in sorted(found)]

    def content(self, entry: Entry) -> bytes:
        """The bytes. Raises `StoreError` where they were not kept, or are not what the chain says."""
        if not entry.kept:
            raise StoreError(f"entry {entry.number}: only its digest was kept")
        content = self._blobs.get(entry.digest)
        if len(content) != entry.size_bytes or sha256(content).hexdigest() != entry.digest:
            raise StoreError(f"entry {entry.number}: its bytes are not those that were received")
        return content

    def check(self) -> Sound:
        """Go through the chain, and through the bytes of all that was kept."""
        chain = self._custody.check()
        kept = unkept = damages = 0
        damaged: list[str] = []
        state: dict[str, str] = {}
        for entry in self._sound(chain):
            if not entry.kept:
                unkept += 1
                continue
            if entry.digest not in state:
                state[entry.digest] = self._why_not(entry)
            if state[entry.digest]:
                damages += 1
                damaged += [f"entry {entry.number}: {state[entry.digest]}"][: TOLD - len(damaged)]
            else:
                kept += 1
        return Sound(chain, kept, unkept, tuple(damaged), damages)

    def export(self, names: Sequence[str], folder: Path) -> Bundled:
        """Write a bundle of what `names` name into a new folder, whole or not at all.

        Raises ValueError for a broken chain or an unknown name, `StoreError` for bytes that are not there, OSError.
        """
        wanted = self.found(names)
        chain = self._custody.check()
        if chain.broken_at:
            raise ValueError(f"the chain of custody is broken at entry {chain.broken_at}: {chain.why}")
        if folder.exists():
            raise ValueError(f"{folder}: is there already")
        half = folder.with_name(f"{folder.name}.{os.getpid()}.half")
        try:
            size = self._write(half, wanted, chain.head)
            half.rename(folder)
        finally:
            shutil.rmtree(half, ignore_errors=True)
        return Bundled(len(wanted), size, chain.head)

    def _write(self, bag: Path, wanted: Sequence[Entry], head: str) -> int:
        data = bag / "data"
        (data / "exhibits").mkdir(parents=True)
        (data / "chain").mkdir()
        sizes = 0
        for entry in wanted:
            content = self.content(entry)
            sizes += len(content)
            name = f"{entry.number:08}-{entry.kind}-{entry.digest}"
            (data / "exhibits" / name).write_bytes(content)
        first, before = min((entry.number for entry in wanted), default=1), FIRST
        with (data / "chain.jsonl").open("wb") as lines:
            for entry in self._custody.entries():
                if entry.number >= first:
                    (data / "chain" / f"{entry.number:08}.txt").write_text(
                        bound_text(before, entry), "utf-8", newline=""
                    )
                    lines.write(msgspec.json.encode(entry) + b"\n")
                before = entry.chain
        (data / "README.txt").write_text(_README.format(head=head), "utf-8")
        (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "utf-8")
        (bag / "manifest-sha256.txt").write_text(_manifest(bag, data.rglob("*")), "utf-8")
        tags = (bag / name for name in ("bagit.txt", "manifest-sha256.txt"))
        (bag / "tagmanifest-sha256.txt").write_text(_manifest(bag, tags), "utf-8")
        return sizes

    def _sound(self, chain: Checked) -> Iterator[Entry]:
        """The entries before the chain breaks."""
        return islice(self._custody.entries(), chain.broken_at - 1 if chain.broken_at else None)

    def _why_not(self, entry: Entry) -> str:
        try:
            self.content(entry)
        except StoreError as error:
            return str(error)
        return ""


def _manifest(bag: Path, files: Iterable[Path]) -> str:
    """A line a file, as sha256sum writes and reads them."""
    lines = []
    for path in sorted(file for file in files if file.is_file()):
        with path.open("rb") as file:
            digest = sha256(file.read()).hexdigest()
        lines.append(f"{digest}  {path.relative_to(bag).as_posix()}\n")
    return "".join(lines)
