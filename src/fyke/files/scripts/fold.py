"""A script with what it spells in pieces put together: what a person would read who undoes the tricks by hand.

Not an interpreter: passes over the text, each linear, as often as they change something, at most `ROUNDS` times.
"""

from __future__ import annotations

import re

from fyke.files.scripts.literals import fold, joined, split

FOLDED_CHARS = 1 << 18  # of one script: what is longer carries data, and its first part does the deeds
ROUNDS = 6
GROWTH = 2  # times the script, where names are put in for
NAMES = 2_000  # of constants
VALUE_CHARS = 20_000  # of a constant that is put in for its name

# A class and no list of numbers: two ways to read one number would be tried one after the other, without end.
_CODES = re.compile(r"(?:String\.)?fromCharCode\(([0-9a-fx\s,]{1,100000})\)", re.IGNORECASE)
_CHR = re.compile(
    r"\bChrW?\$?\(\s{0,3}(&H[0-9a-f]{1,4}&?|\d{1,5})\s{0,3}(?:([-+*^]|xor)\s{0,3}(\d{1,5})\s{0,3})?\)", re.IGNORECASE
)
_PS_CHAR = re.compile(r"\[char\]\s{0,3}\(?\s{0,3}(0x[0-9a-f]{1,4}|\d{1,5})\s{0,3}\)?", re.IGNORECASE)
_PS_CHARS = re.compile(
    r"\[char\[\]\]\s{0,3}\(?([0-9a-fx\s,]{3,100000})\)?(?:\s{0,3}-join\s{0,3}(?:''|\"\"))?", re.IGNORECASE
)
_NUMBER = re.compile(r"0x[0-9a-fA-F]+|\d+")
_BACKTICK = re.compile(r"(?<=[\w$-])`(?=[\w-])|`(?=[a-zA-Z]`)|(?<=[\s&(\"'.])`(?=[a-zA-Z])")
_CARET = re.compile(r"\^(?=[^\n\r^])|\^\^")
_SET = re.compile(r"\bset\s{1,4}\"?([^=\s\"&|<>%]{1,60})=([^\r\n\"&|]{0,1000})", re.IGNORECASE)
_PERCENT = re.compile(
    r"%([^%\r\n\s:=]{1,60})(?::(?:~(-?\d{1,4})(?:,(-?\d{1,4}))?|([^%\r\n=]{1,20})=([^%\r\n]{0,20})))?%"
)
_ASSIGNED = re.compile(
    r"(?:^|[;{}\s:(])(?:(?:var|let|const|dim|set)\s{1,3})?(\$?\{?[A-Za-z_][\w:]{0,60}\}?)\s{0,4}\+?=\s{0,4}\Z",
    re.IGNORECASE,
)
_NAME = re.compile(r"\$?\{?[A-Za-z_][\w:]{0,60}\}?")
_ENDS = re.compile(r"\s{0,4}(?:;|\r|\n|:|,|$|\})")
_KNOWN = {
    "comspec": "C:\\Windows\\system32\\cmd.exe", "systemroot": "C:\\Windows", "windir": "C:\\Windows",
    "public": "C:\\Users\\Public", "programfiles": "C:\\Program Files", "programdata": "C:\\ProgramData",
    "systemdrive": "C:", "pathext": ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC", "os": "Windows_NT",
    "commonprogramfiles": "C:\\Program Files\\Common Files", "processor_architecture": "AMD64",
}  # fmt: skip
_KEPT = frozenset("appdata localappdata temp tmp userprofile username computername path cd date time random errorlevel "
                  "homepath homedrive allusersprofile userdomain number_of_processors".split())  # fmt: skip


def folded(text: str, kind: str) -> str:
    """The script put together, as far as its language is known."""
    text = text[:FOLDED_CHARS]
    if kind == "batch":
        return _batch(text)
    language = "powershell" if kind == "powershell" else "vbs" if kind == "vbs" else "js"
    limit = GROWTH * len(text) + 65_536
    for _ in range(ROUNDS):
        before = text
        text = _characters(text, language)
        pieces = fold(split(text, language))
        text = joined(_named(pieces, limit))[:limit]
        if text == before:
            break
    return text


def _characters(text: str, language: str) -> str:
    """Calls that make characters out of numbers, made literals."""
    if language == "powershell":
        text = _BACKTICK.sub("", text)
        text = _PS_CHARS.sub(lambda found: f'"{_spelled(found[1])}"', text)
        return _PS_CHAR.sub(lambda found: f'"{_spelled(found[1])}"', text)
    if language == "vbs":
        return _CHR.sub(_chr, re.sub(r"[ \t]_\r?\n", " ", text))
    return _CODES.sub(lambda found: f'"{_spelled(found[1])}"', text)


def _spelled(numbers: str) -> str:
    """Characters of numbers, without those that would end a literal."""
    codes = (int(number, 0) if number[:2] in {"0x", "0X"} else int(number) for number in _NUMBER.findall(numbers))
    return "".join(chr(code) for code in codes if code < 0xD800 and code not in {34, 92, 10, 13})


def _chr(found: re.Match[str]) -> str:
    first = found[1].strip("&")
    code = int(first[1:], 16) if first[0] in "Hh" else int(first)
    if found[2]:
        second = int(found[3])
        code = {"-": code - second, "+": code + second, "*": code * second}.get(found[2], code ^ second)
    if code == 34:
        return '""""'
    return f'"{chr(code)}"' if 0 < code < 0xD800 and code not in {10, 13} else '" "'


def _named(pieces: list[str], limit: int) -> list[str]:
    """Constants put in for their names, where these stand in a sum or a call."""
    constants = _constants(pieces)
    if not constants:
        return pieces
    left = limit - sum(map(len, pieces))

    def put(found: re.Match[str]) -> str:
        nonlocal left
        value = constants.get(found[0].lower())
        if value is None or len(value) > left or '"' in value or "\n" in value:
            return found[0]
        code, start, end = found.string, found.start(), found.end()
        follows, leads = code[end : end + 3].lstrip(" \t")[:1], code[max(0, start - 3) : start].rstrip(" \t")[-1:]
        in_sum = (not follows or follows in "+&).,") or (leads and leads in "+&(,")
        if follows == "=" or not in_sum:
            return found[0]
        left -= len(value)
        return f'"{value}"'

    out = list(pieces)
    for at in range(0, len(pieces), 2):
        if left > 0:
            out[at] = _NAME.sub(put, pieces[at])
    return out


def _constants(pieces: list[str]) -> dict[str, str]:
    """Names that are given a literal, once."""
    constants: dict[str, str] = {}
    twice: set[str] = set()
    for at in range(1, len(pieces) - 1, 2):
        code = pieces[at - 1]
        if "=" not in code[-5:]:
            continue
        if (found := _ASSIGNED.search(code[-90:])) and _ENDS.match(pieces[at + 1]):
            name = found[1].lower()
            if name in constants:
                twice.add(name)
            elif len(constants) < NAMES and len(pieces[at]) <= VALUE_CHARS:
                constants[name] = pieces[at]
    return {name: value for name, value in constants.items() if name not in twice}


def _batch(text: str) -> str:
    """A batch file without its carets, its variables put in."""
    text = _CARET.sub(lambda found: "^" if found[0] == "^^" else "", text)
    variables: dict[str, str] = {}
    out: list[str] = []
    left = GROWTH * len(text) + 65_536

    def put(found: re.Match[str]) -> str:
        name = found[1].lower()
        value = variables.get(name, _KNOWN.get(name))
        if value is None:
            return found[0] if name in _KEPT or name[0] in "~*0123456789" or not found[1].isprintable() else ""
        if found[2] is not None:
            start, size = int(found[2]), int(found[3]) if found[3] is not None else None
            value = value[start:] if start else value
            return value if size is None else value[:size]
        return value.replace(found[4], found[5]) if found[4] else value

    for line in text.splitlines():
        for _ in range(2):  # a value may hold the name of another
            line = _PERCENT.sub(put, line)[: max(0, left)]  # noqa: PLW2901
            if "%" not in line:
                break
        for name, value in _SET.findall(line):
            if len(variables) < NAMES:
                variables[name.strip().lower()] = value
        left -= len(line)
        out.append(line)
    return "\n".join(out)
