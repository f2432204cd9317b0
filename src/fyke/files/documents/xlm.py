"""Excel 4 macros (XLM) in all their dresses: a text of sheets, names and formulas, and what it says.

The readers of BIFF, BIFF12, XML and SYLK make the text (kind "xlm"); one scanner judges it. What only some parts of a
workbook know (a name that starts by itself, a sheet that is hidden) is put together by a scanner of the workbook.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from fyke.files.base import Content, Item, Member, Said, Scanner
from fyke.files.budget import Meter
from fyke.files.documents.markup import attributes
from fyke.model import Finding, Label, Lead, Symbol


def _bad(name: str, text: str, bits: float, family: str = "") -> Symbol:
    return Symbol(name, text, "files", bits, Label.MALWARE, family=family)


XLM = _bad("XLM", "A workbook holds macros of Excel 4, which hardly anybody has written since 1995", 1.0)
XLM_HIDDEN = _bad("XLM_HIDDEN_SHEET", "A sheet of Excel 4 macros is hidden", 2.0)
XLM_AUTO = _bad("XLM_AUTORUN", "An Excel 4 macro runs by itself when the workbook is opened", 2.0)
XLM_EXEC = _bad("XLM_EXEC", "An Excel 4 macro runs a program or a function of the system", 4.0, "Xls.Macro4.Exec")
XLM_BUILDS = _bad(
    "XLM_BUILDS",
    "An Excel 4 macro writes formulas, or texts letter by letter",
    2.0,
    "Xls.Macro4.Obfuscated",
)
XLM_SPY = _bad("XLM_SPY", "An Excel 4 macro asks whether it runs in a laboratory", 2.0)
XLM_AUTO_EXEC = _bad(
    "XLM_AUTORUN_EXEC", "An Excel 4 macro that starts by itself runs a program", 4.0, "Xls.Macro4.AutoRunExec"
)
XLM_AUTO_BUILDS = _bad(
    "XLM_AUTORUN_BUILDS", "An Excel 4 macro that starts by itself writes itself", 3.0, "Xls.Macro4.AutoRunObfuscated"
)
SYMBOLS = (XLM, XLM_HIDDEN, XLM_AUTO, XLM_EXEC, XLM_BUILDS, XLM_SPY, XLM_AUTO_EXEC, XLM_AUTO_BUILDS)

# A line of the text: what it is, and what it says.
SHEET, NAME, CELL = "SHEET ", "NAME ", "CELL "
AUTO_NAMES = re.compile(r"(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate)", re.IGNORECASE)
TEXT_CHARS = 2_000_000  # judged
FORMULAS = 20_000  # of one sheet: a macro of honest years has some hundred
EXEC = re.compile(r"\b(EXEC|CALL|REGISTER|REGISTER\.ID|EXECUTE|FWRITE(?:LN)?|VBA\.INSERT\.FILE|SEND\.KEYS)\s?\(")
BUILDS = re.compile(r"\b(?:FORMULA(?:\.FILL|\.ARRAY)?|SET\.VALUE|SET\.NAME|EVALUATE)\s?\(")
SPY = re.compile(r"\bGET\.WORKSPACE\s?\(\s?(?:1|2|13|14|19|31|42)\s?\)|\bAPP\.MAXIMIZE\s?\(")
URL = re.compile(r"(?:https?|ftp)://[^\s\"'<>|^`]{4,2000}", re.IGNORECASE)
CHAR = re.compile(r"\bCHAR\s?\(\s?(\d{1,3})(?:\.0)?\s?\)")
JOIN = re.compile(r"\"\s?&\s?\"")
CHARS = 12  # calls of CHAR above which nobody wants to be read
# ECMA-376-1, 18.3.1.4: the formula stands first in its cell.
MADE = re.compile(r"<(?:\w{1,20}:)?c\b([^<>]{0,500})>\s{0,10}<(?:\w{1,20}:)?f\b[^<>]{0,300}>([^<]{1,9000})<")
DEFINED = re.compile(r"<(?:\w{1,20}:)?definedName\b([^<>]{1,600})>([^<]{0,2000})<")


def member(lines: list[str], meter: Meter) -> Iterator[Item]:
    """The text as a file of its own."""
    if lines and meter.admits("Excel 4 macros"):
        yield Member(meter.took("\n".join(lines).encode()), "macros.xlm.txt", "Excel 4 macros", "xlm")


def of_part(text: str, name: str, meter: Meter) -> Iterator[Item]:
    """What a part of an Excel workbook in XML says: macro sheets, names, hidden sheets ([MS-OFFMACRO2] 2.2.1)."""
    if "xlmacrosheet" in text.lower() or "macrosheets/" in name.lower():
        if name.lower().endswith(".rels"):
            return
        cells = zip(MADE.finditer(text), range(FORMULAS), strict=False)
        lines = [f"{CELL}{attributes(match[1]).get('r', '')} ={html.unescape(match[2])}" for match, _ in cells]
        yield from member([f"{SHEET}{name}", *lines], meter)
    if "definedName" in text:
        for match, _ in zip(DEFINED.finditer(text), range(FORMULAS), strict=False):
            called = attributes(match[1]).get("name", "")
            if AUTO_NAMES.match(called):
                yield Finding(XLM_AUTO, f"{called} = {html.unescape(match[2])}"[:200])


class Xlm(Scanner):
    """What does an Excel 4 macro do?"""

    name = "xlm"
    kinds = frozenset({"xlm"})
    symbols = SYMBOLS

    def look(self, file: Content) -> Iterable[Said]:
        """Facts of one text, and addresses in it."""
        text = file.data[:TEXT_CHARS].decode("utf-8", "replace")
        sheets = [line for line in text.split("\n") if line.startswith(SHEET)]
        cells = text.count(CELL)
        if cells or sheets:
            yield Finding(XLM, f"{len(sheets)} sheets, {cells} formulas")
        if hidden := next((line for line in sheets if "hidden" in line), ""):
            yield Finding(XLM_HIDDEN, hidden[len(SHEET) :][:200])
        auto = re.search(rf"^{NAME}({AUTO_NAMES.pattern}.*)", text, re.IGNORECASE | re.MULTILINE)
        if auto:
            yield Finding(XLM_AUTO, auto[1][:200])
        made = JOIN.sub("", CHAR.sub(lambda match: f'"{chr(int(match[1]) & 0xFF)}"', text))
        if match := EXEC.search(text) or EXEC.search(made):
            yield Finding(XLM_EXEC, line_of(match))
        chars = len(CHAR.findall(text))
        if chars > CHARS:
            yield Finding(XLM_BUILDS, f"{chars} calls of CHAR")
        elif match := BUILDS.search(text):
            yield Finding(XLM_BUILDS, line_of(match))
        if match := SPY.search(text):
            yield Finding(XLM_SPY, line_of(match))
        for url, _ in zip(dict.fromkeys(URL.findall(made)), range(50), strict=False):
            yield Lead(url, "macro")


def line_of(match: re.Match[str]) -> str:
    """The formula that a match stands in, from the match on."""
    last = match.string.find("\n", match.start())
    return match.string[match.start() : last if last >= 0 else None][:200]


class XlmTogether(Scanner):
    """Does a workbook start by itself what its macro sheets do?"""

    name = "xlm_together"
    kinds = frozenset({"xls", "xlsx", "slk"})
    symbols = SYMBOLS

    def look(self, file: Content) -> Iterable[Said]:
        """Put together what the parts say."""
        if any(child.kind in self.kinds for child in file.children):  # an encrypted one: what is in it was told there
            return
        parts = [part for child in file.children for part in child.walk()]
        found = {finding.symbol.name: finding for part in parts for finding in part.findings}
        auto = found.get(XLM_AUTO.name)
        if auto is None:
            return
        for symbol, needed in ((XLM_AUTO_EXEC, XLM_EXEC), (XLM_AUTO_BUILDS, XLM_BUILDS)):
            if needed.name in found:
                yield Finding(symbol, f"{auto.detail}: {found[needed.name].detail}"[:200])
                return
