"""Content-Transfer-Encoding undone (RFC 2045 6), leniently: a broken encoding hides nothing, and is noted."""

from __future__ import annotations

import binascii
import re

from fyke.mail.defects import Notes

IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "7bits", "8bits"})
_QP = frozenset({"quoted-printable", "quotedprintable", "quoted_printable", "qp"})
_BASE64 = frozenset({"base64", "base-64", "b64", "x-base64"})
_UUENCODE = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SPACE = b" \t\r\n"
_NESTED = re.compile(rb"[A-Za-z0-9+/\r\n]{400}|[A-Za-z0-9+/\r\n]{80,400}={0,2}[\r\n]{0,4}$")
UU_LINES = 200_000


def decode_transfer(body: bytes, encoding: str, notes: Notes, part: str) -> bytes:
    """The bytes that a transfer encoding stands for."""
    if encoding in IDENTITY:
        return body
    if encoding in _QP:
        return decode_quoted(body, notes, part)
    if encoding in _BASE64:
        return decode_base64(body, notes, part)
    if encoding in _UUENCODE:
        return decode_uu(body, notes, part)
    notes.add("encoding-unknown", encoding, part)
    return body


def decode_quoted(body: bytes, notes: Notes, part: str) -> bytes:
    """Quoted-printable; what is no valid sequence stays as it stands."""
    decoded = binascii.a2b_qp(body)
    # Every valid sequence is two bytes longer than what it stands for, a soft CRLF three: the sums tell of broken ones.
    if len(body) - len(decoded) != 2 * body.count(b"=") + body.count(b"=\r\n"):
        notes.add("qp-broken", part=part)
    return decoded


def decode_base64(body: bytes, notes: Notes, part: str) -> bytes:
    """Base64, whatever stands between its characters and however often it ends."""
    data = body.translate(None, _SPACE)
    pure = data.rstrip(b"=")
    junk = len(pure.translate(None, _ALPHABET))
    if not junk:
        if (len(pure) + 3) // 4 * 4 != len(data) or len(pure) % 4 == 1:
            notes.add("base64-padding", part=part)
        return _decode_segment(pure)
    if b"=" in pure:
        return _decode_segments(body, pure, notes, part)
    if junk * 5 > len(pure):
        notes.add("base64-broken", f"{junk} of {len(pure)} bytes", part)
        return body
    notes.add("base64-junk", f"{junk} bytes", part)
    return _decode_segment(pure.translate(None, bytes(set(range(256)) - set(_ALPHABET))))


def _decode_segment(pure: bytes) -> bytes:
    """Base64 without padding; a single character left over stands for nothing."""
    left = len(pure) % 4
    if left == 1:
        pure = pure[:-1]
    elif left:
        pure += b"=" * (4 - left)
    return binascii.a2b_base64(pure)


def _decode_segments(body: bytes, pure: bytes, notes: Notes, part: str) -> bytes:
    """Base64 that ends and goes on: each run up to its padding is decoded by itself; words after it are no base64."""
    decoded = []
    for segment in pure.split(b"=", 1_000):
        if not segment:
            continue
        clean = segment.translate(None, bytes(set(range(256)) - set(_ALPHABET)))
        if (len(segment) - len(clean)) * 50 > len(segment):
            notes.add("base64-junk", f"{len(segment) - len(clean)} bytes", part)
            if not decoded and (len(segment) - len(clean)) * 5 > len(segment):
                notes.add("base64-broken", part=part)
                return body
            continue
        decoded.append(_decode_segment(clean))
    notes.add("base64-segments", f"{len(decoded)}", part)
    return b"".join(decoded)


def is_nested(decoded: bytes) -> bool:
    """Whether what base64 stood for is base64 again: a long run of its alphabet without a space, of mixed case."""
    start = decoded[:400]
    return bool(_NESTED.match(start)) and start != start.lower() and start != start.upper()


def decode_uu(body: bytes, notes: Notes, part: str) -> bytes:
    """A uuencoded body; lines that are none are left out."""
    decoded = []
    for line in body.split(b"\n", UU_LINES):
        stripped = line.rstrip(b"\r")
        if stripped.startswith(b"begin ") or stripped in {b"", b"`", b"end"}:
            continue
        try:
            decoded.append(binascii.a2b_uu(stripped))
        except binascii.Error:
            notes.add("encoding-unknown", "uuencode", part)
    return b"".join(decoded)
