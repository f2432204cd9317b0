"""ar, as libraries and Debian packages are packed, with the long names of GNU and of BSD."""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter

HEADER = 60
NAME_BYTES = 1_024
_TABLES = frozenset({b"/", b"/SYM64/", b"__.SYMDEF", b"__.SYMDEF SORTED"})  # of symbols: no files


class Ar(Unpacker):
    """What is in an ar archive?"""

    name = "ar"
    kinds = frozenset({"ar"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield the files."""
        data, at, names = file.data, 8, b""
        while at + HEADER <= len(data):
            head = data[at : at + HEADER]
            try:
                size = int(head[48:58])
            except ValueError:
                size = -1
            if head[58:60] != b"`\n" or size < 0:
                raise Broken(f"no header at {at:,}")
            start = at + HEADER
            at = start + size + size % 2
            raw = head[:16].rstrip(b" ")
            if raw == b"//":
                names = data[start : start + size]
                continue
            if raw in _TABLES:
                continue
            name, skip = _name(raw, names, data[start : start + min(size, NAME_BYTES)])
            if not meter.admits(name, size):
                return
            yield Member(meter.took(data[start + skip : start + size]), name, "ar")
            if start + size > len(data):
                raise Broken(f"{name[:80]} ends early")


def _name(raw: bytes, names: bytes, data: bytes) -> tuple[str, int]:
    """A member's name, and how many bytes of its data it takes (BSD writes a long one there)."""
    skip = 0
    if raw.startswith(b"#1/") and raw[3:].isdigit():
        skip = min(int(raw[3:]), len(data))
        raw = data[:skip].rstrip(b"\0")
    elif raw.startswith(b"/") and raw[1:].isdigit():
        at = int(raw[1:])
        raw = names[at : at + NAME_BYTES].partition(b"\n")[0]
    return raw.removesuffix(b"/").decode("utf-8", "replace"), skip
