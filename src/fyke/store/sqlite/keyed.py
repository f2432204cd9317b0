"""Hashes that only this site can make: a file that holds them tells a thief nothing, for the key lies in another."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from fyke.store.labels import StoreError

KEY_BYTES = 32


class Keyed:
    """Hashes under the key in a file, which is made where there is none."""

    def __init__(self, path: Path) -> None:
        """Raises `StoreError` for a file that holds no key."""
        try:
            self._key = _read(path)
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from None
        if len(self._key) != KEY_BYTES:
            raise StoreError(f"{path}: is no key of {KEY_BYTES} bytes")

    def hash(self, text: str, size: int) -> bytes:
        """That many bytes for a text."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=size).digest()


def _read(path: Path) -> bytes:
    """The key; of processes that make it at once, one's stays."""
    if not path.exists():
        own = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(KEY_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(own, path)
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path.read_bytes()
