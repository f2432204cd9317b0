"""HTML and SVG that carry a file or a page inside and put it together in the reader's browser."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Label, Mail, Message, Part, Symbol

BLOB = Symbol("SMUGGLE_FILE", "A page puts a file together on the reader's machine", "attachments", 4.0, Label.MALWARE)
WRITE = Symbol("SMUGGLE_PAGE", "A page writes another page out of encoded text", "attachments", 3.5, Label.PHISHING)
SVG = Symbol("SMUGGLE_SVG", "A picture file holds code", "attachments", 4.0, Label.PHISHING)
LOGIN = Symbol(
    "SMUGGLE_LOGIN", "An attached page asks for a password and sends it away", "attachments", 4.0, Label.PHISHING
)
LEAVE = Symbol(
    "SMUGGLE_REDIRECT", "An attached page leads away as soon as it is opened", "attachments", 3.0, Label.PHISHING
)

READ_BYTES = 262_144  # loaders stand before or after the payload: the first and the last part of that size are read
PAGES = 20  # attached pages; a trap is one
SCRIPTS = 100  # inline scripts of the mail itself; a loader needs one
EXTENSIONS = (".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml", ".svg", ".svgz", ".hta", ".xht")
TYPES = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml"})

_DECODES = (b"atob(", b"fromcharcode", b"charcodeat", b"unescape(", b"decodeuricomponent(", b"uint8array", b"btoa(")
_SAVES = (
    b"new blob",
    b"createobjecturl",
    b"mssaveblob",
    b"mssaveoropenblob",
    b".download=",
    b".download =",
    b"showsavefilepicker",
)
_WRITES = (
    b"document.write",
    b"innerhtml",
    b"insertadjacenthtml",
    b"eval(",
    b"documentelement.outerhtml",
    b'function("',
)
_LEAVES = (
    b"location.href",
    b"location.replace",
    b"location.assign",
    b"window.location",
    b'http-equiv="refresh',
    b"http-equiv=refresh",
    b"document.location",
)
_CODE = (
    b"<script",
    b"onload=",
    b"onload =",
    b"<foreignobject",
    b"javascript:",
    b"onclick=",
    b"onerror=",
    b"onmouseover=",
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{2000}")  # a picture inlined in a script is rarely that long, a file always is


class Smuggling(Detector):
    """Does a page or picture in the mail unpack something behind the reader's back?"""

    name = "smuggling"
    symbols = (BLOB, WRITE, SVG, LOGIN, LEAVE)

    def look(self, mail: Mail) -> Look:
        """Look at scripts in the mail, then at attached pages."""
        message = mail.message
        for script in message.html.scripts[:SCRIPTS]:
            yield from _judge(script.lower().encode("utf-8", "replace"), "", page=False)
        for part in _pages(message)[:PAGES]:
            yield from _look_into(part)


def _pages(message: Message) -> list[Part]:
    """Attached pages and pictures that a browser opens."""
    if not message.root.children and message.root.content_type in {"text/plain", "text/html"}:
        return []
    return [
        part
        for part in message.root.walk()
        if not part.children
        and part.is_attachment
        and (part.content_type in TYPES or part.filename.lower().endswith(EXTENSIONS))
    ]


def _look_into(part: Part) -> Look:
    content = part.content
    if len(content) > 2 * READ_BYTES:
        content = content[:READ_BYTES] + content[-READ_BYTES:]
    is_svg = part.content_type == "image/svg+xml" or part.filename.lower().endswith((".svg", ".svgz"))
    data = content.replace(b"\0", b"").lower()
    if is_svg and any(sign in data for sign in _CODE):
        yield Finding(SVG, part.filename, part.path)
    if not is_svg and b'type="password"' in data.replace(b"'", b'"').replace(b"type=password", b'type="password"'):
        yield Finding(LOGIN, part.filename, part.path)
    if _BASE64.search(content) and b"<script" in data:
        data += b"atob("
    yield from _judge(data, part.path, page=True)


def _judge(data: bytes, path: str, *, page: bool) -> Look:
    """What the code of a page does."""
    decodes = next((sign for sign in _DECODES if sign in data), b"")
    saves = next((sign for sign in _SAVES if sign in data), b"")
    writes = next((sign for sign in _WRITES if sign in data), b"")
    if decodes and saves:
        yield Finding(BLOB, f"{decodes.decode()} and {saves.decode()}", path)
    elif decodes and writes:
        yield Finding(WRITE, f"{decodes.decode()} and {writes.decode()}", path)
    leaves = next((sign for sign in _LEAVES if sign in data), b"") if page else b""
    if leaves:
        yield Finding(LEAVE, leaves.decode(), path)
