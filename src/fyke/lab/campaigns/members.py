"""A mail as the pass over all mails needs it, and a file of them: what is compared in rows of one size, the rest apart.

The file is on disk, so that a million mails take as much memory as the system has to spare, and no more.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.model import UNWANTED, Scan
from fyke.model.sketch import GRAMS, LEADS, SHAPES, WORDS, Sketch

NONE = 0xFFFFFFFF  # in a row, where a sketch has fewer hashes
SITES = 8  # of one mail that are kept
CHARS = 200  # of a subject

_ROW = struct.Struct(f"<16s{4 * WORDS}s{4 * GRAMS}s{4 * SHAPES}s{4 * LEADS}sQQIII")
ROW = np.dtype(
    [
        ("id", "S16"),
        ("words", "<u4", WORDS),
        ("grams", "<u4", GRAMS),
        ("paths", "<u4", SHAPES),
        ("leads", "<u4", LEADS),
        ("exact", "<u8"),
        ("dom", "<u8"),
        ("headers", "<u4"),
        ("message_id", "<u4"),
        ("mime", "<u4"),
    ]
)
Rows = NDArray[Any]  # of ROW


class Member(Struct, frozen=True, array_like=True):
    """One mail: what is told of it, and its sketch."""

    id: str  # 32 hex digits
    at: float  # seconds since the epoch
    subject: str = ""
    sender: str = ""  # address of From
    network: str = ""  # of the machine that brought it
    unwanted: bool | None = None  # as it was judged; None: undecided
    categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()  # registered domains that it links to
    begun: str = ""  # the campaign that it was counted to while it was judged
    sketch: Sketch | None = None


def member(scan: Scan, sketch: Sketch | None = None) -> Member | None:
    """A scan as a member; None where it has no sketch, or says too little."""
    sketch = sketch or scan.sketch
    if sketch is None or not sketch.is_telling:
        return None
    label, at = scan.verdict.label, scan.envelope.received_at or scan.came_at
    linked = (seen.value for seen in scan.observables if seen.kind == "domain" and seen.where != "header")
    return Member(
        id=scan.id,
        at=(at or datetime.fromtimestamp(0, UTC)).timestamp(),
        subject=scan.subject[:CHARS],
        sender=scan.sender[:CHARS],
        network=scan.envelope.client_ip,
        unwanted=True if label in UNWANTED else None if label.value == "unsure" else False,
        categories=scan.verdict.categories,
        sites=tuple(dict.fromkeys(linked))[:SITES],
        begun=scan.campaign,
        sketch=sketch,
    )


class Spool:
    """Members on disk, in the order in which they came. Used once: filled, then read."""

    def __init__(self, folder: Path | None = None) -> None:
        """In a folder for temporary files of that folder, which is gone afterwards."""
        self._folder = tempfile.TemporaryDirectory(prefix="fyke-campaigns-", dir=folder)
        self._rows = Path(self._folder.name, "rows").open("wb", buffering=1 << 20)  # noqa: SIM115  closed by close
        self._rest = Path(self._folder.name, "rest").open("wb", buffering=1 << 20)  # noqa: SIM115
        self._encode = msgspec.msgpack.Encoder().encode
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, found: Member) -> None:
        """Take one. Raises ValueError for one without a sketch, or without an id."""
        if found.sketch is None:
            raise ValueError("a member without a sketch")
        self._rows.write(packed(bytes.fromhex(found.id), found.sketch))
        self._rest.write(framed(self._encode(msgspec.structs.replace(found, sketch=None))))
        self.count += 1

    def rows(self) -> Rows:
        """What is compared, mapped from the disk."""
        self._rows.flush()
        if not self.count:
            return np.empty(0, ROW)
        return np.memmap(self._rows.name, ROW, "r", shape=(self.count,))

    def members(self) -> Iterator[Member]:
        """All of them in order, without their sketches."""
        self._rest.flush()
        decode = msgspec.msgpack.Decoder(Member).decode
        with Path(self._rest.name).open("rb", buffering=1 << 20) as file:
            while head := file.read(4):
                yield decode(file.read(int.from_bytes(head, "little")))

    def close(self) -> None:
        """Forget them."""
        self._rows.close()
        self._rest.close()
        self._folder.cleanup()


def packed(id_: bytes, sketch: Sketch) -> bytes:
    """A sketch as a row."""
    return _ROW.pack(
        id_,
        sketch.words.ljust(4 * WORDS, b"\xff"),
        sketch.grams.ljust(4 * GRAMS, b"\xff"),
        sketch.paths.ljust(4 * SHAPES, b"\xff"),
        sketch.leads.ljust(4 * LEADS, b"\xff"),
        int(sketch.exact or "0", 16),
        int(sketch.dom[:16] or "0", 16),
        int(sketch.headers or "0", 16),
        int(sketch.message_id or "0", 16),
        int(sketch.mime or "0", 16),
    )


def framed(data: bytes) -> bytes:
    """With its length before it."""
    return len(data).to_bytes(4, "little") + data


assert ROW.itemsize == _ROW.size, "a row is what is packed"
