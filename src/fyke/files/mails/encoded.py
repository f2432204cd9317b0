"""Files written as text: uuencode (POSIX), yEnc 1.3 and base64 (RFC 4648), as a whole or amid other text."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

from fyke.files.base import Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.identify import identify
from fyke.files.kinds import KINDS

BLOCKS = 50  # encoded files looked for in one text
READ_BYTES = 16 << 20  # of a text in which they are sought: a mail of that size carries 12 MB

_UU = re.compile(rb"^begin(-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^(?:end|====)\s*$", re.MULTILINE)
_YENC = re.compile(rb"^=ybegin [^\r\n]{0,200}?name=([^\r\n]{1,255})\r?\n(?:=ypart [^\r\n]{0,200}\r?\n)?", re.MULTILINE)
_LINES = re.compile(rb"^(?:[A-Za-z0-9+/]{60,76}\r?\n){3,}[A-Za-z0-9+/]{0,76}={0,2}", re.MULTILINE)
_BLANKS = b" \t\r\n"
_YENC_TABLE = bytes((byte - 42) % 256 for byte in range(256))


class Encoded(Unpacker):
    """Is a file written into the text?"""

    name = "encoded"
    kinds = frozenset({"text", "uuencode", "yenc", "base64", "data"})  # yEnc makes text look like none

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield what is written as uuencode, yEnc or base64."""
        data = file.data[:READ_BYTES]
        if len(file.data) > READ_BYTES and file.kind != "data":
            meter.cut("size", f"encoded files are sought in the first {READ_BYTES:,} bytes")
        if file.kind == "base64":
            yield from _member(_unbase64(data), "", "base64", meter)
            return
        if b"begin" in data:
            yield from _uuencoded(data, meter)
        if b"=ybegin " in data:
            yield from _yencoded(data, meter)
        if file.kind == "data":
            return
        for match in _first(_LINES.finditer(data), meter):
            inner = _unbase64(match[0])
            if KINDS[identify(inner)].family not in {"text", "data"}:  # long lines of letters are not always base64
                yield from _member(inner, "", "base64 in the text", meter)


def _member(data: bytes, name: str, how: str, meter: Meter) -> Iterator[Item]:
    if data and meter.admits(name):
        yield Member(meter.took(data), name or how, how)


def _first(matches: Iterator[re.Match[bytes]], meter: Meter) -> Iterator[re.Match[bytes]]:
    for number, match in enumerate(matches):
        if number == BLOCKS:
            meter.cut("count", f"more than {BLOCKS} files written as text")
            return
        yield match


def _uuencoded(data: bytes, meter: Meter) -> Iterator[Item]:
    for match in _first(_UU.finditer(data), meter):
        end = _UU_END.search(data, match.end())
        body = data[match.end() : end.start() if end else len(data)]
        inner = _unbase64(body) if match[1] else _uudecoded(body)
        yield from _member(inner, match[2].decode("utf-8", "replace").strip(), "uuencode", meter)


def _uudecoded(body: bytes) -> bytes:
    """The bytes of uuencoded lines; a line that is none ends them, as it ends every decoder."""
    lines: list[bytes] = []
    for line in body.splitlines():
        if not line or line[0] in b" `":
            continue
        size = (line[0] - 32) & 63
        whole = (size + 2) // 3 * 4
        try:  # some encoders leave blanks at the end away, some add a check character
            lines.append(binascii.a2b_uu(line[: 1 + whole].ljust(1 + whole)))
        except binascii.Error:
            break
    return b"".join(lines)


def _yencoded(data: bytes, meter: Meter) -> Iterator[Item]:
    for match in _first(_YENC.finditer(data), meter):
        end = data.find(b"\n=yend", match.end())
        body = data[match.end() : end if end >= 0 else len(data)].replace(b"\r", b"").replace(b"\n", b"")
        first, *escaped = body.split(b"=")
        pieces = [first.translate(_YENC_TABLE)]
        pieces += [
            bytes([(piece[0] - 106) % 256]) + piece[1:].translate(_YENC_TABLE) if piece else b"" for piece in escaped
        ]
        inner = b"".join(pieces)
        trailer = data[end + 1 : end + 200].split(b"\n")[0] if end >= 0 else b""
        told = re.search(rb"p?crc32=([0-9A-Fa-f]{8})", trailer)
        how = "yEnc" if not told or int(told[1], 16) == zlib.crc32(inner) else "yEnc, check sum wrong"
        yield from _member(inner, match[1].decode("utf-8", "replace").strip(), how, meter)


def _unbase64(text: bytes) -> bytes:
    """The bytes, however the text ends."""
    letters = text.translate(None, _BLANKS).rstrip(b"=")
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4), validate=True)
    except binascii.Error:
        return b""
