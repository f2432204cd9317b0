"""What a client of the clamd door names: a file, or the files of a folder one after another.

As clamd does it unless it is told otherwise: links within a folder are not followed, and what is no file is passed by.
What is over a limit is named, so that nobody takes it for clean.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from fyke.doors.local_file import LocalFileError, allowed, read

DEPTH = 15  # folders within folders: MaxDirectoryRecursion of clamd
FILES = 10_000  # of one command: MaxFiles of clamd for one archive

Named = tuple[str, bytes | LocalFileError]  # a path as the client would write it, and what is there


def named(path: str, folders: tuple[str, ...], limit: int) -> Iterator[Named]:
    """A file with its content, or all files of a folder; with an error, what may not be read or cannot be."""
    try:
        is_folder = allowed(path, folders).is_dir()
    except (LocalFileError, OSError, RuntimeError) as error:  # a ring of links is a RuntimeError
        yield path, error if isinstance(error, LocalFileError) else LocalFileError("it cannot be found")
        return
    for number, (found, wrong) in enumerate(_within(path, 1) if is_folder else ((path, None),)):
        if number == FILES:
            yield path, LocalFileError(f"more than {FILES} files")
            return
        try:
            yield found, read(found, folders, limit) if wrong is None else wrong
        except LocalFileError as error:
            yield found, error


def _within(folder: str, depth: int) -> Iterator[tuple[str, LocalFileError | None]]:
    """The files of a folder by name, and those of the folders in it."""
    if depth > DEPTH:
        yield folder, LocalFileError(f"more than {DEPTH} folders deep")
        return
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield folder, LocalFileError(error.strerror or "it cannot be read")
        return
    for entry in found:
        path = os.path.join(folder, entry.name)  # noqa: PTH118  bytes that are no UTF-8 stay as they are
        if entry.is_dir(follow_symlinks=False):
            yield from _within(path, depth + 1)
        elif entry.is_file(follow_symlinks=False):
            yield path, None
