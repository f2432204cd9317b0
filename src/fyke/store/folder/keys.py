"""The file of secret keys: a line a key, `ID BASE64`; the last one is written with, all of them are read with.

To rotate, append a line. What was sealed with a key that is taken out is lost.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from fyke.store.folder.segment import sync_folder
from fyke.store.labels import StoreError

KEY_BYTES = 32
ID_CHARS = 8  # of hex digits


class Keys(Struct, frozen=True):
    """Secret keys by id, the newest last."""

    by_id: dict[str, bytes]

    @property
    def newest(self) -> str:
        """The id of the key that is written with."""
        return next(reversed(self.by_id))

    def derive(self, key_id: str, purpose: bytes, salt: bytes = b"") -> bytes:
        """A key for one purpose, out of that one. Raises `StoreError` where there is no such key."""
        if key_id not in self.by_id:
            raise StoreError(f"no key {key_id} in the key file: it was sealed with one that is gone")
        return HKDF(SHA256(), KEY_BYTES, salt, purpose).derive(self.by_id[key_id])


def keys(path: Path) -> Keys:
    """The keys of a file that is made where there is none. Raises `StoreError`."""
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise StoreError(f"{path}: others may read it; chmod 600 {path}")
        return Keys(dict(_key(path, at, line) for at, line in enumerate(path.read_text().splitlines(), 1) if line))
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: {getattr(error, 'strerror', None) or 'is not text'}") from None


def line() -> str:
    """A fresh key as a line of the file."""
    return f"{secrets.token_hex(ID_CHARS // 2)} {base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"


def _make(path: Path) -> None:
    """A file with one key, whole or not at all; of two processes that make it, one wins."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, line().encode())
        os.fsync(file)
    finally:
        os.close(file)
    try:
        os.link(fresh, path)  # never over another one
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    sync_folder(path.parent)


def _key(path: Path, at: int, text: str) -> tuple[str, bytes]:
    key_id, _, encoded = text.strip().partition(" ")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES or len(key_id) != ID_CHARS:
        raise StoreError(f"{path}:{at}: is no key: {ID_CHARS} digits, a space, {KEY_BYTES} bytes in base64")
    return key_id, key
