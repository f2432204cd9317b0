"""What stands in constants in disguise: base64, hex, percent signs, turned round, hidden by a key that is used again.

Whatever a script does with a constant, the constant is tried: loaders bring their own decoders.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from fyke.files.identify import identify

LEAST_CHARS = 60  # of a constant that is tried: no file is smaller
HEAD_CHARS = 400  # decoded first, to see whether the rest is worth it
KEYS = 12  # that are tried on one constant
TRIES = 400  # constants of one page that are tried; loaders cut theirs into pieces but join them

# Kinds whose first bytes cannot well be chance, and what a page is not expected to hold.
FILES = frozenset((
    "zip", "7z", "rar", "cab", "msi", "iso", "udf", "vhd", "vhdx", "pe", "elf", "macho", "lnk", "pdf", "ole", "doc",
    "xls", "ppt", "docx", "xlsx", "pptx", "ooxml", "odf", "apk", "jar", "rtf", "onenote", "dex", "swf", "gzip", "xar",
    "chm", "msg", "mail", "url", "wim", "ace", "arj", "rpm",
))  # fmt: skip
PICTURES = frozenset({"png", "jpeg", "gif", "webp", "bmp"})
PAGES = frozenset({"html", "hta", "svg", "wsf"})

_BASE64 = re.compile(r"[A-Za-z0-9+/\s_-]{40,}={0,3}\s*\Z")
_DATA_PREFIX = re.compile(r"\s{0,20}data:([\w.+/-]{0,100})(?:;[\w.+=-]{0,60}){0,4},")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s,:]{0,2}){8,}\s{0,9}\Z")
_NOT_HEX = re.compile(r"[^0-9a-fA-F]")
_BLANKS = re.compile(r"\s+")


class Hidden(NamedTuple):
    """What a constant turned out to be."""

    data: bytes
    kind: str
    how: str


def uncovered(text: str | bytes, how: str, keys: Iterable[int | bytes] = ()) -> Hidden | None:
    """The file or the page that a constant is: as it is, decoded, or under a key; nothing if it is none."""
    if len(text) < LEAST_CHARS:
        return None
    raws = [(text, how)] if isinstance(text, bytes) else list(_decodings(text, how))
    keys = list(keys)[:KEYS]
    for raw, way in raws:
        if (kind := _known(raw)) and (way or kind not in PAGES):
            return Hidden(raw, kind, way)
        for key in keys:
            head = under_key(raw[:4_096], key)
            if _known(head, whole=False):
                data = under_key(raw, key)
                return Hidden(data, _known(data) or "data", f"{way or 'text'} under a key".strip())
    return None


def _decodings(text: str, how: str) -> Iterator[tuple[bytes, str]]:
    """All that a string may mean as bytes."""
    if prefix := _DATA_PREFIX.match(text):
        text, how = text[prefix.end() :], how or "data: address"
    if how:
        try:
            yield text.encode("latin-1"), how
        except UnicodeEncodeError:
            yield text.encode("utf-8", "replace"), how
    yield from _base64s(text)
    if _HEX.match(text[:HEAD_CHARS] if len(text) > HEAD_CHARS else text):
        digits = _NOT_HEX.sub("", text.replace("0x", "").replace("\\x", ""))
        yield bytes.fromhex(digits[: len(digits) // 2 * 2]), "hex"
    if text.count("%") * 12 > len(text):
        yield unquote_to_bytes(text), "percent"


def _base64s(text: str) -> Iterator[tuple[bytes, str]]:
    """A string as base64, forwards and turned round, if its start makes sense so."""
    way = "base64"
    if text[:1] == "=":
        text, way = text[::-1], "base64 turned round"
    if not _BASE64.match(text):
        return
    data = debase64(text)
    if data:
        yield data, way
        inner = data[:HEAD_CHARS].decode("latin-1")
        if _BASE64.match(inner.rstrip("=")) and data.isascii() and (again := debase64(data.decode())):
            yield again, "base64 twice"
    if way == "base64" and (head := debase64(text[: -HEAD_CHARS - 1 : -1])) and _known(head, whole=False):
        yield debase64(text[::-1]), "base64 turned round"


def debase64(text: str) -> bytes:
    """Base64 as browsers forgive it; nothing where it is none."""
    clean = _BLANKS.sub("", text).replace("-", "+").replace("_", "/").rstrip("=")
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    try:
        return base64.b64decode(clean + "=" * (-len(clean) % 4))
    except (binascii.Error, ValueError):
        return b""


def _known(data: bytes, *, whole: bool = True) -> str:
    """The kind, where it is one that stands for itself."""
    kind = identify(data)
    if kind == "dos" and not whole and data[:2] == b"MZ":
        return "pe"
    if kind == "gzip" and data[3:4] > b"\x1f":
        return ""
    return kind if kind in FILES or kind in PAGES or kind in PICTURES else ""


def under_key(data: bytes, key: int | bytes) -> bytes:
    """The bytes, each turned by a byte of a key that begins anew at its end."""
    if isinstance(key, int):
        return data.translate(bytes(byte ^ (key & 0xFF) for byte in range(256)))
    if not key or not data:
        return data
    size = len(data)
    long = (key * (size // len(key) + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(long, "big")).to_bytes(size, "big")
