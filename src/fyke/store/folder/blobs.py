"""Blobs as files: `blobs/ab/abcd....sealed`, compressed, then sealed in chunks, each bound to its place and content.

A file: magic, id of the key, 16 random bytes; then chunks of AES-256-GCM with a key that is derived for this file
alone (HKDF with the random bytes and the digest), so that no nonce is ever used twice. The nonce is the chunk's number
and whether it is the last: what is cut off, swapped or changed does not open (Hoang and others, STREAM, 2015).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fyke.store.folder.keys import ID_CHARS, Keys
from fyke.store.folder.segment import sync_folder
from fyke.store.labels import StoreError

MAGIC = b"FYKEBLOB1\n"
SALT_BYTES = 16
CHUNK_BYTES = 1 << 20
TAG_BYTES = 16
LEVEL = 3  # zstd's own default: mail shrinks by half, at 300 MB/s
CONTENT_BYTES = 1 << 30  # more than any door takes
HEAD_BYTES = len(MAGIC) + ID_CHARS + SALT_BYTES
SUFFIX = ".sealed"

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FolderBlobs:
    """The `Blobs` of one machine. Any thread, any process."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._folder, self._keys = folder, keys

    def put(self, content: bytes) -> str:
        """Keep it, on the disk before this returns; its digest."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        try:
            if path.exists() and self._is_sound(digest):
                return digest
            if not path.parent.exists():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                for folder in (self._folder, self._folder.parent):
                    sync_folder(folder)
            self._write(path, seal(content, digest, self._keys))
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from None
        return digest

    def get(self, digest: str) -> bytes:
        """The content, exactly as it was put."""
        path = self._path(digest)
        try:
            return unseal(path.read_bytes(), digest, self._keys)
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from None
        except StoreError as error:
            raise StoreError(f"{path}: {error}") from None

    def has(self, digest: str) -> bool:
        """Whether it is there."""
        return self._path(digest).exists()

    def delete(self, digest: str) -> None:
        """Keep it no longer."""
        try:
            self._path(digest).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{self._path(digest)}: {error.strerror}") from None

    def digests(self) -> Iterator[str]:
        """Those of all that is kept."""
        return (path.stem for path in self._folder.glob(f"??/*{SUFFIX}"))

    def _is_sound(self, digest: str) -> bool:
        """Whether what is there opens: what a broken disk or an old key made unreadable is written anew."""
        try:
            self.get(digest)
        except StoreError:
            return False
        return True

    def _path(self, digest: str) -> Path:
        if _DIGEST.fullmatch(digest) is None:
            raise StoreError(f"{digest[:80]!r} is no digest")
        return self._folder / digest[:2] / f"{digest}{SUFFIX}"

    def _write(self, path: Path, data: bytes) -> None:
        """Whole or not at all, and on the disk."""
        half = path.with_name(f"{path.stem}.{os.getpid()}.{secrets.token_hex(4)}.half")
        file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(file, rest) :]
                os.fsync(file)
            finally:
                os.close(file)
            half.rename(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def seal(content: bytes, digest: str, keys: Keys) -> bytes:
    """The content as a file."""
    salt = secrets.token_bytes(SALT_BYTES)
    head = MAGIC + keys.newest.encode() + salt
    cipher = AESGCM(keys.derive(keys.newest, b"fyke blob " + digest.encode(), salt))
    packed = zstandard.compress(content, LEVEL)
    sealed = [head]
    for number, at in enumerate(range(0, len(packed), CHUNK_BYTES)):
        chunk = packed[at : at + CHUNK_BYTES]
        sealed.append(cipher.encrypt(_nonce(number, at + CHUNK_BYTES >= len(packed)), chunk, head + digest.encode()))
    return b"".join(sealed)


def unseal(data: bytes, digest: str, keys: Keys) -> bytes:
    """The content of a file. Raises `StoreError` for whatever is not exactly what was sealed."""
    head = data[:HEAD_BYTES]
    if len(data) <= HEAD_BYTES or not head.startswith(MAGIC):
        raise StoreError("is no sealed blob, or was cut short")
    key_id = head[len(MAGIC) : -SALT_BYTES].decode("latin-1")
    cipher = AESGCM(keys.derive(key_id, b"fyke blob " + digest.encode(), head[-SALT_BYTES:]))
    size = CHUNK_BYTES + TAG_BYTES
    packed = []
    try:
        for number, at in enumerate(range(HEAD_BYTES, len(data), size)):
            nonce = _nonce(number, at + size >= len(data))
            packed.append(cipher.decrypt(nonce, data[at : at + size], head + digest.encode()))
        content = zstandard.ZstdDecompressor().decompress(b"".join(packed), max_output_size=CONTENT_BYTES)
    except (InvalidTag, zstandard.ZstdError):
        raise StoreError("was cut short or changed") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise StoreError("is not the content of that digest")
    return content


def _nonce(number: int, is_last: bool) -> bytes:
    return struct.pack(">7xIB", number, is_last)
