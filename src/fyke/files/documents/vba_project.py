"""VBA projects ([MS-OVBA]): compressed source of all modules as one text, and whether the compiled code says another.

A directory stream that is broken does not hide a module: compressed source is found by its own first words too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from struct import unpack_from

from msgspec import Struct

from fyke.files.budget import CHUNK_BYTES, Meter

FIRST_WORDS = b"\0Attribut"  # a flag byte of eight literals, and the first of them: all module source begins so
CHUNK = 4_096  # 2.4.1.1.2: bytes of a chunk unpacked
PROJECT_VERSION = 9  # 2.3.4.2.1.11: its size field counts four of its six bytes
LITERAL = re.compile(rb"\xb9\0(..)", re.DOTALL)  # the instruction that loads a text, and the text's length
LITERALS = 2_000  # of one project
LOADS = 50_000  # that look like one, of one module
LITERAL_CHARS = 8  # shorter ones stand in code by chance
CODE_CHARS = 12  # of source besides attributes: less is no procedure
COMPILED_BYTES = 3_000  # of compiled code above that of an empty module (about 1,000)


class Project(Struct):
    """What was read of one project."""

    source: str
    modules: tuple[str, ...]
    is_stomped: str = ""  # why the source is not what runs; empty where it may be


def decompress(data: bytes, at: int = 0) -> Iterator[bytes]:
    """2.4.1.3: the chunks of a compressed container. Ends at the first byte that makes no sense."""
    if data[at : at + 1] != b"\1":
        return
    at += 1
    while at + 2 <= len(data):
        head = data[at] | data[at + 1] << 8
        end = min(len(data), at + (head & 0xFFF) + 3)
        if head >> 12 & 7 != 3:
            return
        yield _chunk(data, at + 2, end) if head & 0x8000 else data[at + 2 : end]
        at = end


def _chunk(data: bytes, at: int, end: int) -> bytes:
    """2.4.1.3.2: flags, and for each a byte as it is or a copy of what was there before."""
    out = bytearray()
    while at < end and len(out) < CHUNK:
        flags = data[at]
        at += 1
        if not flags:
            out += data[at : min(end, at + 8)]
            at += 8
            continue
        for bit in range(8):
            if at >= end:
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            if at + 2 > end:
                return bytes(out)
            token = data[at] | data[at + 1] << 8
            at += 2
            bits = max(4, (len(out) - 1).bit_length())  # 2.4.1.3.19.1: as many as a place in it needs
            length = (token & (0xFFFF >> bits)) + 3
            back = (token >> (16 - bits)) + 1
            if back > len(out) or len(out) > CHUNK:
                return bytes(out)
            source = bytes(out[-back:])
            out += (source * (length // back + 1))[:length] if back < length else source[:length]
    return bytes(out[:CHUNK])


def unpacked(data: bytes, at: int, meter: Meter, name: str) -> bytes:
    """A compressed container as one, within the meter; counted by thousands, for a chunk is small."""
    return meter.gather(_batched(decompress(data, at)), len(data), name)


def _batched(pieces: Iterator[bytes]) -> Iterator[bytes]:
    batch = bytearray()
    for piece in pieces:
        batch += piece
        if len(batch) >= CHUNK_BYTES:
            yield bytes(batch)
            batch.clear()
    yield bytes(batch)


def _directory(raw: bytes) -> tuple[str, list[tuple[str, str, int]]]:
    """2.3.4.2: the code page, and of each module its name, its stream's name, and where its source begins."""
    codec, at, page = "cp1252", 0, 1252
    found: list[tuple[str, str, int]] = []
    name = stream = ""
    while at + 6 <= len(raw):
        number, size = unpack_from("<HI", raw, at)
        size = 6 if number == PROJECT_VERSION else size
        body = raw[at + 6 : at + 6 + size]
        at += 6 + size
        if number == 0x03 and len(body) >= 2:
            page = unpack_from("<H", body)[0]
            codec = _codec(page)
        elif number == 0x19:
            name = stream = body.decode(codec, "replace")
        elif number == 0x47:
            name = body.decode("utf-16-le", "replace")
        elif number == 0x1A:
            stream = body.decode(codec, "replace")
        elif number == 0x32 and body:
            stream = body.decode("utf-16-le", "replace")
        elif number == 0x31 and len(body) >= 4:
            found.append((name, stream, unpack_from("<I", body)[0]))
    return codec, found


def _codec(page: int) -> str:
    name = {10000: "mac_roman", 65001: "utf-8", 1200: "utf-16-le"}.get(page, f"cp{page}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def read(streams: dict[str, bytes], meter: Meter) -> Project | None:
    """The project of one VBA storage, given its streams by name in lower case; nothing where there is no source."""
    codec, listed = _directory(unpacked(streams.get("dir", b""), 0, meter, "dir"))
    places = {stream.lower(): (name, at) for name, stream, at in listed}
    texts: list[str] = []
    names: list[str] = []
    literals: list[str] = []
    compiled = 0
    for key, data in streams.items():
        if key in {"dir", "_vba_project"} or key.startswith("__srp_"):
            continue
        name, at = places.get(key, (key, -1))
        source = unpacked(data, at, meter, name) if 0 <= at < len(data) else b""
        if not source and (start := data.find(FIRST_WORDS) - 3) >= 0:
            at = start
            source = unpacked(data, start, meter, name)
        if not source and key not in places:
            continue
        texts.append(f"' Module {name}\n" + source.decode(codec, "replace").replace("\r\n", "\n").replace("\r", "\n"))
        names.append(name)
        cache = data[: at if at >= 0 else len(data)]
        compiled += max(0, len(cache) - 1_000)
        literals += _literals(cache, codec)
    if not names:
        return None
    source_text = "\n".join(texts)
    reason = _stomped(source_text, literals, compiled)
    if reason:
        extra = _words(streams.get("_vba_project", b""))
        source_text += "\n' Texts and names of the compiled code\n" + "\n".join(
            [f'"{each}"' for each in literals] + extra
        )
    return Project(source_text, tuple(names), reason)


def _literals(cache: bytes, codec: str) -> list[str]:
    """Texts that the compiled code loads."""
    found: list[str] = []
    for match, _ in zip(LITERAL.finditer(cache), range(LOADS), strict=False):
        size = int.from_bytes(match[1], "little")
        body = cache[match.end() : match.end() + size]
        if LITERAL_CHARS <= size <= 1_000 and len(body) == size and len(found) < LITERALS:
            text = body.decode(codec, "replace")
            if text.isprintable():
                found.append(text)
    return found


def _words(raw: bytes) -> list[str]:
    """Names in the project's cache: of procedures, objects and calls."""
    found = re.finditer(rb"[A-Za-z_][A-Za-z0-9_]{3,60}", raw[: 1 << 20])
    return list(dict.fromkeys(word[0].decode() for word, _ in zip(found, range(LITERALS), strict=False)))


def _stomped(source: str, literals: list[str], compiled: int) -> str:
    """Why the source cannot be what was compiled, if so."""
    code = "".join(line for line in source.splitlines() if not line.startswith(("Attribute ", "' Module "))).strip()
    if len(code) < CODE_CHARS and compiled > COMPILED_BYTES:
        return f"no source, {compiled:,} bytes of compiled code"
    plain = source.replace('""', '"')
    missing = [text for text in dict.fromkeys(literals) if text not in plain]
    if missing and 2 * len(missing) > len(set(literals)):
        return f"compiled, not in the source: {missing[0][:100]}"
    return ""
