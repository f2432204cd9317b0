"""The codes in a picture that phones read: QR, Data Matrix, Aztec. zxing-cpp is native code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fyke.model import Finding, Label, Lead, Reading, Symbol

if TYPE_CHECKING:
    from numpy import ndarray
    from PIL.Image import Image

LINK = Symbol("QR_LINK", "A picture holds a code that leads a phone to an address", "files", 1.0, Label.PHISHING)

CODES = 10  # of one picture: a sheet of vouchers
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:|tel:|sms(?:to)?:|bitcoin:|upi:)\S", re.IGNORECASE)
_BARE = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?:[/?#:]\S{0,3000})?\Z", re.IGNORECASE)


def read_codes(pixels: Image | ndarray) -> list[str]:
    """The texts of all codes in grey pixels, each once."""
    import zxingcpp  # noqa: PLC0415  native, and not needed for most files

    kinds = zxingcpp.BarcodeFormat
    formats = zxingcpp.BarcodeFormats([kinds.QRCode, kinds.DataMatrix, kinds.Aztec])
    texts = [code.text for code in zxingcpp.read_barcodes(pixels, formats=formats)[:CODES]]
    return list(dict.fromkeys(filter(None, texts)))


def told(texts: list[str]) -> Iterator[Finding | Lead | Reading]:
    """What the codes of one picture say: an address, or a text."""
    for text in texts:
        if is_address(text):
            yield Lead(text.strip(), "qr")
            yield Finding(LINK, text.strip()[:200])
        else:
            yield Reading(text, "qr")


def is_address(text: str) -> bool:
    """Whether a phone offers to open what a code says."""
    text = text.strip()[:4_000]
    return bool(_ADDRESS.match(text) or _BARE.match(text))
