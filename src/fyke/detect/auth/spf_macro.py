"""Macros of SPF records (RFC 7208 7): read once into pieces, then expanded for one mail.

An expansion costs its cap, whatever the record says: a name is filled from its end, where only the last 253 characters
count, an explanation from its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple
from urllib.parse import quote

NAME_CHARS = 253  # RFC 7208 7.3: what is longer loses labels on its left
LABEL_CHARS = 63  # RFC 1035 2.3.4
EXPLANATION_CHARS = 1_000  # RFC 5321 4.5.3.1.5 allows 512 octets in a line of a reply; it may take two
VALUE_CHARS = 1_024  # of a sender or a HELO: RFC 5321 4.5.3.1 allows 320 and 255
EVERYTHING = 999  # parts to keep: more than a value can have labels in a name

UNKNOWN_VALUE = "unknown"  # RFC 7208 7.3, for %{p} and %{r}

_PIECE = re.compile(
    r"%\{(?P<letter>[slodiphcrtvSLODIPHCRTV])(?P<digits>\d*)(?P<reverse>[rR]?)(?P<marks>[.\-+,/_=]*)\}"
    r"|%(?P<escape>[%_-])"
    r"|(?P<literal>[!-$&-~ ]+)",
    re.ASCII,
)
_ESCAPES = {"%": "%", "_": " ", "-": "%20"}
_TOP_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", re.ASCII)


class BadMacroError(ValueError):
    """A text breaks the grammar of macros."""


class Macro(NamedTuple):
    """One macro: which value, and what is made of it."""

    letter: str  # lower case
    keeps: int  # so many parts from the right
    is_reversed: bool
    marks: str  # at which the value is split; each of the seven once
    is_escaped: bool  # the letter was a capital: as in a URL


Pieces = tuple[str | Macro, ...]


def read_macros(text: str, *, with_spaces: bool = False) -> Pieces:
    """The pieces of a macro-string; of an explain-string, which may have spaces. Raises BadMacroError."""
    return _read(text, with_spaces=with_spaces)[0]


def read_name(text: str) -> Pieces:
    """The pieces of a domain-spec, which ends in a macro or in a top label. Raises BadMacroError."""
    pieces, ends_in_macro = _read(text)
    if not pieces or any(isinstance(piece, Macro) and piece.letter in "crt" for piece in pieces):
        raise BadMacroError(text)  # RFC 7208 7.2: c, r and t are for explanations
    if ends_in_macro:
        return pieces
    _, dot, label = text.removesuffix(".").rpartition(".")
    if not dot or label.isdigit() or _TOP_LABEL.fullmatch(label) is None:
        raise BadMacroError(text)
    return pieces


def _read(text: str, *, with_spaces: bool = False) -> tuple[Pieces, bool]:
    """The pieces, and whether the last one is a macro or an escape."""
    if not with_spaces and " " in text:
        raise BadMacroError(text)
    if "%" not in text and text.isascii() and text.isprintable():
        return (text,) if text else (), False
    pieces: list[str | Macro] = []
    at, literal = 0, None
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None:
            raise BadMacroError(text)
        at = found.end()
        letter, digits, reverse, marks, escape, literal = found.groups()
        if letter:
            marks = "".join(dict.fromkeys(marks)) or "."
            pieces.append(Macro(letter.lower(), _keeps(digits), bool(reverse), marks, letter.isupper()))
        else:
            pieces.append(literal or _ESCAPES[escape])
    return tuple(pieces), literal is None


def _keeps(digits: str) -> int:
    if not digits:
        return EVERYTHING
    digits = digits.lstrip("0")
    if not digits:
        raise BadMacroError("0")  # RFC 7208 7.3: a digit must not be zero
    return int(digits) if len(digits) < 4 else EVERYTHING


def uses(pieces: Iterable[str | Macro], letter: str) -> bool:
    """Whether a macro's value must be known for these pieces."""
    return any(isinstance(piece, Macro) and piece.letter == letter for piece in pieces)


def expand_name(pieces: Pieces, values: Mapping[str, str]) -> str:
    """The name to be asked, lower case and without its last dot; an empty string where the DNS cannot have such a name.

    RFC 8616 4: a local part that is not ASCII makes a name that never matches.
    """
    tail: list[str] = []
    size = 0
    for piece in reversed(pieces):
        text = piece if isinstance(piece, str) else _expanded(piece, values)
        tail.append(text)
        size += len(text)
        if size > NAME_CHARS + 1:
            break
    name = "".join(reversed(tail)).removesuffix(".")
    if len(name) > NAME_CHARS:
        name = name[-NAME_CHARS - 1 :].partition(".")[2]
    return name.lower() if is_name(name) else ""


def is_name(name: str) -> bool:
    """Whether the DNS could have such a name: ASCII without control characters, labels of 1 to 63 characters."""
    return len(name) <= NAME_CHARS and _is_name(name)


@lru_cache(maxsize=4096)  # records of a few hundred senders name the same hosts again and again
def _is_name(name: str) -> bool:
    if not name.isascii() or not name.isprintable():
        return False
    return all(0 < len(label) <= LABEL_CHARS for label in name.split("."))


def expand_text(pieces: Pieces, values: Mapping[str, str]) -> str:
    """An explanation, made of printable ASCII and cut to what a reply may hold."""
    text = ""
    for piece in pieces:
        text += piece if isinstance(piece, str) else _expanded(piece, values)
        if len(text) >= EXPLANATION_CHARS:
            break
    return "".join([char if " " <= char <= "~" else "?" for char in text[:EXPLANATION_CHARS]])


def _expanded(macro: Macro, values: Mapping[str, str]) -> str:
    """One macro's value after its transformers."""
    value = values[macro.letter]
    marks = macro.marks
    if marks != "." or macro.is_reversed or macro.keeps != EVERYTHING:
        for mark in marks[1:]:
            value = value.replace(mark, marks[0])
        parts = value.split(marks[0])
        if macro.is_reversed:
            parts.reverse()
        value = ".".join(parts[-macro.keeps :])
    return quote(value, safe="~", errors="replace") if macro.is_escaped else value


def dotted(ip: IPv4Address | IPv6Address) -> str:
    """The address as %{i} has it: four numbers, or 32 hex digits with dots between them."""
    return str(ip) if ip.version == 4 else ".".join(f"{int(ip):032X}")
