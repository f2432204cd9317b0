"""The content of a mail as it comes, by DATA with a dot at its end or by BDAT in chunks: bounded, in linear time."""

from __future__ import annotations

from fyke.wire.smtp_events import Bdat, Chunk, Content, TooLong, Wrong
from fyke.wire.smtp_words import unstuffed

DOT = b"\r\n.\r\n"
ORDER = Wrong(503, "5.5.1 this command may not come now")


class Dotted:
    """What follows DATA. Only CR LF dot CR LF is its end."""

    def __init__(self, message_bytes: int) -> None:
        self._limit = message_bytes
        self._most = message_bytes + message_bytes // 3 + len(DOT)  # of four bytes one may be stuffing: ".." CR LF
        self._data = bytearray(b"\r\n")  # of DATA's own line: the dot may come at once
        self._scanned = 0
        self._is_too_long = False

    def take(self, heard: bytearray) -> Content | TooLong | None:
        """Move what was heard to the message; what stands behind its end is left."""
        data = self._data
        data += heard
        heard.clear()
        end = data.find(DOT, max(0, self._scanned - len(DOT) + 1))
        if end < 0:
            self._is_too_long |= len(data) > self._most
            if self._is_too_long:
                del data[: 1 - len(DOT)]
            self._scanned = len(data)
            return None
        heard += memoryview(data)[end + len(DOT) :]
        del data[end + 2 :]
        raw = b"" if self._is_too_long else unstuffed(data)
        return TooLong() if self._is_too_long or len(raw) > self._limit else Content(raw)


class Chunked:
    """What comes by BDAT, chunk after chunk."""

    def __init__(self, message_bytes: int) -> None:
        self._limit = message_bytes
        self._data = bytearray()
        self._chunk = Bdat(0, is_last=True)
        self._left = 0
        self._is_dropped = self._is_too_long = False

    def begin(self, chunk: Bdat, *, is_dropped: bool) -> None:
        """A chunk follows, to be thrown away if it may not come now."""
        self._chunk, self._left, self._is_dropped = chunk, chunk.size, is_dropped
        if not is_dropped and len(self._data) + chunk.size > self._limit:
            self._is_too_long = True
            self._data.clear()

    def take(self, heard: bytearray) -> Content | Chunk | TooLong | Wrong | None:
        """Move what was heard of the chunk to the message; what stands behind it is left."""
        size = min(self._left, len(heard))
        if not self._is_dropped and not self._is_too_long:
            self._data += memoryview(heard)[:size]
        del heard[:size]
        self._left -= size
        if self._left:
            return None
        if self._is_dropped:
            return ORDER
        if self._is_too_long:
            return TooLong(self._chunk.is_last)
        return Content(bytes(self._data)) if self._chunk.is_last else Chunk()
