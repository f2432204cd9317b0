"""Workbooks of Excel 5 to 2003 ([MS-XLS], BIFF 5 and 8): macro sheets as text, names that start them, links, DDE."""

from __future__ import annotations

import re
from collections.abc import Iterator
from struct import unpack_from

from fyke.files.base import Content, Item, Unpacker
from fyke.files.budget import Meter
from fyke.files.documents import xlm
from fyke.files.documents.compound import MAGIC, Compound
from fyke.files.documents.dde import of_service
from fyke.files.documents.formulas import MACRO_ONLY, place, short_text, text_of
from fyke.files.documents.office_symbols import DDE, DDE_AUTO, DDE_RUNS, REMOTE
from fyke.model import Finding, Lead

RECORDS = 2_000_000  # walked over: the largest sheets have some hundred thousand
SHEETS = 500
NAMES = 5_000
LINKS = 200
BOF, EOF, BOUNDSHEET, NAME, FORMULA, SUPBOOK, EXTERNSHEET, HLINK, FILEPASS = (
    0x809, 0x0A, 0x85, 0x18, 0x06, 0x1AE, 0x17, 0x1B8, 0x2F,
)  # fmt: skip
STATES = ("visible", "hidden", "very hidden")
AUTOS = {1: "Auto_Open", 2: "Auto_Close", 10: "Auto_Activate", 11: "Auto_Deactivate"}  # [MS-XLS] 2.5.114
WIDE_URL = re.compile(rb"(?:h\0t\0t\0p\0s?\0?|f\0t\0p\0):\0(?:[!-~]\0){4,2000}")


class Xls(Unpacker):
    """What do the macros and links of an old workbook do?"""

    name = "xls"
    kinds = frozenset({"xls", "ole"})
    symbols = (DDE, DDE_AUTO, DDE_RUNS, REMOTE)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Each workbook stream, be it that of the file or of an object in it."""
        if not file.data.startswith(MAGIC):
            return
        compound = Compound(file.data)
        for entry in compound.streams():
            if entry.name.lower() in {"workbook", "book"}:
                yield from Workbook(compound.read(entry), meter).items()


class Workbook:
    """One walk over the records of a workbook."""

    def __init__(self, data: bytes, meter: Meter) -> None:
        self.data, self.meter = data, meter
        self.biff = 8
        self.lines: list[str] = []
        self.names: list[str] = []
        self.sheets: dict[int, str] = {}  # place of the first record to what is known of it
        self.macros: set[int] = set()
        self.is_macro = False
        self.formulas = 0
        self.is_locked = False

    def items(self) -> Iterator[Item]:
        """What the records say; a workbook that is encrypted says nothing, and is opened elsewhere."""
        data, at, links = self.data, 0, 0
        unpack = unpack_from
        for count in range(RECORDS):
            if at + 4 > len(data):
                break
            kind, size = unpack("<HH", data, at)
            if kind in WANTED:
                body = data[at + 4 : at + 4 + size]
                if kind == FILEPASS:
                    return
                if kind in {SUPBOOK, EXTERNSHEET, HLINK}:
                    links += 1
                    if links < LINKS:
                        yield from _link(kind, body, self.biff)
                else:
                    self._record(kind, body, at)
            at += 4 + size
            if not count & 0xFFF and self.meter.is_over_time:
                self.meter.cut("time", "records of a workbook")
                break
        if self.macros or any(any(word in line for word in MACRO_ONLY) for line in self.lines):
            yield from xlm.member(self.lines, self.meter)

    def _record(self, kind: int, body: bytes, at: int) -> None:
        if kind == BOF and len(body) >= 4:
            version, sort = unpack_from("<HH", body)
            self.biff = 8 if version == 0x600 else 5
            self.is_macro = sort == 0x40
            if self.is_macro:
                self.macros.add(at)
                self.lines.append(f"{xlm.SHEET}{self.sheets.get(at, 'macro sheet')}")
        elif kind == BOUNDSHEET and len(body) >= 8 and len(self.sheets) < SHEETS:
            first, state, sort = unpack_from("<IBB", body)
            name = short_text(body, 6, self.biff)[0]
            self.sheets[first] = f"{name} {STATES[min(state & 3, 2)]}"
            if sort == 1:
                self.macros.add(first)
        elif kind == NAME:
            self._name(body)
        elif kind == FORMULA and len(body) > 22 and self.formulas < xlm.FORMULAS:
            self.formulas += 1
            row, column = unpack_from("<HH", body)
            text = text_of(body[22 : 22 + unpack_from("<H", body, 20)[0]], self.biff, self.names)
            if self.is_macro or any(word in text for word in MACRO_ONLY):
                self.lines.append(f"{xlm.CELL}{place(row, column)} ={text}")

    def _name(self, body: bytes) -> None:
        """2.4.150: a name that is built in is one character, a number."""
        if len(body) < 15 or len(self.names) >= NAMES:
            return
        flags, _, count, size = unpack_from("<HBBH", body)
        start = 14 + (self.biff == 8)
        is_wide = self.biff == 8 and bool(body[14] & 1)
        raw = body[start : start + count * (2 if is_wide else 1)]
        name = raw.decode("utf-16-le" if is_wide else "latin-1", "replace")
        if flags & 0x20 and name:
            name = AUTOS.get(ord(name[0]), f"built-in {ord(name[0])}")
        self.names.append(name)
        if xlm.AUTO_NAMES.match(name):
            formula = body[start + len(raw) : start + len(raw) + size]
            self.lines.append(f"{xlm.NAME}{name} = {text_of(formula, self.biff, self.names)}")


WANTED = frozenset({BOF, BOUNDSHEET, NAME, FORMULA, SUPBOOK, EXTERNSHEET, HLINK, FILEPASS})


def _link(kind: int, body: bytes, biff: int) -> Iterator[Item]:
    """Links out: an exchange with a program (2.5.277: service, 3, topic), a workbook elsewhere, a hyperlink."""
    if kind == HLINK:
        if match := WIDE_URL.search(body[:8_192]):
            yield Lead(match[0].decode("utf-16-le", "replace"), "office")
        return
    if kind == SUPBOOK and len(body) > 5:
        count, is_wide = unpack_from("<H", body, 2)[0], body[4] & 1
        text = body[5 : 5 + count * (1 + is_wide)].decode("utf-16-le" if is_wide else "latin-1", "replace")
    elif kind == EXTERNSHEET and biff == 5 and body:
        text = body[1 : 1 + body[0] + 1].decode("latin-1")
    else:
        return
    if "\3" in text[1:]:
        service, _, topic = text.partition("\3")
        yield of_service(f"{service} {topic}", f"{service}|{topic}")
    elif "http" in text.lower() or "\\\\" in text:
        shown = "".join(letter for letter in text if letter.isprintable())
        yield Finding(REMOTE, shown[:200])
