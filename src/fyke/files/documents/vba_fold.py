"""Texts that macro source puts together, put together: constants joined, Chr, StrReverse, Replace, hexadecimal, base64.

One pass over the tokens with a stack; no code is run, and no loop or branch is followed. Linear in the source.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from msgspec import Struct

SOURCE_CHARS = 1_000_000  # folded: the longest project of an honest add-in has some hundred thousand
TEXT_CHARS = 65_536  # of one constant
COPY_CHARS = 4_000_000  # of constants put where their names stand
TOKEN = re.compile(
    r'"((?:[^"\n]|"")*)"|(&H[0-9A-Fa-f]{1,8}&?|\d{1,9}(?:\.\d{1,9})?)|([A-Za-z_][A-Za-z0-9_]{0,80}\$?)'
    r"|('[^\n]*)|( _\r?\n)|([\n:])|([ \t\r]+)|(.)",
)
NAMED = {
    "vbcrlf": "\r\n",
    "vbnewline": "\r\n",
    "vbcr": "\r",
    "vblf": "\n",
    "vbtab": "\t",
    "vbnullstring": "",
    "vbnullchar": "",
}
CALLS = frozenset(
    "chr chrw chrb strreverse replace lcase ucase trim cstr left mid right asc ascw clng cint array".split()
)
WORDS = frozenset({"const", "private", "public", "dim", "let", "set", "global"})
PRINTABLE = re.compile(r"[\t\r\n -~\u00a0-\u024f]{6,}\Z")
HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){8,}\Z")
BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}\Z")


class Folded(Struct):
    """What came of it."""

    plain: list[str]  # constants as they stand
    made: list[str]  # texts that only folding shows
    calls: dict[str, int]  # how often each folding function stands there
    joins: int = 0  # constants joined to others


# A token on the stack: a text (list of pieces), a number, or a word or mark.
Token = list[str] | int | str


def fold(source: str) -> Folded:
    """All texts of the source."""
    folder = _Folder()
    for match in TOKEN.finditer(source[:SOURCE_CHARS]):
        folder.take(match)
    folder.statement()
    return folder.folded


class _Folder:
    """The stack of one statement, and the constants known so far."""

    def __init__(self) -> None:
        self.folded = Folded([], [], {})
        self.known: dict[str, list[str]] = {}
        self.copies = COPY_CHARS
        self.stack: list[Token] = []

    def take(self, match: re.Match[str]) -> None:
        kind = match.lastindex
        if kind in {4, 5, 7}:
            return
        if kind == 6:
            self.statement()
        elif kind == 1:
            text = match[1].replace('""', '"')
            self.folded.plain.append(text)
            self.push([text])
        elif kind == 2:
            self.push(_number(match[2]))
        elif kind == 3:
            self.word(match[3].lower().rstrip("$"))
        elif match[0] == ")":
            self.close()
        else:
            self.stack.append(match[0])

    def word(self, name: str) -> None:
        """A name: of a function to fold, of a constant that is known, or of anything else."""
        if name in CALLS:
            self.folded.calls[name] = self.folded.calls.get(name, 0) + 1
        text = [NAMED[name]] if name in NAMED else self.known.get(name)
        last = self.stack[-1] if self.stack else ""
        if text is not None and isinstance(last, str) and last in {"=", "&", "+", "(", ","}:
            size = sum(map(len, text))
            if size <= self.copies:
                self.copies -= size
                self.push(list(text))
                return
        self.stack.append(name)

    def push(self, value: list[str] | int) -> None:
        """A constant, joined to what stands before it."""
        stack = self.stack
        if len(stack) > 1 and isinstance(stack[-1], str):
            mark, left = stack[-1], stack[-2]
            if isinstance(value, list) and isinstance(left, list) and mark in {"&", "+"}:
                if sum(map(len, left[-64:])) + len(left) < TEXT_CHARS:
                    left.extend(value)
                    self.folded.joins += 1
                    del stack[-1]
                    return
            elif isinstance(value, int) and isinstance(left, int) and mark in {"+", "-", "*", "xor"}:
                stack[-2:] = [_worked(left, mark, value)]
                return
            elif isinstance(value, int) and mark == "-" and not isinstance(left, list | int):
                stack[-1:] = [-value]
                return
        stack.append(value)

    def close(self) -> None:
        """A bracket closed: a call of constants becomes what it gives."""
        stack, at = self.stack, len(self.stack) - 1
        arguments: list[Token] = []
        while at >= 0 and isinstance(stack[at], list | int) and len(arguments) < 64:
            arguments.append(stack[at])
            at -= 1
            if at >= 0 and stack[at] == ",":
                at -= 1
        if at < 0 or stack[at] != "(":
            stack.append(")")
            return
        name = stack[at - 1] if at else ""
        value = _called(name, arguments[::-1]) if isinstance(name, str) else None
        if value is None:
            stack.append(")")
            return
        del stack[at - 1 if name in CALLS else at :]
        self.push(value)

    def statement(self) -> None:
        """The end of one: what it has made is kept, and what it names is known from now on."""
        stack = self.stack
        self.stack = []
        for token in stack:
            if isinstance(token, list):
                text = "".join(token)
                if len(token) > 1 or text not in self.folded.plain[-64:]:
                    self.folded.made.append(text)
                self.folded.made += decoded(text)
        names = [token for token in stack if not isinstance(token, str) or token not in WORDS]
        if len(names) > 4 and names[1:3] == ["as", "string"]:
            del names[1:3]
        if len(names) == 3 and names[1] == "=" and isinstance(names[0], str) and isinstance(names[2], list):
            self.known[names[0]] = ["".join(names[2])[:TEXT_CHARS]]


def _number(text: str) -> int:
    if text.startswith(("&H", "&h")):
        return int(text[2:].rstrip("&"), 16)
    return int(float(text))


def _worked(left: int, mark: str, right: int) -> int:
    result = {"+": left + right, "-": left - right, "*": left * right, "xor": left ^ right}[mark]
    return max(-(1 << 40), min(1 << 40, result))


def _called(name: str, given: list[Token]) -> list[str] | int | None:
    """What a call gives, where all its arguments are constants."""
    if len(given) == 1 and name not in CALLS:
        alone = given[0]
        if isinstance(alone, str):
            return None
        return alone if name in {"", "(", "=", "&", "+", ","} else None
    texts = ["".join(each) if isinstance(each, list) else str(each) for each in given]
    if name in {"chr", "chrw", "chrb"} and len(given) == 1 and isinstance(given[0], int):
        return [chr(given[0] & 0xFFFF if name == "chrw" else given[0] & 0xFF)]
    if name == "replace" and len(texts) >= 3 and texts[1] and len(texts[2]) <= 64:
        return [texts[0].replace(texts[1], texts[2])[:TEXT_CHARS]]
    if name in {"left", "right", "mid"} and len(given) > 1 and all(isinstance(each, int) for each in given[1:]):
        return [_cut(name, texts[0], [each for each in given[1:] if isinstance(each, int)])]
    if name in {"asc", "ascw"} and texts and texts[0]:
        return ord(texts[0][0])
    if name in {"clng", "cint"} and given and isinstance(given[0], int):
        return given[0]
    if name in SIMPLE and len(texts) == 1:
        return [SIMPLE[name](texts[0])]
    if name == "array" and len(given) > 7 and all(isinstance(each, int) for each in given):
        text = "".join(chr(each) for each in given if isinstance(each, int) and 0 < each < 0xD800)
        return [text] if PRINTABLE.match(text) else None
    return None


SIMPLE: dict[str, Callable[[str], str]] = {
    "strreverse": lambda text: text[::-1],
    "lcase": str.lower,
    "ucase": str.upper,
    "trim": str.strip,
    "cstr": str,
}


def _cut(name: str, text: str, places: list[int]) -> str:
    first = max(0, places[0])
    if name == "left":
        return text[:first]
    if name == "right":
        return text[-first:] if first else ""
    return text[first - 1 :][: places[1]] if first and len(places) > 1 and places[1] >= 0 else text[max(0, first - 1) :]


def decoded(text: str) -> list[str]:
    """What a constant says when it is read as hexadecimal, as base64, or backwards."""
    text = text.strip()
    found: list[str] = []
    if HEX.match(text):
        found.append(bytes.fromhex(text).decode("latin-1"))
    elif BASE64.match(text) and len(text) % 4 == 0:
        try:
            raw = base64.b64decode(text)
            found.append(raw.decode("utf-16-le" if raw[1:2] == b"\0" else "latin-1", "replace"))
        except binascii.Error:
            pass
    return [each for each in found if PRINTABLE.match(each)]
