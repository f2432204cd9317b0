"""The forms in which a file is looked at: as it is, and pages and texts also as ClamAV normalises them, about.

Text is lower case with single spaces and without control and high bytes, as ClamAV has it. A page is that without
comments, with entities resolved, once with and once without tags: near to ClamAV's, and not the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.kinds import KINDS, OLES

NORMAL_BYTES = 8 << 20  # of a page or text that are normalised; ClamAV: 20 MB of a text, 40 of a page

_FAMILIES = {
    5: frozenset(kind for kind, what in KINDS.items() if what.family == "picture"),
    7: frozenset(kind for kind, what in KINDS.items() if what.family in {"script", "text"})
    | {"xml", "csv", "vba", "url", "calendar", "base64", "pem", "uuencode"},
}
# Which kinds a target means; 0 is any, and 8 is not in use.
TARGETS: dict[int, frozenset[str]] = {
    0: frozenset(), 1: frozenset({"pe"}), 2: OLES, 3: frozenset({"html", "hta"}), 4: frozenset({"mail", "mbox"}),
    5: _FAMILIES[5], 6: frozenset({"elf"}), 7: _FAMILIES[7], 9: frozenset({"macho"}), 10: frozenset({"pdf"}),
    11: frozenset({"swf"}), 12: frozenset({"class"}),
}  # fmt: skip
PAGE, TEXT = 3, 7  # targets whose files are looked at normalised alone

# ClamAV's names of containers.
CONTAINERS: dict[str, frozenset[str]] = {
    "CL_TYPE_ANY": frozenset(), "*": frozenset(), "CL_TYPE_ZIP": frozenset({"zip", "jar", "apk", "odf"}),
    "CL_TYPE_RAR": frozenset({"rar"}), "CL_TYPE_7Z": frozenset({"7z"}), "CL_TYPE_ARJ": frozenset({"arj"}),
    "CL_TYPE_MSCAB": frozenset({"cab"}), "CL_TYPE_POSIX_TAR": frozenset({"tar"}),
    "CL_TYPE_OLD_TAR": frozenset({"tar"}),
    "CL_TYPE_CPIO_OLD": frozenset({"cpio"}), "CL_TYPE_CPIO_ODC": frozenset({"cpio"}),
    "CL_TYPE_CPIO_NEWC": frozenset({"cpio"}), "CL_TYPE_CPIO_CRC": frozenset({"cpio"}),
    "CL_TYPE_GZ": frozenset({"gzip"}),
    "CL_TYPE_BZ": frozenset({"bzip2"}), "CL_TYPE_XZ": frozenset({"xz"}), "CL_TYPE_MAIL": frozenset({"mail", "mbox"}),
    "CL_TYPE_MSOLE2": OLES, "CL_TYPE_PDF": frozenset({"pdf"}), "CL_TYPE_RTF": frozenset({"rtf"}),
    "CL_TYPE_ISO9660": frozenset({"iso"}), "CL_TYPE_DMG": frozenset({"dmg"}), "CL_TYPE_MSCHM": frozenset({"chm"}),
    "CL_TYPE_TNEF": frozenset({"tnef"}), "CL_TYPE_HTML": frozenset({"html"}), "CL_TYPE_MSEXE": frozenset({"pe"}),
    "CL_TYPE_OOXML_WORD": frozenset({"docx"}), "CL_TYPE_OOXML_XL": frozenset({"xlsx"}),
    "CL_TYPE_OOXML_PPT": frozenset({"pptx"}), "CL_TYPE_NULSFT": frozenset({"pe"}), "CL_TYPE_AUTOIT": frozenset({"pe"}),
    "CL_TYPE_ONENOTE": frozenset({"onenote"}), "CL_TYPE_XAR": frozenset({"xar"}),
}  # fmt: skip

_SKIPPED = bytes(set(range(9)) | set(range(14, 32)) | set(range(128, 256)))
_LOWER = bytes(0x20 if byte in b"\t\n\v\f\r" else byte for byte in bytes(range(256)).lower())
_SPACES = re.compile(rb" {2,}")
_TAG = re.compile(rb"<[^<>]*>")
_BLANKS = re.compile(rb"[ \t\r\n\f\v]+")


class View(Struct, frozen=True):
    """One form of a file."""

    data: bytes
    targets: tuple[int, ...]  # whose patterns are looked for in it


def views(data: bytes, kind: str) -> Iterator[View]:
    """All forms of a file. Patterns for any target are looked for in each."""
    targets = [target for target, kinds in TARGETS.items() if kind in kinds]
    yield View(data, (0, *(target for target in targets if target not in {PAGE, TEXT})))
    if PAGE in targets:
        for page in pages(data[:NORMAL_BYTES]):
            yield View(page, (0, PAGE))
    if TEXT in targets:
        yield View(text(data[:NORMAL_BYTES]), (0, TEXT))


def text(data: bytes) -> bytes:
    """A text as ClamAV normalises it."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    return _SPACES.sub(b" ", data.translate(_LOWER, _SKIPPED))


def pages(data: bytes) -> tuple[bytes, bytes]:
    """A page without its comments, with and without its tags."""
    bare = _BLANKS.sub(b" ", _without_comments(data))
    shown = html.unescape(bare.decode("latin-1")).encode("latin-1", "replace").lower()
    untagged = (
        html.unescape(_TAG.sub(b" ", bare).decode("latin-1")).encode("latin-1", "replace").lower().replace(b"&", b" ")
    )
    return _BLANKS.sub(b" ", shown), _BLANKS.sub(b" ", untagged)


def _without_comments(data: bytes) -> bytes:
    kept, at = [], 0
    while (start := data.find(b"<!--", at)) >= 0:
        kept.append(data[at:start])
        end = data.find(b"-->", start + 4)
        if end < 0:
            return b"".join(kept)
        at = end + 3
    return b"".join((*kept, data[at:]))
