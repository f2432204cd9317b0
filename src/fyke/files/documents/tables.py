"""Tables as text: CSV and SYLK. A cell that begins as a formula is one, and Excel and Calc work it out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fyke.files.base import Content, Item, Said, Scanner, Unpacker
from fyke.files.budget import MIB, Meter
from fyke.files.documents import xlm
from fyke.files.documents.dde import said_of_formula
from fyke.files.documents.office_symbols import DDE_RUNS, QUERY
from fyke.model import Finding, Lead

TABLE_BYTES = 8 * MIB
CELLS = 500  # that begin as formulas and are told of
MARKS = 20_000  # of an exchange that are looked at
# A cell at the start of a line or behind a delimiter: =, +, - or @, and the program's name up to the mark.
BEFORE = re.compile(r"(?:^|[,;\t\"' \n])[=+@-][^\n|]{0,160}\Z")
AFTER = re.compile(r"\|[^\n!]{0,600}!")
FETCH = re.compile(
    r"[=+@-]\s{0,5}(?:IMPORT(?:XML|FEED|HTML|RANGE|DATA)|WEBSERVICE|HYPERLINK)\s{0,5}\([^\n]{0,20}?(https?://[^\s\"',;)]{4,2000})",
    re.IGNORECASE,
)


class Table(Scanner):
    """Does a cell of a table run a program or fetch something?"""

    name = "table"
    kinds = frozenset({"csv", "slk", "text"})
    symbols = (DDE_RUNS, QUERY)

    def look(self, file: Content) -> Iterable[Said]:
        """Text is looked at only under the name of a table."""
        if file.kind == "text" and not file.name.lower().endswith((".csv", ".tsv", ".slk", ".iqy", ".xls", ".txt")):
            return
        text = file.data[:TABLE_BYTES].decode("utf-16" if file.data[:2] == b"\xff\xfe" else "utf-8", "replace")
        if "|" in text:
            yield from _exchanges(text)
        for match, _ in zip(FETCH.finditer(text), range(CELLS), strict=False):
            yield Lead(match[1], "office")
            yield Finding(QUERY, match[0][:200])


def _exchanges(text: str) -> Iterator[Said]:
    """Each mark of an exchange with a formula's first character before it and an exclamation mark after it."""
    at = -1
    for _ in range(MARKS):
        at = text.find("|", at + 1)
        if at < 0:
            return
        before = BEFORE.search(text[max(0, at - 161) : at])
        after = AFTER.match(text, at)
        if before and after:
            said = said_of_formula(before[0].lstrip(",;\t\"' \n") + after[0])
            yield from (each for each in said if isinstance(each, Finding) and each.symbol is DDE_RUNS)


class Sylk(Unpacker):
    """What do the macros of a SYLK sheet do?"""

    name = "sylk"
    kinds = frozenset({"slk"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Records by their first field: O;E allows macros, NN names cells, C holds them."""
        lines: list[str] = []
        is_macro = False
        for raw in file.data[:TABLE_BYTES].decode("latin-1").splitlines():
            if raw.startswith("O;") and "E" in raw[2:].split(";"):
                is_macro = True
                lines.append(f"{xlm.SHEET}SYLK")
            elif raw.startswith("NN;"):
                lines.append(f"{xlm.NAME}{_field(raw, 'N')} = {_field(raw, 'E')}")
            elif raw.startswith(("C;", "F;")) and len(lines) < xlm.FORMULAS and (formula := _field(raw, "E")):
                lines.append(f"{xlm.CELL}R{_field(raw, 'Y')}C{_field(raw, 'X')} ={formula}")
        if is_macro:
            yield from xlm.member(lines, meter)


def _field(raw: str, letter: str) -> str:
    """A field of a record; two semicolons are one of the value."""
    for piece in raw.replace(";;", "\0").split(";")[1:]:
        if piece.startswith(letter):
            return piece[1:].replace("\0", ";")
    return ""
