"""The contract of the store of blobs: raw mail by the sha256 of its content, the same content once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Blobs(Protocol):
    """What `put` returned from survives a kill and a power cut, and nobody reads it on the disk."""

    def put(self, content: bytes) -> str:
        """Keep it, on the disk before this returns; its digest. Raises `StoreError`."""

    def get(self, digest: str) -> bytes:
        """The content, exactly as it was put. Raises `StoreError` where it is missing, cut short or changed."""

    def has(self, digest: str) -> bool:
        """Whether it is there, without reading it."""

    def delete(self, digest: str) -> None:
        """Keep it no longer; nothing where it is not there."""

    def digests(self) -> Iterator[str]:
        """Those of all that is kept, in no order."""
