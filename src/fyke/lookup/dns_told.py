r"""Answers that a file tells, and nobody else: for tests, and to judge a mail again as it was judged then.

A line is `name type ttl value`, as zone files have it; `;` and `#` begin a comment. A value of TXT may stand in quotes,
with \" \\ and \DDD (a byte) within. Instead of a value may stand NODATA (no such record), UNKNOWN, or NXDOMAIN (no such
name; the type may then be *). A name with a SOA is a zone that the file tells whole: what it does not name below is
NXDOMAIN. Whatever else is not told is unknown. `told` writes such lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from msgspec import Struct

from fyke.model import Fault
from fyke.model.query import Dns, Records
from fyke.wire.dns import TYPES

NONE_TTL_S = 300  # of what a zone does not name
_LINE = re.compile(r"(\S+)\s+(\S+)\s+(\d{1,10})\s+(\S.*)")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
_ESCAPE = re.compile(r"\\(\d{3}|.)")


class ToldError(Exception):
    """A line that is none, with its number."""


class Quiet(Struct, frozen=True):
    """What one mail asked of a file: nothing of it need be told."""

    faults: tuple[Fault, ...] = ()


class Told:
    """An answerer like `fyke.lookup.dns.Resolver`, without a network."""

    def __init__(self, path: Path) -> None:
        """Raises `OSError`, `ToldError`."""
        self._records: dict[tuple[str, str], Records] = {}
        self._gone: dict[str, int] = {}  # names that do not exist, and for how long
        self._names: set[str] = set()  # and all that they are below
        self._zones: set[str] = set()
        self._unknown: set[tuple[str, str]] = set()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if (text := line.strip()) and text[0] not in ";#":
                try:
                    self._take(text)
                except ValueError as error:
                    raise ToldError(f"{path}:{number}: {error}") from None

    def answer(self, questions: Iterable[Dns]) -> Mapping[Dns, Records]:
        """What the file says; a question that is not among the answers is unknown."""
        said = {question: self._of(question.name, question.type) for question in questions}
        return {question: records for question, records in said.items() if records is not None}

    def mail(self) -> AbstractContextManager[Quiet]:
        """As a resolver has it; a file has no deadline and no limit."""
        return nullcontext(Quiet())

    async def ask(self, questions: Iterable[Dns]) -> Mapping[Dns, Records]:
        """The same for a caller with an event loop."""
        return self.answer(questions)

    def _of(self, name: str, kind: str) -> Records | None:
        if (name, kind) in self._unknown:
            return None
        if (name, kind) in self._records:
            return self._records[name, kind]
        alias = self._records.get((name, "CNAME"))
        for _ in range(8):
            if alias is None or not alias.values:
                break
            if found := self._records.get((alias.values[0], kind)):
                return found
            alias = self._records.get((alias.values[0], "CNAME"))
        if name in self._gone:
            return Records(exists=False, ttl_s=self._gone[name])
        if any(above in self._zones for above in _above(name)):
            return Records(exists=name in self._names, ttl_s=NONE_TTL_S)
        return None

    def _take(self, line: str) -> None:
        """Raises `ValueError`."""
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise ValueError("is not: name type ttl value")
        name, kind, ttl_s = parts[1].lower().rstrip("."), parts[2].upper(), int(parts[3])
        if kind not in TYPES and (kind, parts[4]) != ("*", "NXDOMAIN"):
            raise ValueError(f"no type {kind}")
        if parts[4] == "NXDOMAIN":
            self._gone[name] = ttl_s
            return
        if parts[4] == "UNKNOWN":
            self._unknown.add((name, kind))
            return
        before = self._records.get((name, kind), Records())
        values = () if parts[4] == "NODATA" else (*before.values, _value(kind, parts[4]))
        least = min(ttl_s, before.ttl_s) if before.values else ttl_s
        self._records[name, kind] = Records(values, ttl_s=least)
        self._names.update(_above(name))
        if kind == "SOA":
            self._zones.add(name)


def told(answers: Mapping[Dns, Records | None]) -> str:
    """Answers as lines of such a file; None is unknown."""
    lines: dict[str, None] = {}
    for question, records in answers.items():
        name, kind = question.name or ".", question.type
        if records is None:
            values = ["UNKNOWN"]
        elif records.values:
            values = [_written(value) if kind == "TXT" else value for value in records.values]
        else:
            values = ["NODATA" if records.exists else "NXDOMAIN"]
        lines |= dict.fromkeys(f"{name} {kind} {records.ttl_s if records else 0} {value}" for value in values)
    return "".join(f"{line}\n" for line in lines)


def _above(name: str) -> Iterable[str]:
    """The name, all that it is below, and the root."""
    yield name
    while name:
        name = name.partition(".")[2]
        yield name


def _value(kind: str, text: str) -> str:
    if kind == "TXT":
        return _string(text)
    if kind in ("A", "AAAA"):
        return text
    return " ".join(word if word == "." else word.rstrip(".") for word in text.lower().split())


def _string(text: str) -> str:
    if not text.startswith('"'):
        return text
    strings, at = [], 0
    while at < len(text):
        part = _STRING.match(text, at)
        if part is None:
            raise ValueError("a string that does not end")
        strings.append(_ESCAPE.sub(_unescaped, part[1]))
        at = part.end()
    return "".join(strings)


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1]) & 0xFF) if len(escape[1]) == 3 else escape[1]


def _written(text: str) -> str:
    return '"' + "".join(_safe(character) for character in text) + '"'


def _safe(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if " " <= character <= "~" else f"\\{ord(character) & 0xFF:03}"
