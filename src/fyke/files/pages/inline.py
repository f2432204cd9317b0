"""The scripts, event handlers and data: addresses of a page's source. Plain searches, linear whatever the source."""

from __future__ import annotations

import codecs
import re
from html import unescape
from typing import NamedTuple

SCRIPTS = 200  # of one page
HANDLERS = 200
ADDRESSES = 100  # data: addresses of one page that are taken out
SOURCE_CHARS = 8_000_000  # of a page that is read: a smuggled image of 4 MB is 6 MB of base64

_HANDLER = re.compile(r"[\s\"'/]on[a-z]{3,20}\s{0,9}=\s{0,9}(?:\"([^\"]{4,20000})\"|'([^']{4,20000})')", re.IGNORECASE)
_DATA = re.compile(r"data:([a-z0-9.+/-]{3,100})?((?:;[a-z0-9.+=-]{1,60}){0,4}),", re.IGNORECASE)
_BODY = re.compile(r"[A-Za-z0-9+/=%_\s-]*+")
_END = re.compile(r"[\"'`<>)]")


class Script(NamedTuple):
    """One script in a page."""

    text: str
    language: str  # "js" or "vbs"
    is_handler: bool = False


class Address(NamedTuple):
    """One data: address: what it says it is, and what it holds."""

    declared: str
    body: str
    is_base64: bool


def source_of(data: bytes) -> str:
    """A page's bytes as text: by its mark, as UTF-16 where every other byte is none, as UTF-8, or as Latin-1."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")[:SOURCE_CHARS]
    if data[1:200:2].count(0) > 60:
        return data.decode("utf-16-le", "replace")[:SOURCE_CHARS]
    data = data[:SOURCE_CHARS].removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def scripts_of(source: str) -> list[Script]:
    """The scripts between tags, in handlers and in javascript: addresses."""
    found: list[Script] = []
    lower = source.lower() if len(source.lower()) == len(source) else source
    at = lower.find("<script")
    while at >= 0 and len(found) < SCRIPTS:
        opened = lower.find(">", at)
        if opened < 0:
            break
        closed = lower.find("</script", opened)
        tag = lower[at:opened][:500]
        text = source[opened + 1 : closed if closed >= 0 else len(source)]
        if tag.endswith("/"):
            text, closed = "", opened
        if text.strip() and "json" not in tag:
            text = text.strip().removeprefix("<![CDATA[").removesuffix("]]>")
            if "&" in text and "<svg" in lower[:2_000]:
                text = unescape(text)
            found.append(Script(text, "vbs" if "vbs" in tag else "js"))
        at = lower.find("<script", max(closed, opened)) if closed >= 0 else -1
    for count, match in enumerate(_HANDLER.finditer(source)):
        if count >= HANDLERS:
            break
        found.append(Script(unescape(match[1] or match[2]), "js", is_handler=True))
    at = lower.find("javascript:")
    for _ in range(HANDLERS):
        if at < 0:
            break
        end = _END.search(source, at, at + 20_000) if source[at - 1 : at] not in {'"', "'"} else None
        last = end.start() if end else source.find(source[at - 1], at, at + 20_000)
        if last > at + 20:
            found.append(Script(unescape(source[at + 11 : last]), "js", is_handler=True))
        at = lower.find("javascript:", at + 11)
    return found


def addresses_of(source: str) -> list[Address]:
    """The data: addresses, wherever they stand, that hold something."""
    found: list[Address] = []
    at = 0
    while len(found) < ADDRESSES and (match := _DATA.search(source, at)):
        body = _BODY.match(source, match.end())
        at = body.end() if body else match.end()
        text = body[0] if body else ""
        if "base64" not in match[2].lower():
            quote = source[match.start() - 1 : match.start()]
            last = source.find(quote, match.end()) if quote in {'"', "'"} else -1
            text = source[match.end() : last] if last >= 0 else text
            at = max(at, last)
        if len(text) > 40:
            found.append(Address((match[1] or "").lower(), text, "base64" in match[2].lower()))
    return found
