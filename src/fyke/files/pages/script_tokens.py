"""JavaScript as tokens, as far as constants need it (ECMA-262, 12). One pass, whatever the source; never raises.

Long lists of numbers come as one token: files are often written so, and a token a number would be slow.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TOKENS = 150_000  # of one source: 0.2 s; a page with more is a program, and its constants come early or late

# Every alternative takes what it has seen, closed or not, and gives nothing back: the pass is linear.
_TOKEN = re.compile(
    r"""[\s;]++|//[^\n]*+|(?P<comment>/\*)
    |(?P<string>"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?|`[^`\\]*+(?:\\.[^`\\]*+)*+`?)
    |(?P<numbers>[\[(](?=[\s\dxXa-fA-F,-]{24})[\s\dxXa-fA-F,-]*+[\])])
    |(?P<number>0[xX][0-9a-fA-F]{1,16}|\d{1,20}(?:\.\d{0,20})?)
    |(?P<name>[A-Za-z_$][\w$]{0,200})
    |(?P<sign>\+=|===?|!==?|=>|\+\+|&&|\|\||.)""",
    re.DOTALL | re.VERBOSE,
)
_PATTERN = re.compile(r"/[^/\\\n]{1,500}+(?:\\.[^/\\\n]{0,500}+){0,50}+/[dgimsuvy]{0,8}")
_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|([0-7]{1,3})|(\r\n|.))", re.DOTALL
)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "\n": "", "\r\n": ""}
_OPERAND_AFTER = frozenset("(,=:[!&|?{};+-*%<>~^") | {"==", "===", "!=", "!==", "=>", "&&", "||", "+=", "return"}


class Token(NamedTuple):
    """One token; the text of a string is what it means, of a list of numbers what stands in it."""

    kind: str  # "string", "numbers", "number", "name", "sign", "pattern"
    text: str


def tokens(source: str) -> list[Token]:
    """The tokens of a source, at most `TOKENS`."""
    found: list[Token] = []
    at, size, match = 0, len(source), _TOKEN.match
    before = ""
    while at < size and len(found) < TOKENS:
        got = match(source, at)
        if got is None:
            break
        kind, text, at = got.lastgroup, got[0], got.end()
        if kind is None:
            continue
        if kind == "comment":
            at = source.find("*/", at) + 2
            if at < 2:
                break
            continue
        if text == "/" and (not found or before in _OPERAND_AFTER) and (pattern := _PATTERN.match(source, got.start())):
            kind, text, at = "pattern", pattern[0], pattern.end()
        found.append(Token(kind, meaning(text) if kind == "string" else text))
        before = text if kind in {"sign", "name"} else kind
    return found


def meaning(literal: str) -> str:
    """What a string literal says."""
    body = literal[1:-1] if len(literal) > 1 and literal[-1] == literal[0] else literal[1:]
    return _ESCAPE.sub(_escaped, body) if "\\" in body else body


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        point = int(code, 16)
        return chr(point) if point < 0x110000 else ""
    if match[4]:
        return chr(int(match[4], 8))
    return _PLAIN.get(match[5], match[5])
