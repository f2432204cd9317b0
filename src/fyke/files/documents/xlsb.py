"""Parts of binary workbooks ([MS-XLSB], BIFF 12): macro sheets as text, names that start them, DDE."""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

from fyke.files.base import Content, Item, Unpacker
from fyke.files.budget import Meter
from fyke.files.documents import xlm
from fyke.files.documents.dde import of_service
from fyke.files.documents.formulas import MACRO_ONLY, place, text_of
from fyke.files.documents.office_symbols import DDE, DDE_AUTO, DDE_RUNS
from fyke.model import Finding

RECORDS = 1_000_000
ROW, NAME, SHEET, SUPBOOK = 0, 39, 156, 360  # BrtRowHdr, BrtName, BrtBundleSh, BrtBeginSupBook
VALUE_BYTES = {9: 8, 10: 1, 11: 1}  # BrtFmlaNum, BrtFmlaBool, BrtFmlaError
STRING = 8  # BrtFmlaString
WANTED = frozenset({ROW, NAME, SHEET, SUPBOOK, STRING, *VALUE_BYTES})


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """2.1.4: type in one or two bytes, size in one to four, seven bits each."""
    at, end = 0, len(data)
    for _ in range(RECORDS):
        if at + 2 > end:
            return
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end and shift < 28:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[at : at + size] if kind in WANTED else b""
        at += size


class Xlsb(Unpacker):
    """What do the macros and links of a binary workbook do?"""

    name = "xlsb"
    kinds = frozenset({"data", "text"})
    symbols = (DDE, DDE_AUTO, DDE_RUNS, xlm.XLM_AUTO, xlm.XLM_HIDDEN)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """A part of a workbook whose name ends as binary parts do."""
        if not file.within or file.within[-1] != "xlsx" or not file.name.lower().endswith(".bin"):
            return
        lines: list[str] = []
        row = 0
        for count, (kind, body) in enumerate(records(file.data)):
            if kind == ROW and len(body) >= 4:
                row = unpack_from("<I", body)[0]
            elif kind == NAME:
                yield from _name(body)
            elif kind == SUPBOOK and len(body) >= 2 and unpack_from("<H", body)[0] == 1:
                service, at = _wide(body, 2)
                topic, _ = _wide(body, at)
                yield of_service(f"{service} {topic}", f"{service}|{topic}")
            elif kind in WANTED and len(lines) < xlm.FORMULAS and (text := _formula(kind, body)):
                lines.append(f"{xlm.CELL}{place(row, unpack_from('<I', body)[0])} ={text}")
            if not count & 0xFFF and meter.is_over_time:
                meter.cut("time", file.name)
                break
        is_macro = "macrosheets/" in file.name.lower() and bool(lines)
        if is_macro or any(word in line for line in lines for word in MACRO_ONLY):
            yield from xlm.member([f"{xlm.SHEET}{file.name}", *lines], meter)


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """2.5.168: a text with its length in four bytes."""
    if at + 4 > len(body):
        return "", len(body)
    count = unpack_from("<I", body, at)[0]
    end = min(len(body), at + 4 + 2 * count)
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _name(body: bytes) -> Iterator[Item]:
    """2.4.711: flags, key, sheet, name, formula."""
    name, at = _wide(body, 9)
    if not xlm.AUTO_NAMES.match(name) or at + 4 > len(body):
        return
    size = unpack_from("<I", body, at)[0]
    yield Finding(xlm.XLM_AUTO, f"{name} = {text_of(body[at + 4 : at + 4 + size], 12)}"[:200])


def _formula(kind: int, body: bytes) -> str:
    """2.4.676: column and style, the value, two bytes of flags, the formula with its length."""
    if kind not in VALUE_BYTES and kind != STRING:
        return ""
    at = _wide(body, 8)[1] if kind == STRING else 8 + VALUE_BYTES[kind]
    if at + 6 > len(body):
        return ""
    size = unpack_from("<I", body, at + 2)[0]
    return text_of(body[at + 6 : at + 6 + size], 12)
