"""What a file is by its content alone, in microseconds; and what else the same bytes are (polyglots)."""

from __future__ import annotations

import re
from collections.abc import Callable

from fyke.files.kinds import KINDS, OLES, ZIPS
from fyke.files.ole_root import root_names

HEAD_BYTES = 4_096  # where texts show what they are
TAIL_BYTES = 66_000  # a ZIP ends with its directory's end: 22 bytes and a comment of at most 65,535

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\3\4", "zip"), (b"PK\5\6", "zip"), (b"PK\7\x08PK", "zip"), (b"PK00PK", "zip"), (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"), (b"\x1f\x8b\x08", "gzip"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"),
    (b"RE~^", "rar"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"LZIP", "lzip"), (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x1f\x9d", "compress"), (b"\x1f\xa0", "compress"), (b"SZDD\x88\xf0\x27\x33", "szdd"),
    (b"SZ \x88\xf0\x27\x33\xd1", "szdd"), (b"KWAJ\x88\xf0\x27\xd1", "szdd"), (b"070701", "cpio"), (b"070702", "cpio"),
    (b"070707", "cpio"), (b"\xc7\x71", "cpio"), (b"\x71\xc7", "cpio"), (b"!<arch>\n", "ar"), (b"\x60\xea", "arj"),
    (b"\x1a\x0b", "arc"), (b"MSCF\0\0\0\0", "cab"), (b"ISc(", "iscab"), (b"ITSF", "chm"), (b"xar!", "xar"),
    (b"\xed\xab\xee\xdb", "rpm"), (b"conectix", "vhd"), (b"vhdxfile", "vhdx"), (b"MSWIM\0\0\0", "wim"),
    (b"ActiveMime", "activemime"),
    (b"{\\rt", "rtf"), (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "onenote"),
    (b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe4\x21\x0e\xa5\x72\x0f\x3e", "onenote"),
    (b"\x78\x9f\x3e\x22", "tnef"), (b"\x7fELF", "elf"), (b"\xfe\xed\xfa\xce", "macho"), (b"\xfe\xed\xfa\xcf", "macho"),
    (b"\xce\xfa\xed\xfe", "macho"), (b"\xcf\xfa\xed\xfe", "macho"), (b"dex\n", "dex"), (b"\0asm", "wasm"),
    (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", "lnk"), (b"FWS", "swf"), (b"CWS", "swf"), (b"ZWS", "swf"),
    (b"II*\0", "tiff"), (b"MM\0*", "tiff"), (b"\0\0\1\0", "ico"), (b"\0\0\2\0", "ico"), (b"\x01\0\0\0", "emf"),
    (b"\xd7\xcd\xc6\x9a", "emf"), (b"ID3", "media"), (b"OggS", "media"), (b"fLaC", "media"),
    (b"\x1aE\xdf\xa3", "media"), (b"MThd", "media"), (b"\xff\xfb", "media"), (b"\xff\xf3", "media"),
    (b"\x30\x26\xb2\x75", "media"),
    (b"wOFF", "font"), (b"wOF2", "font"), (b"OTTO", "font"), (b"ttcf", "font"), (b"\0\1\0\0\0", "font"),
    (b"SQLite format 3\0", "sqlite"), (b"ID;P", "slk"), (b"-----BEGIN ", "pem"), (b"\x7a\x1a\x20\x10", "sis"),
    (b"ZOO ", "zoo"),
)  # fmt: skip
_BY_FIRST: dict[int, tuple[tuple[bytes, str], ...]] = {
    first: tuple(entry for entry in _MAGIC if entry[0][0] == first) for first in {sign[0] for sign, _ in _MAGIC}
}

_OLE = (
    ("W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", "doc"), ("_\0_\0s\0u\0b\0s\0t\0g\0001\0.\0000", "msg"),
    ("W\0o\0r\0k\0b\0o\0o\0k\0\0\0", "xls"), ("B\0o\0o\0k\0\0\0", "xls"),
    ("P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0 \0D\0o\0c\0u\0m\0e\0n\0t\0", "ppt"),
    # The root's class of an installer, patch or transform: {000C1084-, {000C1086-, {000C1082-0000-0000-C000-...}
    ("\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", "msi"), ("\x86\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", "msi"),
    ("\x82\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", "msi"),
)  # fmt: skip
_OLE_SIGNS = tuple((sign.encode("latin-1"), kind) for sign, kind in _OLE)
_ZIP_SIGNS = (
    (b"word/document", "docx"), (b"word/", "docx"), (b"xl/workbook", "xlsx"), (b"ppt/presentation", "pptx"),
    (b"AndroidManifest.xml", "apk"), (b"classes.dex", "apk"), (b"application/vnd.oasis.opendocument", "odf"),
    (b"application/vnd.sun.xml", "odf"), (b"[Content_Types].xml", "ooxml"), (b"META-INF/MANIFEST.MF", "jar"),
)  # fmt: skip
_FTYP = re.compile(rb"....ftyp(?:(heic|heix|mif1|msf1|avif|hevc)|....)", re.DOTALL)
_MAIL_HEAD = re.compile(
    rb"(?:Return-Path|Received|Delivered-To|From|To|Subject|Date|Message-ID|MIME-Version|Content-Type|X-[A-Za-z-]{2,40}"
    rb"|DKIM-Signature|Reply-To|Sender|Content-Transfer-Encoding|Authentication-Results)[ \t]?:[ \t\r\n]",
    re.IGNORECASE,
)
_SCRIPTS = {extension: kind for kind, what in KINDS.items() if what.family == "script" for extension in what.extensions}
_SHEBANG = re.compile(rb"#![^\n]{0,60}?\b(python|perl|php|pwsh|bash|zsh|dash|ksh|sh|node)")
_SHEBANGS = {b"python": "python", b"perl": "perl", b"php": "php", b"pwsh": "powershell", b"node": "js"}
_TEXT = bytes({7, 8, 9, 10, 12, 13, 27} | set(range(32, 256)))
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{60,76}\r?\n[A-Za-z0-9+/]{60,76}\r?\n|[A-Za-z0-9+/]{200,}={0,2}\s*\Z")


def identify(data: bytes, name: str = "") -> str:
    """What kind of file the bytes are: a name of `KINDS`. The name only tells one kind of script from another."""
    if not data:
        return "empty"
    for sign, kind in _BY_FIRST.get(data[0], ()):
        if data.startswith(sign) and (checked := _checked(kind, data)):
            return checked
    return _by_place(data) or _by_text(data, name) or "data"


def extension(name: str) -> str:
    """The last extension of a file name, lower case, without the blanks and dots that hide it."""
    stem, dot, last = name[-255:].lower().rstrip(" .\u00a0").rpartition(".")
    return last.strip() if dot and stem else ""


def also(data: bytes, kind: str) -> tuple[str, ...]:
    """Further kinds that programs would take the same bytes for: a ZIP behind a picture, a PDF inside a ZIP."""
    found: list[str] = []
    family = KINDS[kind].family
    if kind not in ZIPS and kind not in OLES and _ends_as_zip(data):  # OLE2 files of today hold their theme as a ZIP
        found.append("zip")
    # Acrobat accepts a header within the first 1,024 bytes.
    if family in _SHUT and kind not in {"pdf", "tar"} and data.find(b"%PDF-", 0, 1_024) >= 0:
        found.append("pdf")
    if kind in {"pe", "png", "jpeg", "gif", "elf", "dos"}:
        found += [other for sign, other in _APPENDED if data.find(sign, 16) > 0]
    if family in _SHUT and kind != "tar":
        head = data[:HEAD_BYTES].lower()
        if b"<script" in head or b"<html" in head or b"<hta:" in head:
            found.append("html")
    return tuple(found)


def _ends_as_zip(data: bytes) -> bool:
    end = data.rfind(b"PK\5\6", max(0, len(data) - TAIL_BYTES))
    return 0 <= end <= len(data) - 22


# Families in whose files a page or a document at the start is no usual part.
_SHUT = frozenset({"archive", "picture", "document", "program", "media", "disk"})
_APPENDED = ((b"Rar!\x1a\x07", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"MSCF\0\0\0\0", "cab"))


def _checked(kind: str, data: bytes) -> str:
    """The kind that first bytes suggest, made more exact, or nothing where they lie."""
    if kind == "zip":
        return _zip(data)
    if kind == "ole":
        return _ole(data)
    test = _TESTS.get(kind)
    return kind if test is None else test(data)


def _ole(data: bytes) -> str:
    """By the names at its root, for a message may hold a document; where they say nothing, by any name in it."""
    names = b"\0".join(root_names(data)) + b"\0\0\0"
    return next((exact for sign, exact in _OLE_SIGNS if sign in names), "") or next(
        (exact for sign, exact in _OLE_SIGNS if sign in data), "ole"
    )


def _little(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _pe(data: bytes) -> str:
    at = _little(data, 60, 4)
    return "pe" if data[at : at + 4] == b"PE\0\0" else "dos"


# What first bytes do not say for sure: the second look, which gives the kind or nothing.
_TESTS: dict[str, Callable[[bytes], str]] = {
    "bzip2": lambda data: "bzip2" if data[4:10] in {b"1AY&SY", b"\x17rE8P\x90"} else "",
    "ico": lambda data: "ico" if len(data) > 22 and 0 < _little(data, 4, 2) < 256 and data[9] == 0 else "",
    "arj": lambda data: "arj" if len(data) > 34 and 0 < _little(data, 2, 2) <= 2_600 else "",
    "arc": lambda _: "",  # two bytes are too few, and the format is dead
    "emf": lambda data: "emf" if data[:4] == b"\xd7\xcd\xc6\x9a" or data[40:44] == b" EMF" else "",
    "font": lambda data: "font" if data[:1] != b"\0" or data[4:5] == b"\0" else "",
    "lha": lambda data: "lha" if data[6:7] == b"-" else "",
    "bmp": lambda data: "bmp" if data[6:10] == b"\0\0\0\0" else "",
    "webp": lambda data: "webp" if data[8:12] == b"WEBP" else "media",
    "class": lambda data: "class" if int.from_bytes(data[4:8], "big") > 40 else "macho",
    "pe": _pe,
}


def _zip(data: bytes) -> str:
    """Which of the kinds that are ZIP archives: by the names in the first headers and in the directory."""
    places = data[:HEAD_BYTES] + data[-TAIL_BYTES:]
    found = [kind for sign, kind in _ZIP_SIGNS if sign in places]
    return found[0] if found else "zip"


def _by_place(data: bytes) -> str:
    """Kinds whose sign does not stand at the start, or takes more than one look."""
    for at, sign, kind in _PLACED:
        if data.startswith(sign, at) and (checked := _checked(kind, data)):
            return checked
    if found := _FTYP.match(data[:20]):
        return "heif" if found[1] else "media"
    if data[-512:-504] == b"conectix":
        return "vhd"
    if data[-512:-508] == b"koly":
        return "dmg"
    if data[510:512] == b"\x55\xaa" and len(data) >= 4_096:
        return "disk"
    return "tar" if _is_old_tar(data) else "lzma" if _is_lzma(data) else ""


_PLACED = (
    (0, b"MZ", "pe"), (0, b"ZM", "pe"), (257, b"ustar", "tar"), (2, b"-lh", "lha"), (2, b"-lz", "lha"),
    (7, b"**ACE**", "ace"), (0, b"\xca\xfe\xba\xbe", "class"), (0, b"BM", "bmp"), (0, b"RIFF", "webp"),
    (32_769, b"CD001", "iso"), (32_769, b"BEA01", "udf"), (34_817, b"BEA01", "udf"), (8, b"\x19\x04\0\x10", "sis"),
    (4, b"\x12\x3a\0\x10\x19\x04\0\x10", "sis"),
)  # fmt: skip


def _is_old_tar(data: bytes) -> bool:
    """Whether the first block is a header of tar before POSIX: nothing but its check sum tells."""
    block = data[:512]
    if len(block) < 512 or not block[0] or block[148:156] == b" " * 8:
        return False
    try:
        told = int(block[148:156].replace(b"\0", b" ").split()[0], 8)
    except (ValueError, IndexError):
        return False
    return told == sum(block) - sum(block[148:156]) + 8 * 32


def _is_lzma(data: bytes) -> bool:
    """Whether it begins as an .lzma file does: usual properties, a dictionary of a round size, a sane length."""
    if data[:1] != b"\x5d" or len(data) < 14:
        return False
    size, length = int.from_bytes(data[1:5], "little"), int.from_bytes(data[5:13], "little")
    return size.bit_count() <= 2 and size >= 4_096 and (length == (1 << 64) - 1 or length < 1 << 40) and data[13] == 0


def _by_text(data: bytes, name: str) -> str:
    """Kinds that are text, or nothing where the bytes are none."""
    head = data[:HEAD_BYTES]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = data[: 2 * HEAD_BYTES].decode("utf-16", "replace").encode("utf-8", "replace")
    elif head.translate(None, _TEXT):
        return _text_with_nuls(head, name)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = text.lower()
    return _by_encoding(text) or _by_markup(lower) or _by_script(text, lower, name) or "text"


def _text_with_nuls(head: bytes, name: str) -> str:
    """Scripts and pages run with some binary bytes in them too."""
    lower = head.lower()
    if b"<html" in lower or b"<script" in lower:
        return _by_markup(lower[lower.find(b"<") :]) or "html"
    by_name = _SCRIPTS.get(extension(name), "")
    return by_name if by_name and sum(byte == 0 for byte in head) * 10 < len(head) else ""


_PAGE_STARTS = (
    b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<meta", b"<table", b"<div", b"<a href", b"<iframe",
    b"<form", b"<center", b"<img src", b"<title", b"<style", b"<span", b"<font", b"<h1", b"<base href", b"<p>", b"<br",
)  # fmt: skip


_SCRIPT_FILES = (b"<job", b"<package", b"<component", b"<scriptlet")  # Windows Script Files, and what COM calls so


def _is_script_file(lower: bytes) -> bool:
    has_script = b"<script" in lower.replace(b"<script:", b"")  # other XML has such an element too
    return has_script and any(sign in lower for sign in _SCRIPT_FILES)


def _by_markup(lower: bytes) -> str:
    if lower.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in lower:
        return "svg"
    if b"<hta:application" in lower:
        return "hta"
    if lower.startswith((b"<?xml", *_SCRIPT_FILES)) and _is_script_file(lower):
        return "wsf" if b"<html" not in lower else "html"
    if lower.startswith(_PAGE_STARTS):
        return "html"
    if b"<html" in lower or (lower.startswith(b"<") and (b"<body" in lower or b"<script" in lower)):
        return "html"
    return "xml" if lower.startswith(b"<?xml") else ""


def _by_encoding(text: bytes) -> str:
    if text.startswith(b"From ") and b"\n" in text[:200] and _MAIL_HEAD.match(text, text.find(b"\n") + 1):
        return "mbox"
    if (text.startswith(b"begin ") and text[6:9].isdigit()) or text.startswith(b"begin-base64 "):
        return "uuencode"
    if text.startswith(b"=ybegin "):
        return "yenc"
    if b"(This file must be converted with BinHex" in text:
        return "binhex"
    if text.startswith(b"BEGIN:VCALENDAR"):
        return "calendar"
    if _MAIL_HEAD.match(text) and (b"\n\n" in text or b"\r\n\r\n" in text) and text.count(b":") > 2:
        return "mail"
    return "base64" if _BASE64.match(text) else ""


def _by_script(text: bytes, lower: bytes, name: str) -> str:
    if lower.startswith((b"[internetshortcut]", b"[{000214a0")):
        return "url"
    if shebang := _SHEBANG.match(text):
        return _SHEBANGS.get(shebang[1], "shell")
    if lower.startswith(b"<?php"):
        return "php"
    if lower.startswith((b"windows registry editor", b"regedit4")):
        return "reg"
    if lower.startswith(b"#@~^"):
        return "vbs" if extension(name) != "jse" else "js"
    if lower.startswith((b"@echo off", b"@rem ", b":: ")):
        return "batch"
    last = extension(name)
    if last in {"csv", "tsv"}:
        return "csv"
    return _SCRIPTS.get(last, "")
