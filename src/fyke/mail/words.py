"""Encoded words (RFC 2047) and raw 8-bit bytes in headers, as a mail program would show them."""

from __future__ import annotations

import binascii
import re

from fyke.mail.charset import codec, decode_western
from fyke.mail.defects import Notes

# `?` inside the text is wrong but frequent; twenty of them bound what one start can read, so the scan stays linear.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,20})\?=")
_FOLD = re.compile(r"\r?\n[ \t]")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")


def decode_words(raw: str, notes: Notes) -> str:
    """A header value with its encoded words decoded and its raw bytes read; `raw` holds bytes as latin-1."""
    if "=?" not in raw:
        return raw if raw.isascii() else decode_bytes(raw, notes)
    pieces: list[str] = []
    waiting = b""  # bytes of adjacent words of one charset: senders cut characters in two
    charset = ""
    position = 0
    for match in _WORD.finditer(raw):
        if notes.words <= 0:
            notes.add("encoded-words-cut", f"at character {match.start()}")
            break
        notes.words -= 1
        between = raw[position : match.start()]
        label = match[1].partition("*")[0].lower()
        if label != charset or (between and not between.isspace()):
            if waiting:
                pieces.append(_text(waiting, charset, notes))
            waiting, charset = b"", label
        # RFC 2047 6.2: white space between adjacent encoded words is not shown.
        if position == 0 or (between and not between.isspace()):
            pieces.append(between if between.isascii() else decode_bytes(between, notes))
        waiting += _bytes(match[2], match[3], notes)
        position = match.end()
    if waiting:
        pieces.append(_text(waiting, charset, notes))
    rest = raw[position:]
    pieces.append(rest if rest.isascii() else decode_bytes(rest, notes))
    return "".join(pieces)


def decode_bytes(raw: str, notes: Notes) -> str:
    """Raw bytes above 127 in a header: UTF-8 (RFC 6532) where they are valid as such, else windows-1252."""
    data = raw.encode("latin-1", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        notes.add("header-8bit")
        return decode_western(data)


def _bytes(encoding: str, text: str, notes: Notes) -> bytes:
    data = text.encode("latin-1", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    data = data.rstrip(b"= ")
    if len(data) % 4 == 1:
        notes.add("encoded-word-broken", text)
        data = data[:-1]
    try:
        return binascii.a2b_base64(data + b"==")
    except binascii.Error:
        notes.add("encoded-word-broken", text)
        return b""


def _text(data: bytes, label: str, notes: Notes) -> str:
    """The characters of one or more words; control characters, which could forge a header, become spaces."""
    name = codec(label)
    if not name:
        notes.add("encoded-word-broken", label)
        name = "utf-8"
    try:
        text = decode_western(data) if name == "cp1252" else data.decode(name)
    except (UnicodeError, ValueError):
        notes.add("encoded-word-broken", label)
        text = data.decode(name, "replace")
    if text.isprintable():
        return text
    text = _FOLD.sub(" ", text)  # some programs fold before they encode
    if _CONTROL.search(text):
        notes.add("encoded-word-control", repr(text))
        text = _CONTROL.sub(" ", text)
    return text
