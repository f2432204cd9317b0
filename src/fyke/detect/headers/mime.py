"""How the parts are put together (RFC 2045, 2046): forms that are allowed, but that no mail program chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Mail, Message, Part, Symbol

HTML_ONLY = Symbol("HTML_ONLY", "It is a web page without the plain text that mail programs add", "structure", 0.8)
HTML_BASE64 = Symbol(
    "HTML_BASE64",
    "Its page is packed as if it were a binary file, which keeps filters from reading it",
    "structure",
    0.9,
)
MULTIPART_OF_ONE = Symbol(
    "MULTIPART_OF_ONE", "It is built for several parts but has one: a template of a mailing tool", "structure", 0.6
)
MULTIPART_ODD = Symbol(
    "MULTIPART_ODD",
    "It is built as something else than it is: a digest, a report or a form without one",
    "structure",
    2.5,
)
MIME_VERSION_MISSING = Symbol(
    "MIME_VERSION_MISSING",
    "It has parts or a page, but not the mark that every mail program puts there",
    "structure",
    1.5,
)
CHARSET_FOREIGN = Symbol(
    "CHARSET_FOREIGN", "It is declared in an alphabet of which it has not one letter", "structure", 1.5
)
BOUNDARY_NUMBER = Symbol(
    "BOUNDARY_NUMBER", "Its parts are divided by a bare number, as mail programs do not do", "structure", 1.8
)

_FOREIGN = frozenset({
    "windows-1251", "koi8-r", "koi8-u", "gb2312", "gbk", "gb18030", "big5", "euc-kr", "ks_c_5601-1987", "shift_jis",
    "euc-jp", "iso-8859-5", "iso-8859-7", "windows-1253", "windows-1256", "iso-8859-6", "windows-1255", "windows-874",
})  # fmt: skip
_TEXTS = frozenset({"text/html", "text/plain"})
_HOLDS = {
    "multipart/digest": ("message/", "multipart/"),
    "multipart/report": ("message/", "text/rfc822-headers"),
    "multipart/form-data": (),
    "multipart/encrypted": ("application/pgp", "application/octet-stream"),
    "multipart/signed": ("application/",),
}
_NUMBER = re.compile(r"""boundary\s{0,5}=\s{0,5}"?-{0,40}\d{1,60}"?\s{0,5}(?:;|\Z)""", re.IGNORECASE)
_ASCII_SHARE = 50  # at most one byte of 50 above 127: base64 makes such a text longer than quoted-printable would
CHARS = 20_000


class Mime(Detector):
    """Is the message put together as mail programs put messages together?"""

    name = "mime"
    symbols = (
        HTML_ONLY, HTML_BASE64, MULTIPART_OF_ONE, MULTIPART_ODD, MIME_VERSION_MISSING, CHARSET_FOREIGN, BOUNDARY_NUMBER,
    )  # fmt: skip

    def look(self, mail: Mail) -> Look:
        """The whole first, then part by part."""
        message = mail.message
        root = message.root
        if root.content_type == "text/html":
            yield Finding(HTML_ONLY)
        if root.content_type != "text/plain" and "mime-version" not in message.index and "date" in message.index:
            yield Finding(MIME_VERSION_MISSING, root.content_type[:100])
        if root.children and _NUMBER.search(message.first("content-type")[:1000]) is not None:
            yield Finding(BOUNDARY_NUMBER, message.first("content-type")[:200])
        if (
            not root.children
            and root.encoding != "base64"
            and (root.charset not in _FOREIGN or root.content_type not in _TEXTS)
        ):
            return  # the plain mail that most is
        seen: set[str] = set()
        for symbol, part in _parts(message):
            if symbol.name not in seen:
                seen.add(symbol.name)
                yield Finding(symbol, part.content_type[:100], part.path)


def _parts(message: Message) -> Iterator[tuple[Symbol, Part]]:
    """What each part is guilty of."""
    root = message.root
    for part in root.walk() if root.children else (root,):
        kind = part.content_type
        if part.children:
            if len(part.children) == 1 and part.children[0].content_type == "text/html":
                yield MULTIPART_OF_ONE, part
            if _is_odd(part):
                yield MULTIPART_ODD, part
        elif kind in _TEXTS and not part.filename:
            if part.charset in _FOREIGN and part.content and part.content.isascii():
                yield CHARSET_FOREIGN, part
            if part.encoding == "base64" and kind == "text/html" and _is_plain(part.content):
                yield HTML_BASE64, part


def _is_odd(part: Part) -> bool:
    """Whether a container of a special kind holds nothing of that kind."""
    holds = _HOLDS.get(part.content_type)
    return holds is not None and not any(child.content_type.startswith(holds) for child in part.children)


def _is_plain(content: bytes) -> bool:
    """Whether the text could have been sent as it is, or nearly."""
    content = content[:CHARS]
    return content.isascii() or len(content.translate(None, bytes(range(128)))) * _ASCII_SHARE < len(content)
