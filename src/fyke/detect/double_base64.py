"""Text that is base64 inside base64, or a block of base64 where a reader expects words."""

from __future__ import annotations

import base64
import binascii
import re

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Label, Mail, Symbol

DOUBLE = Symbol("BASE64_TWICE", "The text is encoded a second time", "body", 2.5)
BLOCK = Symbol("BASE64_PAGE", "The text holds an encoded page or program", "body", 2.0, Label.MALWARE)

_LINE = re.compile(r"[A-Za-z0-9+/]{60,76}\r?\n?[A-Za-z0-9+/\r\n]{60,4000}={0,2}", re.ASCII)
_SIGNS = (b"<html", b"<script", b"http://", b"https://", b"<body", b"MZ", b"%PDF", b"PK\x03\x04")
READ_CHARS = 4_000


class DoubleBase64(Detector):
    """Is the text wrapped in base64 once more than needed?"""

    name = "double_base64"
    symbols = (DOUBLE, BLOCK)

    def look(self, mail: Mail) -> Look:
        """Look for a block of base64 near the top of the text."""
        text = mail.message.text.visible
        if len(text) < 120 or (" " in text[:40].strip() and "\n" not in text):
            return
        match = _LINE.search(text, 0, READ_CHARS)
        if match is None:
            return
        blob = re.sub(r"\s", "", match[0]).rstrip("=")
        try:
            decoded = base64.b64decode(blob[: len(blob) // 4 * 4])
        except (binascii.Error, ValueError):
            return
        if any(decoded.startswith(sign) or (len(sign) > 4 and sign in decoded.lower()) for sign in _SIGNS):
            yield Finding(BLOCK, repr(decoded[:40]))
        elif match.start() < 40 and _is_text(decoded):
            yield Finding(DOUBLE, repr(decoded[:40]))


def _is_text(data: bytes) -> bool:
    """Whether bytes are mostly printable ASCII."""
    printable = len(data.translate(None, bytes(range(32, 127)) + b"\r\n\t"))
    return printable * 20 < len(data)
