"""The body of a request of HTTP: of a known length, or in chunks (RFC 9112 6 and 7). Taken off what was heard."""

from __future__ import annotations

import re
from typing import Final

CHUNK_LINE_BYTES: Final = 256  # a size and its extensions, which nobody uses
TRAILER_BYTES: Final = 8_192  # fields behind the chunks; read and thrown away
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?")


class RemoteProtocolError(Exception):
    """The client breaks the protocol, or asks for more than it may; `status` is what to tell it before hanging up."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Body:
    """A body on its way. `heard` is shared with the connection: bytes of the body leave it, later ones stay."""

    def __init__(self, heard: bytearray, length: int | None, limit: int) -> None:
        """`length` None: in chunks. Raises `RemoteProtocolError` where it is above the limit."""
        self._heard, self._length, self._limit = heard, length, limit
        self._taken = bytearray()
        self._left: int | None = None  # of the chunk; None: its size comes next
        self._is_last = False  # the chunk is the empty one that ends them
        self._trailer: int | None = None  # bytes of it read so far; None: there are chunks to come
        if length is not None and length > limit:
            raise self._too_long()

    @property
    def size(self) -> int:
        """Bytes that have come."""
        return len(self._taken)

    def taken(self) -> bytes:
        """The whole body. It is forgotten here."""
        taken, self._taken = bytes(self._taken), bytearray()
        return taken

    def read(self) -> bool:
        """Take what there is; whether the body is whole. Raises `RemoteProtocolError`."""
        if self._length is None:
            return self._read_chunks()
        if self._length > len(self._taken):
            self._take(self._length - len(self._taken))
        return len(self._taken) == self._length

    def _read_chunks(self) -> bool:
        while self._trailer is None:
            if self._left is None and not self._read_size():
                return False
            if self._left == 0 and self._is_last:
                self._trailer = 0
                break
            self._left = (self._left or 0) - self._take(self._left or 0)
            if self._left or len(self._heard) < 2:
                return False
            if not self._heard.startswith(b"\r\n"):
                raise RemoteProtocolError(400, "a chunk longer than its size")
            del self._heard[:2]
            self._left = None
        return self._read_trailer()

    def _read_size(self) -> bool:
        line = self._line(CHUNK_LINE_BYTES)
        if line is None:
            return False
        size = _CHUNK.fullmatch(line)
        if size is None:
            raise RemoteProtocolError(400, "no size of a chunk")
        self._left = int(size[1], 16)
        self._is_last = self._left == 0
        if len(self._taken) + self._left > self._limit:
            raise self._too_long()
        return True

    def _read_trailer(self) -> bool:
        while (line := self._line(TRAILER_BYTES - (self._trailer or 0))) is not None:
            if not line:
                return True
            self._trailer = (self._trailer or 0) + len(line) + 2
        return False

    def _line(self, limit: int) -> bytes | None:
        """The next line without its end, taken off; None where it has not come."""
        end = self._heard.find(b"\r\n", 0, limit + 2)
        if end < 0:
            if len(self._heard) > limit + 1:
                raise RemoteProtocolError(400, "a line without end")
            return None
        line = bytes(self._heard[:end])
        del self._heard[: end + 2]
        return line

    def _take(self, most: int) -> int:
        """Move so many bytes at most to the body."""
        piece = self._heard if most >= len(self._heard) else self._heard[:most]
        size = len(piece)
        self._taken += piece
        del self._heard[:size]
        return size

    def _too_long(self) -> RemoteProtocolError:
        return RemoteProtocolError(413, f"more than {self._limit} bytes")
