"""Files of this machine that a client names or hands over instead of sending them.

Named ones only in folders that the config allows; one that is handed over its client could read already.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

SHARED_MEMORY = "/dev/shm"  # noqa: S108  where Linux keeps POSIX shared memory


class LocalFileError(Exception):
    """It may not be read, or cannot be."""


def allowed(path: str, folders: tuple[str, ...]) -> Path:
    """Where the path really leads, which is within one of the folders. Raises `LocalFileError`."""
    whole = Path(path)
    if not whole.is_absolute() or "\0" in path:
        raise LocalFileError("no path from the root")
    real = whole.resolve()
    if not any(real.is_relative_to(Path(folder).resolve()) for folder in folders):
        raise LocalFileError("files there may not be named")
    return real


def read(path: str, folders: tuple[str, ...], limit: int, offset: int = 0, length: int = 0) -> bytes:
    """So many bytes of a regular file within one of the folders; length 0: to its end. Raises `LocalFileError`."""
    real = allowed(path, folders)
    try:
        handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise LocalFileError(error.strerror or "cannot be opened") from None
    return content(handle, limit, offset, length)


def content(handle: int, limit: int, offset: int = 0, length: int = 0) -> bytes:
    """The same of an open file, which is closed then. Its position, which others may share, stays where it is."""
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise LocalFileError("no regular file")
        left = max(min(facts.st_size - offset, length or facts.st_size), 0)
        if left > limit:
            raise LocalFileError(f"more than {limit} bytes")
        pieces = []
        while left and (piece := os.pread(handle, left, offset)):
            pieces.append(piece)
            offset, left = offset + len(piece), left - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
    except OSError as error:
        raise LocalFileError(error.strerror or "cannot be read") from None
    finally:
        os.close(handle)
