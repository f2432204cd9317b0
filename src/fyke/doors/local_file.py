"""A mail that a client on this machine names instead of sending it: only in folders that the config allows."""

from __future__ import annotations

import os
import stat
from pathlib import Path

SHARED_MEMORY = "/dev/shm"  # noqa: S108  where Linux keeps POSIX shared memory


class LocalFileError(Exception):
    """It may not be read, or cannot be."""


def read(path: str, folders: tuple[str, ...], limit: int, offset: int = 0, length: int = 0) -> bytes:
    """So many bytes of a regular file within one of the folders; length 0: to its end. Raises `LocalFileError`."""
    whole = Path(path)
    if not whole.is_absolute() or "\0" in path:
        raise LocalFileError("no path from the root")
    real = whole.resolve()
    if not any(real.is_relative_to(Path(folder).resolve()) for folder in folders):
        raise LocalFileError("files there may not be named")
    try:
        handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise LocalFileError(error.strerror or "cannot be opened") from None
    with os.fdopen(handle, "rb") as file:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise LocalFileError("no regular file")
        size = max(min(facts.st_size - offset, length or facts.st_size), 0)
        if size > limit:
            raise LocalFileError(f"more than {limit} bytes")
        file.seek(offset)
        return file.read(size)
