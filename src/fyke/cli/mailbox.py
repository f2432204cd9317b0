"""Paths to messages: single files, mbox, Maildir, folders of them, stdin, and gzip of a file.

Nothing is read before its turn: a `Slot` says where a message stands, so that whoever scans it reads it. What is
passed over in a folder is counted, and what cannot be opened is a sentence in `problems`; neither stops the rest.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from msgspec import Struct

from fyke.cli.errors import no_such_path
from fyke.cli.mbox import MESSAGE_BYTES, Piece, bare, pieces, unquote

# Files that stand beside mail in archives and mail folders, and are none. One named on the command line is read anyway.
NOT_MAIL = (
    *(".7z", ".bz2", ".cfg", ".csv", ".db", ".html", ".idx", ".json", ".jsonl", ".lock", ".log", ".md", ".msf"),
    *(".parquet", ".py", ".sha256", ".sqlite", ".tar", ".tgz", ".toml", ".tsv", ".xz", ".yaml", ".yml", ".zip", ".zst"),
)
FILE_BYTES = 100 << 20  # of a file that is no mail: ClamAV's limit; the process that looks into it has 512 MiB
STREAM_BUFFER = 1 << 20  # bytes asked of the system at a time; larger gains nothing

_NUMBERED = re.compile(r"(.+):(\d{1,12})")


class Slot(Struct, frozen=True):
    """Where one message stands, or its bytes where it can be read only once."""

    shown: str  # the path for people: "box.mbox:12"
    path: bytes = b""  # as the system has it: names need not be UTF-8
    start: int = 0
    end: int = -1  # -1: the end of the file
    quoted: bool = False  # it stands in an mbox
    data: bytes | None = None
    whole: bool = False  # it is a file of any kind, not a message

    def read(self) -> bytes:
        """The message or file, at most one byte more than is looked at (`most`). Raises OSError."""
        if self.whole:
            with open(self.path, "rb") as any_file:  # noqa: PTH123
                return any_file.read(FILE_BYTES + 1)
        raw = self.data
        if raw is None:
            with open(self.path, "rb", buffering=0) as file:  # noqa: PTH123  `Path` costs as much as the reading
                end = os.fstat(file.fileno()).st_size if self.end < 0 else self.end
                file.seek(self.start)
                raw = _read(file, min(end - self.start, MESSAGE_BYTES + 1))
        return unquote(raw) if self.quoted else bare(raw)

    @property
    def most(self) -> int:
        """How many bytes of it are looked at."""
        return FILE_BYTES if self.whole else MESSAGE_BYTES


class Mailbox:
    """The messages of some paths, in order."""

    def __init__(self, paths: Iterable[str], stdin: BinaryIO | None = None) -> None:
        self.problems: list[str] = []
        self.passed: Counter[str] = Counter()  # what was passed over in folders, by reason
        self.size_bytes = 0  # of the files that slots were given out from: for a progress bar
        self._paths = list(paths)
        self._stdin = stdin

    def __iter__(self) -> Iterator[Slot]:
        for path in self._paths:
            yield from self._path(path)

    def _path(self, path: str) -> Iterator[Slot]:
        numbered = _NUMBERED.fullmatch(path)
        if path == "-":
            yield from self._guarded(path, self._standard_input)
        elif Path(path).is_dir():
            for file in self.walk(path):
                yield from self._guarded(file, self._file)
        elif os.path.lexists(path):
            yield from self._guarded(path, self._file)
        elif numbered and os.path.lexists(numbered[1]):
            yield from self._one_of(numbered[1], int(numbered[2]))
        else:
            self.problems.append(no_such_path(path))

    def _guarded(self, path: str, read: Callable[[str], Iterator[Slot]]) -> Iterator[Slot]:
        try:
            yield from read(path)
        except (OSError, EOFError, zlib.error) as error:  # the last two: gzip that is cut or broken
            self.problems.append(f"{shown(path)}: {getattr(error, 'strerror', None) or error}")

    def _one_of(self, path: str, number: int) -> Iterator[Slot]:
        last = 0
        for last, slot in enumerate(self._guarded(path, self._file), 1):
            if last == number:
                yield slot
                return
        if last:
            self.problems.append(f"{path} has no message {number}: its last one is {last}")

    def _standard_input(self, path: str) -> Iterator[Slot]:
        yield from self._stream(path, self._stdin or sys.stdin.buffer)

    def _file(self, path: str) -> Iterator[Slot]:
        about = os.stat(path)  # noqa: PTH116  `Path` costs more than the system call
        if path.endswith(".eml") and stat.S_ISREG(about.st_mode):  # need not be looked into
            self.size_bytes += about.st_size
            yield Slot(shown(path), os.fsencode(path))
            return
        with open(path, "rb", buffering=STREAM_BUFFER) as file:  # noqa: PTH123
            if path.endswith(".gz"):
                with gzip.open(file) as inner:
                    yield from self._stream(path, cast("BinaryIO", inner))
            elif not stat.S_ISREG(about.st_mode):
                yield from self._stream(path, file)
            elif os.pread(file.fileno(), 5, 0) != b"From ":
                yield Slot(shown(path), os.fsencode(path))
            else:
                for slot in _numbered(path, pieces(file, keep=False)):
                    self.size_bytes += slot.end - slot.start
                    yield slot
                return
            self.size_bytes += about.st_size

    def _stream(self, path: str, stream: BinaryIO) -> Iterator[Slot]:
        """What can be read only once: its bytes go along."""
        head = stream.read(5)
        joined = cast("BinaryIO", io.BufferedReader(_Joined(head, stream), STREAM_BUFFER))
        if head == b"From " and not path.endswith((".eml", ".eml.gz")):
            yield from _numbered(path, pieces(joined, keep=True))
        else:
            yield Slot(shown(path), data=joined.read(MESSAGE_BYTES + 1))

    def walk(self, top: str) -> Iterator[str]:
        """The files of a folder and those below it that may be mail, in the order of their names."""
        stack = [(top, True)]
        while stack:
            path, is_folder = stack.pop()
            if not is_folder:
                yield path
                continue
            try:
                with os.scandir(path) as entries:
                    inside = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self.problems.append(f"{shown(path)}: {error.strerror}")
                continue
            stack.extend((entry.path, entry.is_dir()) for entry in reversed(self._chosen(inside)))

    def _chosen(self, inside: list[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
        maildir = {"cur", "new"} <= {entry.name for entry in inside}
        chosen = []
        for entry in inside:
            reason = _passed_over(entry, maildir)
            if reason:
                self.passed[reason] += 1
            else:
                chosen.append(entry)
        return chosen


def _passed_over(entry: os.DirEntry[str], maildir: bool) -> str:
    """Why an entry of a folder is not read; empty where it is."""
    if entry.is_dir():
        if entry.is_symlink():
            return "linked folder"  # it may lead in a circle
        if maildir and entry.name == "tmp":
            return "folder of unfinished deliveries (tmp)"
        subfolder = maildir and Path(entry.path, "cur").is_dir()  # Maildir++: ".Sent"
        return "hidden folder" if entry.name.startswith(".") and not subfolder else ""
    if maildir:
        return "file of the mail store"
    if entry.name.startswith("."):
        return "hidden file"
    if not entry.is_file():
        return "broken link or special file"
    return "file that is no mail" if entry.name.lower().endswith(NOT_MAIL) else ""


def shown(path: str) -> str:
    """The path as text: a name that is not UTF-8 has its odd bytes escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _numbered(path: str, found: Iterator[Piece]) -> Iterator[Slot]:
    """A slot a piece; a file of one message keeps its plain name."""
    name, place = shown(path), os.fsencode(path)
    first = next(found, None)
    second = next(found, None)
    if first is not None and second is None:
        yield _slot(name, place, first)
    elif first is not None and second is not None:
        for number, piece in enumerate(chain((first, second), found), 1):
            yield _slot(f"{name}:{number}", place, piece)


def _slot(name: str, place: bytes, piece: Piece) -> Slot:
    return Slot(name, place, piece.start, piece.end, True, piece.data)


def _read(file: io.FileIO, size: int) -> bytes:
    """Up to that many bytes: one call of the system may give fewer."""
    chunks: list[bytes] = []
    while size > 0 and (chunk := file.read(size)):
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


class _Joined(io.RawIOBase):
    """A stream whose first bytes were already taken."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._head or self._rest.read(len(buffer))
        given, self._head = data[: len(buffer)], data[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


def size_of(paths: Iterable[str]) -> int:
    """Bytes of all files of the paths, or 0 where that cannot be known beforehand: for a progress bar."""
    total = 0
    for path in paths:
        if path == "-":
            return 0
        if Path(path).is_dir():
            total += sum(_size(file) for file in Mailbox([]).walk(path))
        else:
            total += _size(path)
    return total


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0
