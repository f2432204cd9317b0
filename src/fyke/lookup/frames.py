"""What a cell and its keeper say to each other: frames of a length and so many bytes, over one socket.

What the cell says is believed by nobody: its keeper reads with a deadline, a limit, and a type.
"""

from __future__ import annotations

import select
import socket
import struct
import time

from msgspec import Struct
from msgspec.msgpack import Decoder, Encoder

from fyke.files.budget import DEFAULT, Budget
from fyke.model import Analyse, Fault

ANSWER_BYTES = 32 << 20  # 2,000 files with 200 findings each would be more; an honest answer has some kilobytes
QUESTION_BYTES = 1 << 30  # a question without a cap would let a slip of ours ask for all memory
LAST, MORE = b"\1", b"\0"  # said before an answer: whether the cell ends after it
_LENGTH = struct.Struct("=Q")


class Terms(Struct, frozen=True):
    """What a cell is told when it starts: how it closes itself, and what it looks with."""

    budget: Budget = DEFAULT
    memory_bytes: int = 512 << 20
    cpu_s: int = 600
    parent: int = 0  # process with which it ends; 0: at the end of the line alone
    all_layers: bool = False  # whether it refuses to look at anything while a layer of the sandbox is missing
    signatures: tuple[str, ...] = ()  # compiled databases
    ocr: bool = False


class Ready(Struct, frozen=True):
    """What a cell says when it is closed."""

    layers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()  # what could not be loaded


class Late(Exception):  # noqa: N818  it is what the other side did
    """The time was up before all was said."""


class Gone(Exception):  # noqa: N818
    """The other side hung up; or says what nobody may say, and then there are words for it."""


TERMS, READY = Decoder(Terms), Decoder(Ready)
ASKED = Decoder(Analyse)
_ENCODER = Encoder()


def packed(noun: Struct) -> bytes:
    """The noun as bytes. Raises `UnicodeEncodeError` for halves of characters."""
    return _ENCODER.encode(noun)


class Line:
    """One end of the socket."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def say(self, *frames: bytes, until: float | None = None) -> None:
        """Send frames, until a moment of the monotonic clock. Raises `Late`, `Gone`."""
        try:
            for frame in frames:
                self._wait(until)
                self._end.sendall(_LENGTH.pack(len(frame)))
                self._end.sendall(frame)  # its time-out is for the whole frame
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Gone from None

    def hear(self, most: int, until: float | None = None) -> bytes:
        """One frame of at most so many bytes. Raises `Late`, `Gone`."""
        (size,) = _LENGTH.unpack(self._exactly(_LENGTH.size, until))
        if size > most:
            raise Gone(f"said a frame of {size:,} bytes")
        return self._exactly(size, until)

    @property
    def is_readable(self) -> bool:
        """Whether there is something to hear, or the other side hung up."""
        watch = select.poll()
        watch.register(self._end, select.POLLIN)
        return bool(watch.poll(0))

    def close(self) -> None:
        """Hang up."""
        self._end.close()

    def _exactly(self, size: int, until: float | None) -> bytes:
        pieces: list[bytes] = []
        try:
            while size:
                self._wait(until)
                piece = self._end.recv(size, socket.MSG_WAITALL if until is None else 0)
                if not piece:
                    raise Gone
                pieces.append(piece)
                size -= len(piece)
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Gone from None
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _wait(self, until: float | None) -> None:
        if until is not None:
            left = until - time.monotonic()
            if left <= 0:
                raise Late
            self._end.settimeout(left)
