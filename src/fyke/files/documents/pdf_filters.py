"""What a PDF stream holds behind its filters (ISO 32000-1, 7.4), in pieces. Pictures stay as they are.

LZW, run lengths and predictors are left to qpdf: files and scripts are hardly ever packed so.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES
from fyke.files.streams import inflated, stored

FILTERS = 8  # of one stream: one is usual, two are seen
_SHORT = {"Fl": "FlateDecode", "AHx": "ASCIIHexDecode", "A85": "ASCII85Decode"}
_ASCII85_NOISE = re.compile(rb"[^!-uz]")


def unfiltered(raw: bytes, filters: list[str], room: int) -> Iterator[bytes]:
    """The pieces of a stream. `room` is how much of what lies between two filters is kept.

    Raises `Broken` for a filter that is not known here, and where a filter's data end early.
    """
    if len(filters) > FILTERS:
        raise Broken(f"a stream has {len(filters)} filters")
    for inner in filters[:-1]:
        raw = _kept(_stage(raw, inner), room)
    return _stage(raw, filters[-1]) if filters else stored(raw)


def _kept(pieces: Iterable[bytes], room: int) -> bytes:
    """The first bytes of pieces, whatever becomes of the rest."""
    got: list[bytes] = []
    try:
        for piece in pieces:
            got.append(piece)
            room -= len(piece)
            if room <= 0:
                break
    except Broken:
        pass
    return b"".join(got)


def _stage(raw: bytes, name: str) -> Iterator[bytes]:
    name = _SHORT.get(name, name)
    if name == "FlateDecode":
        return inflated(raw.lstrip(b"\r\n") if raw[:1] in {b"\r", b"\n"} else raw, 15)
    if name == "ASCIIHexDecode":
        return _hex(raw)
    if name == "ASCII85Decode":
        return _ascii85(raw)
    if name == "Crypt":
        return stored(raw)
    raise Broken(f"a stream packed with {name[:40]}")


def _hex(raw: bytes) -> Iterator[bytes]:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", raw.partition(b">")[0])
    yield bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _ascii85(raw: bytes) -> Iterator[bytes]:
    """Groups of five; `z` stands for four zeroes. Read in parts, so that zeroes cannot swell."""
    text = _ASCII85_NOISE.sub(b"", raw.partition(b"~>")[0].removeprefix(b"<~"))
    step = CHUNK_BYTES // 4 * 5
    at = 0
    while at < len(text):
        part = text[at : at + step]
        if at + step < len(text):  # end on a whole group: the letters but z come in fives
            part = part[: len(part) - (len(part) - part.rfind(b"z") - 1) % 5] if b"z" in part else part
        try:
            yield base64.a85decode(part)
        except ValueError:
            raise Broken("ASCII85 is not well made") from None
        at += max(1, len(part))
