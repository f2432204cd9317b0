"""Tag lists, the "a=rsa-sha256; d=example.com" of DKIM and its kin (RFC 6376 3.2)."""

from __future__ import annotations

import re

TAGS = 100  # of one list: DKIM, ARC and DMARC know fewer than 20 names

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SPACE = " \t\r\n"
_SPACES = str.maketrans("", "", _SPACE)


class BadTagsError(ValueError):
    """A list that says nothing: its message says why."""


def read_tags(text: str, *, is_lenient: bool = False) -> dict[str, str]:
    """The values by tag, in order, without the space around them. A lenient reader passes over what is no tag.

    Raises BadTagsError. A tag that stands there twice makes the list invalid: nobody knows which of them counts.
    """
    pieces = text.split(";", TAGS)
    if len(pieces) > TAGS:
        raise BadTagsError(f"more than {TAGS} tags")
    tags: dict[str, str] = {}
    for piece in pieces:
        name, equals, value = piece.partition("=")
        name = name.strip(_SPACE)
        if not equals or _NAME.fullmatch(name) is None:
            if is_lenient or not (name or equals):
                continue
            raise BadTagsError(f"{name[:20]!r} is no tag")
        if name in tags:
            raise BadTagsError(f"{name[:20]}= stands there twice")
        tags[name] = value.strip(_SPACE)
    return tags


def without_space(value: str) -> str:
    """A value without the space that folding put into it."""
    if " " in value or "\n" in value or "\t" in value or "\r" in value:
        return value.translate(_SPACES)
    return value


def without_value(field: bytes, name: bytes) -> bytes:
    """A field with the value of one of its tags deleted, with all space around it; what else it says stays as it is."""
    start = field.find(b":") + 1
    while start < len(field):
        end = field.find(b";", start)
        end = len(field) if end < 0 else end
        equals = field.find(b"=", start, end)
        if equals >= 0 and field[start:equals].strip() == name:
            return field[: equals + 1] + field[end:]
        start = end + 1
    return field
