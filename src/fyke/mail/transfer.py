"""Content-Transfer-Encoding undone (RFC 2045 6), leniently: a broken encoding hides nothing, and is noted.

fast-mail-parser decodes well-made base64, eight times as fast as the standard library; all that it refuses is decoded
here. Its quoted-printable is not used: it drops bytes above 127 without a word.
"""

from __future__ import annotations

import binascii
import re

from fast_mail_parser import ParseError, parse_email_tree

from fyke.mail.defects import Notes
from fyke.mail.limits import QP_BYTES, SEGMENTS, UU_LINES

IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "7bits", "8bits"})
_QP = frozenset({"quoted-printable", "quotedprintable", "quoted_printable", "qp"})
_BASE64 = frozenset({"base64", "base-64", "b64", "x-base64"})
_UUENCODE = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OTHERS = bytes(set(range(256)) - set(_ALPHABET))
_SPACE = b" \t\r\n\f"
_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
_LEAF = b"Content-Transfer-Encoding: base64\n\n"
_RUN = re.compile(rb"[A-Za-z0-9+/\r\n]{80,400}={0,2}[\r\n]{0,4}")


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
    if body[-1:] == b"=":
        body = body[:-1]  # a soft line break whose line end belongs to the boundary behind it
    decoded = binascii.a2b_qp(body)
    has_returns = b"\r" in body
    soft = body.count(b"=\r\n") if has_returns else 0
    # A valid sequence is two bytes longer than what it stands for, a soft CRLF three: the sums tell of all others.
    if len(body) - len(decoded) == 2 * body.count(b"=") + soft and (not has_returns or body.count(b"=\r") == soft):
        return decoded
    return _decode_loose_quoted(body, notes, part)


def _decode_loose_quoted(body: bytes, notes: Notes, part: str) -> bytes:
    """Quoted-printable that the standard library would read too boldly."""
    end = b""
    if len(body) > QP_BYTES:
        notes.add("qp-cut", f"after {QP_BYTES} bytes", part)
        body, end = body[:QP_BYTES], binascii.a2b_qp(body[QP_BYTES:])
    fixed = body.replace(b"=\r\n", b"=\n").replace(b"= \r\n", b"=\n").replace(b"= \n", b"=\n").replace(b"=\t\n", b"=\n")
    is_odd = b"==" in fixed or b"=\r" in fixed
    if is_odd:  # it swallows one of two equals signs, and all from "=" and a bare CR to the end of the line
        fixed = fixed.replace(b"=\r", b"=3D\r").replace(b"==", b"=3D=").replace(b"==", b"=3D=")
    decoded = binascii.a2b_qp(fixed)
    if is_odd or len(fixed) - len(decoded) != 2 * fixed.count(b"="):
        notes.add("qp-broken", part=part)
    return decoded + end


def decode_base64(body: bytes, notes: Notes, part: str) -> bytes:
    """Base64, whatever stands between its characters and however often it ends."""
    try:
        decoded = parse_email_tree(_LEAF + body, mode="lazy").content or b""
    except ParseError:
        return _decode_loose(body, notes, part)
    if body.count(b" ") * 20 > len(body):  # words may be letters alone
        return _decode_loose(body, notes, part)
    end = body.find(b"=")
    if end >= 0 and body[end:].strip(b"= \t\r\n\f"):
        notes.add("base64-segments", part=part)
    return decoded


def _decode_loose(body: bytes, notes: Notes, part: str) -> bytes:
    """Base64 with wrong padding, with characters that do not belong there, in pieces, or words that are none."""
    data = body.translate(None, _SPACE)
    pure = data.rstrip(b"=")
    junk = len(pure.translate(None, _ALPHABET + b"="))
    first, *others = [piece for piece in pure.split(b"=", SEGMENTS) if piece] or [b""]
    decoded = [_decode_piece(first)]
    if not _is_text(decoded[0][:1_000]) and _is_text(body[:1_000]) and body.count(b" ") * 20 > len(body):
        notes.add("base64-broken", f"{junk} of {len(pure)} bytes", part)
        return body
    # Words behind the padding, such as a list's footer, are no base64; they betray themselves by their punctuation.
    decoded += [_decode_piece(piece) for piece in others if len(piece.translate(None, _ALPHABET)) * 50 < len(piece)]
    if junk:
        notes.add("base64-junk", f"{junk} bytes", part)
    if others:
        notes.add("base64-segments", f"{len(others) + 1}", part)
    elif not junk and len(data) - len(pure) != -len(pure) % 4:
        notes.add("base64-padding", part=part)
    return b"".join(decoded)


def _decode_piece(piece: bytes) -> bytes:
    """A run of base64 up to its padding; decoders skip what does not belong there (RFC 2045 6.8)."""
    clean = piece.translate(None, _OTHERS)
    if len(clean) % 4 == 1:
        clean = clean[:-1]  # six bits stand for no byte
    return binascii.a2b_base64(clean + b"==")


def _is_text(sample: bytes) -> bool:
    """Whether bytes are readable: hardly any control character, and above 127 only UTF-8."""
    if len(sample.translate(None, _CONTROLS)) * 50 < len(sample) * 49:
        return False
    try:
        sample[:-4].decode()
    except UnicodeDecodeError:
        return False
    return True


def is_nested(decoded: bytes) -> bool:
    """Whether what base64 stood for is base64 again: a long run of its alphabet without a space, of mixed case."""
    start = decoded[:400]
    return bool(_RUN.fullmatch(start)) and start != start.lower() and start != start.upper()


def decode_uu(body: bytes, notes: Notes, part: str) -> bytes:
    """A uuencoded body; lines that are none are left out, and what follows its end."""
    decoded: list[bytes] = []
    for line in body.split(b"\n", UU_LINES):
        stripped = line.rstrip(b"\r")
        if stripped in {b"`", b"end"}:
            break
        if stripped.startswith(b"begin ") or not stripped:
            continue
        try:
            decoded.append(binascii.a2b_uu(stripped))
        except binascii.Error:
            notes.add("uuencode-broken", part=part)
    return b"".join(decoded)
