"""Constant texts in a script: taken apart from the code around them, joined, turned round, decoded. Linear passes.

One text is a list of pieces that take turns: code, literal, code, literal, ..., code.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote

LITERAL_CHARS = 1 << 19
FOLDS = 20_000  # of one pass

# A literal ends with its quote or its line, so that the search never goes back over what it has seen.
_QUOTED = {
    "js": re.compile(
        r"\"([^\"\\\n]*(?:\\[^\n][^\"\\\n]*)*)(?:\"|\\?(?=\n|\Z))|'([^'\\\n]*(?:\\[^\n][^'\\\n]*)*)(?:'|\\?(?=\n|\Z))"
    ),
    "vbs": re.compile(r"\"([^\"\n]*(?:\"\"[^\"\n]*)*)(?:\"|(?=\n|\Z))()"),
    "powershell": re.compile(r"\"((?:[^\"\n`]|`[^\n]|\"\")*)(?:\"|`?(?=\n|\Z))|'((?:[^'\n]|'')*)(?:'|(?=\n|\Z))"),
}
_JS_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{1,3})|([^\n]))")
_JS_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "b": "", "v": "", "f": ""}
_PLUS = re.compile(r"[\s_]*[+&][\s_]*\Z")
_PERCENT_U = re.compile(r"%u([0-9a-fA-F]{4})")


def split(text: str, language: str) -> list[str]:
    """Code and literals by turns, literals without quotes and escapes."""
    pieces: list[str] = []
    at = 0
    for found in _QUOTED[language].finditer(text):
        pieces.append(text[at : found.start()])
        double, single = found[1], found[2]
        if language == "js":
            pieces.append(_JS_ESCAPE.sub(_unescaped, double if double is not None else single))
        elif language == "vbs":
            pieces.append(double.replace('""', '"'))
        else:
            pieces.append((double or "").replace('""', '"') if double is not None else single.replace("''", "'"))
        at = found.end()
    pieces.append(text[at:])
    return pieces


def _unescaped(found: re.Match[str]) -> str:
    wide, octal, plain = found[1] or found[2], found[3], found[4]
    if wide:
        return chr(int(wide, 16))
    if octal:
        return chr(int(octal, 8) & 255)
    return _JS_SIMPLE.get(plain, plain)


def joined(pieces: list[str]) -> str:
    """The text again; quotes are not escaped, for nothing runs it."""
    out: list[str] = []
    for at, piece in enumerate(pieces):
        out.append(f'"{piece}"' if at & 1 else piece)
    return "".join(out)


def fold(pieces: list[str]) -> list[str]:
    """One pass: literals put together by + or &, and what stands around one applied to it."""
    out = [pieces[0]] if pieces else [""]
    held: list[str] = []  # the literals that make the last one, as long as more may follow
    for at in range(1, len(pieces) - 1, 2):
        literal, code = pieces[at], pieces[at + 1]
        if held and _PLUS.match(out[-1]):
            held.append(literal)
            out[-1] = code
            continue
        if held:
            out.insert(len(out) - 1, "".join(held))
        held = [literal]
        out.append(code)
    if held:
        out.insert(len(out) - 1, "".join(held))
    return _applied(out)


_BEFORE = re.compile(
    r"(?:\b(atob|unescape|decodeuri(?:component)?|strreverse|reverse|lcase|ucase|cstr|eval|execute|executeglobal)\s{0,3})?"
    r"\(\s{0,3}\Z",
    re.IGNORECASE,
)
_OPENS = ("(", "( ", "(\n")
_CLOSED = re.compile(r"\s{0,3}\)")
_REVERSED = re.compile(r"\)?\.reverse\(\)\.join\(\s?\Z")
_SPLIT = re.compile(r"\.split\(\s?\Z", re.IGNORECASE)
_JOIN = re.compile(r"\)\.join\(\s?\Z", re.IGNORECASE)
_REPLACE = re.compile(r"\s?\.replace(?:all)?\(\s?\Z|\s?-c?i?replace\s?\(?\s?\Z", re.IGNORECASE)
_PATTERN = re.compile(r"\s?\.replace\(\s?/([^/\\\n]{1,40})/g?i?\s?,\s?\Z", re.IGNORECASE)
_COMMA = re.compile(r"\s{0,3},\s{0,3}\Z")
_VB_REPLACE = re.compile(r"\breplace\s?\(\s?\Z", re.IGNORECASE)
_FORMAT = re.compile(r"\s{0,3}\)?\s{0,3}-f\s{0,3}\(?\s?\Z", re.IGNORECASE)
_HOLE = re.compile(r"\{(\d{1,2})\}")


_FOLLOWS = frozenset("). \t,-")  # what code begins with that does something to the literal before it


def _applied(pieces: list[str]) -> list[str]:
    """Functions of which all arguments are literals, worked out."""
    out = [pieces[0]]
    at, last = 1, len(pieces) - 1
    while at < last:
        value, used, code = _one(pieces, at, out[-1])
        if used:
            out[-1] = code
            out.append(value)
            follow = pieces[at + used]
            out.append(follow)
        else:
            out += [pieces[at], pieces[at + 1]]
            used = 1
        at += used + 1
    return out


def _one(pieces: list[str], at: int, before: str) -> tuple[str, int, str]:
    """What the literal at a place becomes, how many pieces that takes (0: nothing), and the code before it."""
    literal, after = pieces[at], pieces[at + 1]
    if after[:1] not in _FOLLOWS:
        return "", 0, before
    second = pieces[at + 2] if at + 3 < len(pieces) else None
    if second is not None:
        third = pieces[at + 4] if at + 5 < len(pieces) else None
        if _SPLIT.match(after) and not second and _REVERSED.match(pieces[at + 3]) and third == "":
            pieces[at + 5] = _CLOSED.sub("", pieces[at + 5], count=1)
            return literal[::-1], 5, before
        if _SPLIT.match(after) and third is not None and second and _JOIN.match(pieces[at + 3]):
            pieces[at + 5] = _CLOSED.sub("", pieces[at + 5], count=1)
            return _replaced(literal, second, third), 5, before
        if _REPLACE.match(after) and third is not None and second and _COMMA.match(pieces[at + 3]):
            pieces[at + 5] = _CLOSED.sub("", pieces[at + 5], count=1)
            return _replaced(literal, second, third), 5, before
        if _VB_REPLACE.search(before[-12:]) and _COMMA.match(after) and third is not None and second:
            pieces[at + 5] = _CLOSED.sub("", pieces[at + 5], count=1)
            return _replaced(literal, second, third), 5, _VB_REPLACE.sub("", before)
        if (pattern := _PATTERN.match(after)) and pattern[1].isalnum():
            pieces[at + 3] = _CLOSED.sub("", pieces[at + 3], count=1)
            return _replaced(literal, pattern[1], second), 3, before
        if _FORMAT.match(after) and "{" in literal:
            return _formatted(pieces, at, before)
    return _called(pieces, at, before)


def _called(pieces: list[str], at: int, before: str) -> tuple[str, int, str]:
    """A function of one literal, or a literal in brackets of its own."""
    if not before.endswith(_OPENS) or not _CLOSED.match(pieces[at + 1]):
        return "", 0, before
    found = _BEFORE.search(before[-40:])
    if not found:
        return "", 0, before
    name, value = (found[1] or "").lower(), pieces[at]
    start = len(before) - len(found[0])
    if name in {"eval", "execute", "executeglobal"}:
        return "", 0, before
    if not name and start > 0 and (before[start - 1].isalnum() or before[start - 1] in "_.$])"):
        return "", 0, before
    if name == "atob":
        value = _text(value)
    elif name.startswith(("unescape", "decodeuri")):
        value = unquote(_PERCENT_U.sub(lambda one: chr(int(one[1], 16)), value), errors="replace")
    elif name in {"strreverse", "reverse"}:
        value = value[::-1]
    if not value and pieces[at]:
        return "", 0, before
    pieces[at + 1] = _CLOSED.sub("", pieces[at + 1], count=1)
    return value, 1, before[:start]


def _formatted(pieces: list[str], at: int, before: str) -> tuple[str, int, str]:
    """PowerShell's format operator: "{1}{0}" -f "b", "a"."""
    values = [pieces[at + 2]]
    used = 3
    while at + used + 2 < len(pieces) and _COMMA.match(pieces[at + used]) and len(values) < 100:
        values.append(pieces[at + used + 1])
        used += 2
    filled = _HOLE.sub(lambda hole: values[int(hole[1])] if int(hole[1]) < len(values) else "", pieces[at][:4_000])
    return filled[:LITERAL_CHARS], used, before


def _replaced(literal: str, what: str, by: str) -> str:
    """Bounded, for a long word put in for each letter grows without end."""
    if len(by) > len(what) and literal.count(what) * len(by) > LITERAL_CHARS:
        return literal
    return literal.replace(what, by)


def _text(encoded: str) -> str:
    """Base64 that is text, or nothing."""
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.decode("latin-1")
