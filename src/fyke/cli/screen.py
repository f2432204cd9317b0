"""What reaches the terminal: colours where it wants them, columns that line up, and no byte of an enemy's raw.

Without rich on purpose: importing its console costs more than scanning a hundred messages.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Mapping
from typing import TextIO

from fyke.model import Label

WIDTH_PIPED = 140  # columns where no terminal says its own
CONTENT_CHARS = 1_000  # of one cell, before it is cut to its column: a subject may have megabytes

STYLES = {
    "bold": "1",
    "dim": "2",
    "head": "1;4",
    Label.HAM: "32",
    Label.BULK: "36",
    Label.UNSURE: "33",
    Label.SPAM: "35",
    Label.SCAM: "1;35",
    Label.PHISHING: "1;31",
    Label.MALWARE: "1;37;41",
    "against": "31",
    "for": "32",
}
_ESCAPES = re.compile("\x1b\\[[0-9;]*m")


class Screen:
    """A stream of text with a width, and with colours or without."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str] = os.environ) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty()
        self.width = shutil.get_terminal_size((WIDTH_PIPED, 24)).columns if self.is_terminal else _piped(environ)
        forced = bool(environ.get("FORCE_COLOR"))
        plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"  # https://no-color.org
        self.has_colour = not plain and (self.is_terminal or forced)
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
        self.has_unicode = encoding.startswith("utf")
        self.before_line: Callable[[], None] = lambda: None  # takes a progress bar away, where there is one

    def style(self, text: str, *styles: str) -> str:
        """The text in the styles' colours, where there are colours."""
        codes = ";".join(STYLES[style] for style in styles if style in STYLES)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.has_colour and codes and text else text

    def line(self, text: str = "") -> None:
        """Print one line."""
        self.before_line()
        self.stream.write(text.rstrip(" ") + "\n")

    def title(self, text: str) -> None:
        """Print the title of a section after a blank line."""
        self.line()
        self.line(self.style(text, "bold"))


def _piped(environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    return max(40, int(columns)) if columns.isascii() and columns.isdigit() else WIDTH_PIPED


_UNSEEN = str.maketrans("", "", "\u00ad\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff")


def legible(text: str) -> str:
    """Like `clean`, for prose: characters of no width are left out, so that the words can be read."""
    text = text[:CONTENT_CHARS]
    return text if text.isprintable() else clean(text.translate(_UNSEEN))


def clean(text: str) -> str:
    """The text without anything that a terminal obeys or that hides: such characters are shown as escapes."""
    text = text[:CONTENT_CHARS]
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _shown(char) for char in text)


def _shown(char: str) -> str:
    if char in "\t\r\n" or unicodedata.category(char) == "Zs":
        return " "
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cells(text: str) -> int:
    """Columns that the text takes on a terminal; colours take none."""
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """The text in exactly that many columns: cut with an ellipsis or filled with spaces. Without colours in it."""
    taken = cells(text)
    if taken <= width:
        return text + " " * (width - taken)
    kept = text[: _cut(text, width - len(ellipsis))] + ellipsis
    return kept + " " * (width - cells(kept))


def fit_end(text: str, width: int, ellipsis: str = "…") -> str:
    """Like `fit`, but the end is kept: of a path that is the part that tells it from others."""
    if cells(text) <= width:
        return fit(text, width)
    room, at = width - len(ellipsis), len(text)
    while at > 0 and (room := room - _cells(text[at - 1])) >= 0:
        at -= 1
    kept = ellipsis + text[at:]
    return kept + " " * (width - cells(kept))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most that many columns, broken between words, or in a word that fills a line."""
    width = max(width, 10)
    lines, line, taken = [], "", 0
    for word in text.split(" "):
        size = cells(word)
        if line and taken + 1 + size <= width:
            line, taken = f"{line} {word}", taken + 1 + size
            continue
        if line:
            lines.append(line)
        *whole, line = _broken(word, width)
        lines.extend(whole)
        taken = cells(line)
    return [*lines, line]


def _broken(word: str, width: int) -> list[str]:
    """A word in pieces of at most that many columns."""
    pieces = []
    while cells(word) > width:
        at = _cut(word, width)
        pieces.append(word[:at])
        word = word[at:]
    return [*pieces, word]


def _cut(text: str, width: int) -> int:
    """How many characters fit into that many columns; at least one."""
    at = 0
    while at < len(text) and (width := width - _cells(text[at])) >= 0:
        at += 1
    return max(1, at)


def percent(share: float) -> str:
    """A share of one as a percentage that says neither 0 nor 100 where it is not."""
    if 0.0 < share < 0.001:
        return "<0.1 %"
    if 0.999 < share < 1.0:
        return ">99.9 %"
    return f"{share * 100:.1f} %" if share not in (0.0, 1.0) else f"{share * 100:.0f} %"


def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}"


def plural(value: int, one: str, many: str = "") -> str:
    """`1 message`, `2 messages`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"
