r"""Small mails with the symbols that must and must not be found in them; many in one readable file, a file a detector.

A block: `=== title`, then lines `expect: SYMBOL, SYMBOL`, `refuse: SYMBOL`, `envelope: key=value`, `dns: NAME TYPE
VALUE` (`?` for no answer, `-` for no record of that type; of names that are not told nothing is there; without such a
line nobody answers), `listed: NAME KIND KIND` (what all block lists say of it; without such a line none answers),
`known: ...` (what earlier mail says of the sender, see `known.py`; without such a line nobody remembers), `campaign:
FIELD NUMBER` (of `Copies`; without such a line nobody counts), then `---`, then the raw mail up to the next `===`.
A leading backslash is dropped (`\=== not a title`). A line that begins
with `!` loses it and may hold Python escapes: `!Subject: \xe4\t\u200b` (\x a byte, \u a character in UTF-8).
A line `!b64 text` becomes the base64 of the text (escapes allowed), `!*30 text` thirty such lines. Lines end in CRLF.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from fyke.model import UNKNOWN, Dns, Envelope, Listed, Listing, Query, Records, Unknown
from fyke.model.campaign import Alike, Copies
from fyke.model.known import Acquaintance, Seen
from tests.cases.known import acquaintance

FOLDER = Path(__file__).parent
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([nrt0\\]))")
_PLAIN = {"n": b"\n", "r": b"\r", "t": b"\t", "0": b"\0", "\\": b"\\"}


class Case(Struct, frozen=True):
    """One small mail, and what detectors must and must not say of it."""

    file: str
    title: str
    expect: frozenset[str]
    refuse: frozenset[str]
    envelope: Envelope
    raw: bytes
    answers: dict[Dns, Records | Unknown] = {}
    listed: dict[str, tuple[str, ...]] = {}
    known: Acquaintance | None = None
    campaign: Copies | None = None

    def ask(self, queries: Sequence[Query[Any]]) -> dict[Query[Any], Any]:
        """What the DNS of the case says; nothing where it has none."""
        told: dict[Query[Any], Any] = {}
        if self.answers:
            told = {query: self.answers.get(query, Records(exists=False)) for query in queries if type(query) is Dns}
        for query in queries if self.listed else ():
            if isinstance(query, Listed):
                kinds = self.listed.get(query.host) or self.listed.get(query.name, ())
                told[query] = Listing(kinds, ("127.0.0.2",) if kinds else (), query.zone)
        if self.known is not None:
            told.update((query, self.known) for query in queries if isinstance(query, Seen))
        if self.campaign is not None:
            told.update((query, self.campaign) for query in queries if isinstance(query, Alike))
        return told

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def load(folder: Path = FOLDER) -> list[Case]:
    """The cases of all files, in order."""
    return [case for path in sorted(folder.glob("*.txt")) for case in read(path)]


def read(path: Path) -> list[Case]:
    """The cases of one file. Raises ValueError with file and line for what is no case."""
    lines = path.read_text(encoding="utf-8").split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith("===")]
    ends = [*starts[1:], len(lines)]
    return [_block(path, start, lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def _block(path: Path, start: int, lines: list[str]) -> Case:
    names: dict[str, set[str]] = {"expect": set(), "refuse": set()}
    envelope: dict[str, Any] = {}
    answers: dict[Dns, Records | Unknown] = {}
    listed: dict[str, tuple[str, ...]] = {}
    known: list[str] = []
    counts: dict[str, int] = {}
    if "---" not in lines:
        raise ValueError(f"{path.name}:{start + 1}: a case has no line ---")
    head = lines.index("---")
    for number, line in enumerate(lines[1:head], start + 2):
        key, colon, value = line.partition(":")
        if key in names and colon:
            names[key] |= {name.strip() for name in value.split(",") if name.strip()}
        elif key == "envelope" and "=" in value:
            envelope.update([_field(*value.strip().split("=", 1))])
        elif key == "listed" and value.split():
            listed[value.split()[0]] = tuple(value.split()[1:])
        elif key == "known" and value.split():
            known.append(value)
        elif key == "campaign" and len(value.split()) == 2:
            counts[value.split()[0]] = int(value.split()[1])
        elif key == "dns" and len(value.split()) > 2:
            name, kind, said = value.split(maxsplit=2)
            before = answers.get(Dns(name, kind), Records())
            values = (*getattr(before, "values", ()), *([] if said == "-" else [said]))
            answers[Dns(name, kind)] = UNKNOWN if said == "?" else Records(values)
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"{path.name}:{number}: nothing that a case says: {line!r}")
    body = lines[head + 1 :]
    while body and not body[-1]:
        body.pop()
    return Case(
        file=path.stem,
        title=lines[0].strip("= "),
        expect=frozenset(names["expect"]),
        refuse=frozenset(names["refuse"]),
        envelope=Envelope(**envelope),
        raw=b"".join(_line(line) + b"\r\n" for line in body),
        answers=answers,
        listed=listed,
        known=acquaintance(known) if known else None,
        campaign=Copies(campaign="c-0123456789", **counts) if counts else None,  # type: ignore[arg-type]
    )


def _field(key: str, value: str) -> tuple[str, Any]:
    """A field of the envelope from its text."""
    if key not in Envelope.__struct_fields__:
        raise ValueError(f"the envelope has no {key!r}")
    if key == "rcpt_to":
        return key, tuple(address.strip() for address in value.split(","))
    if key == "received_at":
        return key, datetime.fromisoformat(value)
    if key == "tls":
        return key, value == "yes"
    return key, value


def _line(line: str) -> bytes:
    if line.startswith("!*"):
        times, _, text = line[2:].partition(" ")
        return b"\r\n".join([_unescape(text)] * int(times))
    if line.startswith("!b64 "):
        return base64.b64encode(_unescape(line[5:]))
    if line.startswith("!"):
        return _unescape(line[1:])
    return line.removeprefix("\\").encode()


def _unescape(text: str) -> bytes:
    done, out = 0, bytearray()
    for match in _ESCAPE.finditer(text):
        out += text[done : match.start()].encode()
        byte, short, long, plain = match.groups()
        out += bytes.fromhex(byte) if byte else _PLAIN[plain] if plain else chr(int(short or long, 16)).encode()
        done = match.end()
    return bytes(out + text[done:].encode())
