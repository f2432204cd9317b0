"""XML by its tags alone: text of any encoding, attributes by local name, no entities but the five and numbers."""

from __future__ import annotations

import html
import re

ATTRIBUTE = re.compile(r"(?<![\w.-])([\w.-]{1,60})\s{0,20}=\s{0,20}(?:\"([^\"]{0,4000})\"|'([^']{0,4000})')")
ATTRIBUTES = 64  # of one tag


def decoded(data: bytes) -> str:
    """The text of a part: UTF-8 unless its first bytes say UTF-16."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    if data[:4] in {b"<\0?\0", b"<\0!\0"} or data[1:2] == b"\0":
        return data.decode("utf-16-le", "replace")
    if data[:2] == b"\0<":
        return data.decode("utf-16-be", "replace")
    return data.decode("utf-8", "replace")


def attributes(inside: str) -> dict[str, str]:
    """What stands in a tag, by local name in lower case; of two with one name the first."""
    found: dict[str, str] = {}
    for match, _ in zip(ATTRIBUTE.finditer(inside), range(ATTRIBUTES), strict=False):
        found.setdefault(match[1].lower(), html.unescape(match[2] if match[2] is not None else match[3] or ""))
    return found
