"""Text that is base64 inside base64, or a block of base64 where a reader expects words."""

from __future__ import annotations

import base64
import binascii
import re

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Label, Mail, Symbol

DOUBLE = Symbol("BASE64_TWICE", "The text is encoded a second time", "body", 2.5)
BLOCK = Symbol("BASE64_PAGE", "The text holds an encoded page or program", "body", 2.0, Label.MALWARE)

# Two full lines of base64 in a row (RFC 2045 6.8: at most 76 characters), and what follows them.
_LINES = re.compile(r"\n[A-Za-z0-9+/]{60,76}\n[A-Za-z0-9+/]{2,76}(?:={0,2}\n[A-Za-z0-9+/\n]{0,4000})?", re.ASCII)
_SIGNS = (b"<html", b"<script", b"http://", b"https://", b"<body", b"MZ", b"%PDF", b"PK\x03\x04")
SAMPLE_CHARS = 60
STEP = 300  # an encoded loader has a thousand characters and more
READ_CHARS = 6_000  # a loader that decodes it is near the top, or there is none


class DoubleBase64(Detector):
    """Is the text wrapped in base64 once more than needed?"""

    name = "double_base64"
    symbols = (DOUBLE, BLOCK)

    def look(self, mail: Mail) -> Look:
        """Look for a block of base64, and for what the parser unwrapped."""
        for defect in mail.message.defects:
            if defect.kind == "base64-nested":
                yield Finding(DOUBLE, defect.detail[:60], defect.part)
        text = mail.message.text.visible
        if not _has_block(text):
            return
        match = _LINES.search("\n" + text[:READ_CHARS])
        if match is None:
            return
        blob = match[0].replace("\n", "").rstrip("=")
        try:
            decoded = base64.b64decode(blob[: len(blob) // 4 * 4])
        except (binascii.Error, ValueError):
            return
        if any(decoded.startswith(sign) or (len(sign) > 4 and sign in decoded.lower()) for sign in _SIGNS):
            yield Finding(BLOCK, repr(decoded[:40]))
        elif match.start() < 40 and _is_text(decoded):
            yield Finding(DOUBLE, repr(decoded[:40]))


def _has_block(text: str) -> bool:
    """Whether a stretch of the text has no blank: a sample every few lines meets any block worth finding."""
    find = text.find
    for at in range(80, min(len(text) - SAMPLE_CHARS, READ_CHARS), STEP):
        if find(" ", at, at + SAMPLE_CHARS) < 0:
            return True
    return False


def _is_text(data: bytes) -> bool:
    """Whether bytes are mostly printable ASCII."""
    printable = len(data.translate(None, bytes(range(32, 127)) + b"\r\n\t"))
    return printable * 20 < len(data)
