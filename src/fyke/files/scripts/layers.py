"""What a script unfolds when it runs, as files of their own: what it encodes, and what it spells in pieces."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

from fyke.files.base import Content, Item, Member, Unpacker
from fyke.files.budget import CHUNK_BYTES, Meter
from fyke.files.identify import identify
from fyke.files.kinds import KINDS
from fyke.files.scripts.encoded import END, START, decode
from fyke.files.scripts.fold import folded
from fyke.files.scripts.traits import TEXT_CHARS, traits, urls
from fyke.model import Lead

WINDOWS = frozenset({"js", "vbs", "wsf", "hta", "powershell", "batch"})  # run by a double click on Windows
SCRIPT_BYTES = 8 << 20
BLOBS = 60  # decoded of one script
TOLD = frozenset({"archive", "program", "script", "document", "installer", "disk", "mail"})
FOLDED, ENCODED_SCRIPT = "spelled in pieces", "encoded script"

_BASE64 = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")
_TRICKS = re.compile(  # without which a program in JavaScript has nothing to unfold
    r"fromcharcode|activexobject|wscript|unescape|atob|eval|reverse|this\[|window\[|constructor|\\x[0-9a-f]{2}",
    re.IGNORECASE,
)
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){60,}")
_BYTES = re.compile(r"[0-9a-fA-FxX,\s&]{200,}")
_NUMBER = re.compile(r"0x[0-9a-f]{1,2}\b|&h[0-9a-f]{1,2}\b|\b\d{1,3}\b", re.IGNORECASE)
_BLOCK = re.compile(r"<script\b([^>]{0,300})>", re.IGNORECASE)
_END_BLOCK = re.compile(r"</script\s{0,9}>", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:language|type)\s{0,3}=\s{0,3}[\"']?(?:text/)?(\w{2,20})(\.encode)?", re.IGNORECASE)
_LANGUAGES = {"vbscript": "vbs", "vbs": "vbs", "vb": "vbs", "javascript": "js", "jscript": "js", "js": "js"}


def text_of(data: bytes) -> str:
    """The text of a script: UTF-16 where it says so, else bytes as they are."""
    data = data[:SCRIPT_BYTES]
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    if b"\0" in data[:512] and data[1:200:2].count(0) > 40:
        return data.decode("utf-16-le", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").decode("latin-1")


class ScriptLayers(Unpacker):
    """Takes out of a script what it would unfold."""

    name = "script_layers"
    kinds = WINDOWS | {"python", "php"}

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Encoded scripts and blocks first, then what the script spells and decodes."""
        text = text_of(file.data)
        if START in text:
            kind = file.kind if file.kind in {"js", "vbs"} else "vbs"
            for number, plain in enumerate(decode(text), 1):
                yield from _member(plain.encode(), f"script {number}", ENCODED_SCRIPT, kind, meter)
            if text.lstrip().startswith(START) and text.rstrip(" \r\n\0").endswith(END):
                return
        if file.kind in {"hta", "wsf"}:
            for number, (kind, block) in enumerate(_blocks(text), 1):
                yield from _member(block.encode(), f"script {number}", f"block of {file.kind}", kind, meter)
            return
        plain = text
        if file.kind in WINDOWS and file.how != FOLDED and (file.kind != "js" or _TRICKS.search(text[:TEXT_CHARS])):
            plain = folded(text, file.kind)
            before, after = traits(text), traits(plain)
            new_urls = [url for url in urls(plain) if url not in text] if after else []
            if after.keys() - before.keys() or new_urls:
                yield from _member(plain.encode(), "folded", FOLDED, file.kind, meter)
                return  # what it decodes is found in there
        yield from _decoded(plain, file.kind, meter)


def _member(data: bytes, name: str, how: str, kind: str, meter: Meter) -> Iterator[Item]:
    if data.strip() and meter.admits(name):
        yield Member(meter.took(data), name, how, kind)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """The scripts of a page or a script file, each with its kind; the default of Windows Script Host is JScript."""
    at = 0
    for _ in range(BLOBS):
        head = _BLOCK.search(text, at)
        if head is None:
            return
        end = _END_BLOCK.search(text, head.end())
        at = end.end() if end else len(text)
        said = _LANGUAGE.search(head[1])
        yield _LANGUAGES.get(said[1].lower() if said else "js", "js"), text[head.end() : end.start() if end else at]


def _decoded(text: str, kind: str, meter: Meter) -> Iterator[Item]:
    """Base64, hex and lists of bytes that hold something that runs."""
    inflates = "deflatestream" in text.lower() or "zlib" in text
    left = BLOBS
    for how, blobs in (("base64", _by_base64(text)), ("hex", _by_hex(text)), ("bytes", _by_numbers(text))):
        for blob in blobs:
            if not left or meter.is_over_time:
                meter.cut("count" if not left else "time", "more encoded texts in a script")
                return
            found, name = _told(blob, kind, how, inflates=inflates, meter=meter)
            if name:
                left -= 1
                yield from _member(found, f"{how} {BLOBS - left}", f"{how} in a script", name, meter)


def _by_base64(text: str) -> Iterator[bytes]:
    for found in _BASE64.finditer(text):
        word = found[0].rstrip("=")
        if word.isalpha() and (word.islower() or word.isupper()):
            continue
        try:
            yield base64.b64decode(word[: len(word) // 4 * 4] + _rest(word))
        except (binascii.Error, ValueError):
            continue
        if "AAqVT" in word[-16:]:  # "TVqAA...", how programs begin, turned round
            yield base64.b64decode(word[::-1][: len(word) // 4 * 4])


def _rest(word: str) -> str:
    over = len(word) % 4
    return word[-over:] + "=" * (4 - over) if over > 1 else ""


def _by_hex(text: str) -> Iterator[bytes]:
    for found in _HEX.finditer(text):
        yield bytes.fromhex(found[0])


def _by_numbers(text: str) -> Iterator[bytes]:
    for found in _BYTES.finditer(text):
        if found[0].count(",") * 6 > len(found[0]):
            numbers = (int(one.lower().replace("&h", "0x"), 0) if one[0] in "0&" and len(one) > 1 and not one.isdigit()
                       else int(one) for one in _NUMBER.findall(found[0]))  # fmt: skip
            yield bytes(number for number in numbers if number < 256)


def _told(blob: bytes, kind: str, how: str, *, inflates: bool, meter: Meter) -> tuple[bytes, str]:
    """What bytes are, and of which kind, where that runs or holds what runs; no kind where nothing says so."""
    if inflates or blob[:2] in {b"\x78\x9c", b"\x78\xda", b"\x78\x01"}:
        blob = _inflated(blob, meter) or blob
    if len(blob) > 8 and blob[1::2].count(0) * 10 > len(blob) * 4 and blob[::2].count(0) * 20 < len(blob):
        return blob.decode("utf-16-le", "replace").encode(), "powershell"
    exact = identify(blob)
    if exact not in {"text", "data", "empty"} and KINDS[exact].family in TOLD and exact not in {"base64", "lha"}:
        return blob, exact
    if exact == "text" and how != "bytes" and len(blob) >= 16:
        does = traits(blob.decode("latin-1"))
        return blob, (kind if does else "")
    if exact == "text" and traits(blob.decode("latin-1")):
        return blob, kind
    return blob, ""


def _inflated(blob: bytes, meter: Meter) -> bytes:
    """Deflated bytes, with the head of zlib or without; nothing where they are not."""
    for window in (-15, 15):
        machine = zlib.decompressobj(window)
        try:
            first = machine.decompress(blob, CHUNK_BYTES)
        except zlib.error:
            continue
        if first:
            return meter.gather(_pieces(machine, first), len(blob), "deflated text")
    return b""


def _pieces(machine: zlib._Decompress, first: bytes) -> Iterator[bytes]:
    yield first
    while not machine.eof and machine.unconsumed_tail:
        try:
            piece = machine.decompress(machine.unconsumed_tail, CHUNK_BYTES)
        except zlib.error:
            return
        yield piece


def leads(text: str) -> Iterator[Lead]:
    """The addresses of a script."""
    for url in urls(text):
        yield Lead(url, "script")
