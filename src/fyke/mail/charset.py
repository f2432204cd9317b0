"""Bytes of a text part to `str`, as a mail program would show them (WHATWG Encoding where it speaks).

Only a closed list of codecs is used: Python knows codecs such as `zlib` and `idna` that a stranger must not choose.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from fyke.mail.defects import Notes

LABEL_CHARS = 40  # no registered charset name is longer

# The labels whose meaning on the wire differs from Python's name for them (WHATWG Encoding, 4.2).
_LABELS = {
    "": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252", "ansi_x3.4-1968": "cp1252", "iso-8859-1": "cp1252",
    "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252", "iso8859-1": "cp1252", "8859-1": "cp1252",
    "ansi": "cp1252", "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "dos-874": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "chinese": "gb18030", "hz-gb-2312": "hz", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "ms_kanji": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949",
    "ks_c_5601-1989": "cp949", "ksc_5601": "cp949", "korean": "cp949", "windows-949": "cp949",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "iso-8859-8-i": "iso8859-8", "logical": "iso8859-8",
    "unicode-1-1-utf-8": "utf-8", "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "unicode": "utf-16",
    "ucs-2": "utf-16", "x-cp1250": "cp1250", "x-cp1251": "cp1251", "x-cp1252": "cp1252", "win-1251": "cp1251",
    "iso-2022-jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext", "x-euc-jp": "euc_jp", "utf8mb4": "utf-8",
}  # fmt: skip

# Python's own names of the codecs that a mail may choose besides; all of them decode in linear time.
_SAFE = frozenset(
    [
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "utf-7",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "cp437",
        "cp850",
        "cp852",
        "cp855",
        "cp857",
        "cp858",
        "cp860",
        "cp861",
        "cp862",
        "cp863",
        "cp864",
        "cp865",
        "cp866",
        "cp869",
        "cp874",
        "cp932",
        "cp949",
        "cp950",
        "iso8859-1",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-10",
        "iso8859-11",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "iso8859-16",
        "koi8-r",
        "koi8-u",
        "koi8-t",
        "kz1048",
        "ptcp154",
        "mac-roman",
        "mac-cyrillic",
        "mac-greek",
        "mac-latin2",
        "mac-turkish",
        "mac-iceland",
        "gb2312",
        "gbk",
        "gb18030",
        "hz",
        "big5",
        "big5hkscs",
        "euc_jp",
        "euc_jis_2004",
        "euc_jisx0213",
        "shift_jis",
        "shift_jis_2004",
        "shift_jisx0213",
        "iso2022_jp",
        "iso2022_jp_1",
        "iso2022_jp_2",
        "iso2022_jp_2004",
        "iso2022_jp_3",
        "iso2022_jp_ext",
        "iso2022_kr",
        "euc_kr",
        "johab",
        "tis-620",
        "ascii",
        "cp037",
        "cp500",
        "cp1140",
        "hp-roman8",
    ]
)

# WHATWG windows-1252: the five bytes that Python's cp1252 leaves undefined are the control characters of their number.
_UNDEFINED = tuple((chr(0xDC00 + code), chr(code)) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{2,40})", re.IGNORECASE)
META_BYTES = 1_024  # HTML 13.2.3.2: a charset is sought in the first 1024 bytes


@lru_cache(maxsize=512)
def codec(label: str) -> str:
    """Python's codec for a charset label, or an empty string for one that nobody knows."""
    name = label.strip(" \t\"'").lower()[:LABEL_CHARS]
    known = _LABELS.get(name)
    if known is not None:
        return known
    if not name.isascii() or "\0" in name:
        return ""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return _LABELS.get(found, found) if found in _SAFE else ""


def decode(content: bytes, label: str, notes: Notes, part: str = "", *, html: bool = False) -> str:
    """The text of a part: never raises; what does not fit the charset is a defect."""
    if content.isascii() and b"\0" not in content and b"\x1b" not in content:
        name = codec(label)
        if name not in _STATEFUL:
            if not name:
                notes.add("charset-unknown", label, part)
            return content.decode("ascii")
    return _decode_hard(content, label, notes, part, html=html)


# ASCII bytes mean, or may mean, something else in these.
_STATEFUL = frozenset("utf-7 hz cp037 cp500 cp1140 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be".split())


def _decode_hard(content: bytes, label: str, notes: Notes, part: str, *, html: bool) -> str:
    name = _choose(content, label, notes, part, html=html)
    text = _decode(content, name, notes, part)
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        notes.add("nul", part=part)
        text = text.replace("\0", "")
    return text


def _choose(content: bytes, label: str, notes: Notes, part: str, *, html: bool) -> str:
    """The codec for bytes that are not plain ASCII: the declared one, unless the bytes show another."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and len(content) > 3:
        return "utf-16"
    name = codec(label)
    if not label and html:
        meta = _META.search(content, 0, META_BYTES)
        name = (codec(meta[1].decode("ascii")) if meta else "") or name
    if not name:
        notes.add("charset-unknown", label, part)
        name = "cp1252"
    if name == "utf-7":
        notes.add("charset-utf7", part=part)
    if name.startswith(("utf-16", "utf-32")):
        return _choose_wide(content, name, notes, part)
    if _is_wide(content):
        notes.add("charset-lies", f"{label or 'none'}: utf-16", part)
        return "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    if name == "cp1252" and not content.isascii():
        if label in {"", "us-ascii", "ascii"}:
            notes.add("charset-8bit", part=part)
        if _is_utf8(content):
            if label not in {"", "us-ascii", "ascii"}:
                notes.add("charset-lies", f"{label}: utf-8", part)
            return "utf-8"
    return name


def _choose_wide(content: bytes, name: str, notes: Notes, part: str) -> str:
    """UTF-16 and UTF-32 as declared, unless the bytes have no zero where such text must have many."""
    if b"\0" in content or not content.isascii():
        if name == "utf-16":
            return "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        return name
    notes.add("charset-lies", f"{name}: ascii", part)
    return "utf-8"


def _is_wide(content: bytes) -> bool:
    """Whether the bytes are UTF-16 that nobody declared: nearly every second one is zero."""
    return content.count(b"\0", 0, 1_000) * 5 >= min(len(content), 1_000) * 2


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode(content: bytes, name: str, notes: Notes, part: str) -> str:
    if name == "cp1252":
        return decode_western(content)
    try:
        return content.decode(name)
    except (UnicodeError, ValueError):
        notes.add("charset-broken", name, part)
    try:
        return content.decode(name, "replace")
    except (UnicodeError, ValueError):
        return decode_western(content)


def decode_western(content: bytes) -> str:
    """Bytes as windows-1252, as WHATWG has it: every byte has a character."""
    text = content.decode("cp1252", "surrogateescape")
    if not text.isprintable():
        for escaped, control in _UNDEFINED:
            text = text.replace(escaped, control)
    return text
