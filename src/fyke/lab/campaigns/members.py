"""A mail as the pass over all mails needs it, and a file of them: what is compared in rows of one size, the rest apart.

The file is on disk, so that a million mails take as much memory as the system has to spare, and no more.
"""

from __future__ import annotations

import os
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

from fyke.mail.sketch import sketch
from fyke.model import UNWANTED, Message, Scan
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


def member(scan: Scan, found: Sketch | None = None) -> Member:
    """A scan as a member; without a sketch where it has none, or one that says too little to be compared."""
    found = found or scan.sketch
    label, at = scan.verdict.label, scan.envelope.received_at or scan.came_at
    linked = (seen.value for seen in scan.observables if seen.kind == "domain" and seen.where != "header")
    return Member(
        id=scan.id,
        at=(at or datetime.fromtimestamp(0, UTC)).timestamp(),
        subject=scan.subject[:CHARS],
        sender=scan.sender[:CHARS],
        network=scan.envelope.client_ip or next((ip.value for ip in scan.observables if ip.kind == "ip"), ""),
        unwanted=True if label in UNWANTED else None if label.value == "unsure" else False,
        categories=scan.verdict.categories,
        sites=tuple(dict.fromkeys(linked))[:SITES],
        begun=scan.campaign,
        sketch=found if found is not None and found.is_telling else None,
    )


def unjudged(message: Message, at: datetime | None) -> Member | None:
    """A mail that nobody judged as a member; None where it says too little."""
    found = sketch(message)
    if not found.is_telling:
        return None
    linked = (seen.value for seen in message.observables if seen.kind == "domain" and seen.where != "header")
    return Member(
        id=message.digest[:32],
        at=(at or datetime.fromtimestamp(0, UTC)).timestamp(),
        subject=message.subject[:CHARS],
        sender=message.sender.address[:CHARS],
        network=next((hop.ip for hop in message.received if hop.ip), ""),
        sites=tuple(dict.fromkeys(linked))[:SITES],
        sketch=found,
    )


class Spool:
    """Members on disk, in the order in which they came: for one use, or kept and added to."""

    def __init__(self, folder: Path | None = None) -> None:
        """Kept in that folder, which is made; without one gone when it is closed. Raises OSError."""
        self._passing = tempfile.TemporaryDirectory(prefix="fyke-campaigns-") if folder is None else None
        place = Path(self._passing.name) if self._passing is not None else Path(folder or "")
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._names = place / "rows", place / "rest"
        self.count = _mended(*self._names)
        self._rows, self._rest = (name.open("ab", buffering=1 << 20) for name in self._names)  # closed by close
        self._encode = msgspec.msgpack.Encoder().encode

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
        row = packed(bytes.fromhex(found.id), found.sketch)
        self._rest.write(framed(self._encode(msgspec.structs.replace(found, sketch=None))))
        self._rows.write(row)
        self.count += 1

    def rows(self) -> Rows:
        """What is compared, mapped from the disk."""
        self._flush()
        if not self.count:
            return np.empty(0, ROW)
        return np.memmap(self._names[0], ROW, "r", shape=(self.count,))

    def members(self, after: int = 0) -> Iterator[Member]:
        """All of them in order, or those after so many, without their sketches."""
        self._flush()
        decode = msgspec.msgpack.Decoder(Member).decode
        with self._names[1].open("rb", buffering=1 << 20) as file:
            for at in range(self.count):
                data = file.read(int.from_bytes(file.read(4), "little"))
                if at >= after:
                    yield decode(data)

    def close(self) -> None:
        """Write what waits; what passes is gone."""
        self._flush()
        self._rows.close()
        self._rest.close()
        if self._passing is not None:
            self._passing.cleanup()

    def _flush(self) -> None:
        self._rest.flush()
        self._rows.flush()


def _mended(rows: Path, rest: Path) -> int:
    """How many members both files have; what a kill left of one more is cut off."""
    if not rows.exists() or not rest.exists():
        rows.write_bytes(b"")
        rest.write_bytes(b"")
        return 0
    most, size, count, end = rows.stat().st_size // ROW.itemsize, rest.stat().st_size, 0, 0
    with rest.open("rb", buffering=1 << 20) as file:
        while count < most and (head := file.read(4)):
            begin = end + 4 + int.from_bytes(head, "little")
            if len(head) < 4 or begin > size:
                break
            file.seek(begin)
            count, end = count + 1, begin
    os.truncate(rows, count * ROW.itemsize)
    os.truncate(rest, end)
    return count


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
