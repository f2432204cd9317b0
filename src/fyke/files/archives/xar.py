"""xar, as macOS packs installers (.pkg): a table of contents in XML under zlib, and a heap of the files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from msgspec import Struct

from fyke.files.archives.unread import unread
from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.pieces import Kept
from fyke.files.streams import bunzipped, inflated, stored, unlzma

TABLE_BYTES = 4 << 20  # of the table: a package of thousands of files has some hundred KB
DEPTH = 64  # folders in folders; deeper names are cut
# The elements that say something; all else of the table is passed over.
_TAG = re.compile(rb"<(/?)(file|data|name|offset|length|encoding)\b([^<>]{0,200})>([^<]{0,1024})")
_STYLE = re.compile(rb"style=[\"']application/([a-z0-9-]{1,30})")


class _Place(Struct):
    """Where a file lies in the heap."""

    name: str = ""
    offset: int = -1
    length: int = 0
    style: str = ""


class Xar(Unpacker):
    """What is in a xar archive?"""

    name = "xar"
    kinds = frozenset({"xar"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield the files that the table names."""
        data = file.data
        if len(data) < 28:
            raise Broken("the header ends early")
        size, packed = int.from_bytes(data[4:6], "big"), int.from_bytes(data[8:16], "big")
        heap = size + packed
        table, kept = bytearray(), Kept(inflated(data[size:heap], 15))
        for piece in kept:
            table += piece
            if len(table) > TABLE_BYTES:
                meter.cut("size", f"the table of contents has more than {TABLE_BYTES:,} bytes")
                break
        broken = kept.broken
        for place in _places(bytes(table)):
            if not meter.admits(place.name):
                return
            raw = data[heap + place.offset : heap + place.offset + place.length]
            make = _STYLES.get(place.style)
            if make is None:
                yield unread(place.name, place.style)
                continue
            kept = Kept(make(raw))
            yield Member(meter.gather(kept, len(raw), place.name), place.name, "xar")
            broken = broken or kept.broken
        if broken:
            raise Broken(broken)


_STYLES = {
    "": stored,
    "octet-stream": stored,
    "x-gzip": lambda raw: inflated(raw, 15),
    "zlib": lambda raw: inflated(raw, 15),
    "x-bzip2": bunzipped,
    "x-xz": unlzma,
    "x-lzma": unlzma,
}


def _places(table: bytes) -> Iterator[_Place]:
    """Each file with data, by the elements in their order; those outside of `data` are of check sums."""
    stack: list[_Place] = []
    in_data = False
    for closes, tag, rest, text in _TAG.findall(table):
        if tag == b"file":
            if closes and stack:
                place = stack.pop()
                if place.offset >= 0:
                    place.name = "/".join([*(each.name for each in stack[-DEPTH:]), place.name])
                    yield place
            elif not closes:
                stack.append(_Place())
        elif tag == b"data":
            in_data = not closes
        elif stack and not closes:
            _fill(stack[-1], tag, rest, text.strip(), in_data=in_data)


def _fill(place: _Place, tag: bytes, rest: bytes, text: bytes, *, in_data: bool) -> None:
    """Keep what one element says of a file."""
    if tag == b"name" and not in_data:
        place.name = unescape(text.decode("utf-8", "replace"))
    elif in_data and tag == b"encoding":
        found = _STYLE.search(rest)
        place.style = found[1].decode() if found else ""
    elif in_data and text.isdigit() and len(text) < 16:
        if tag == b"offset":
            place.offset = int(text)
        elif tag == b"length":
            place.length = int(text)
