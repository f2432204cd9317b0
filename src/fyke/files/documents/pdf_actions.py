"""What a PDF's objects do: actions, scripts, files carried along, links (ISO 32000-1, 7.11, 12.6, 12.7).

Takes the objects that carry a sign, wherever they stand: one that no page refers to is looked at too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fyke.files.base import Broken, Item, Member
from fyke.files.budget import Meter
from fyke.files.documents import pdf_symbols as symbols
from fyke.files.documents.pdf_body import Body, Piece
from fyke.files.documents.pdf_syntax import Ref, Value, text_of
from fyke.model import Finding, Lead, Symbol

SCRIPT_HOW = "script in a pdf"
LINKS = 300  # different addresses of one file that are told
NODES = 20_000  # dictionaries and arrays of one object that are walked
RUNS = re.compile(
    r"\.(?:exe|com|scr|pif|bat|cmd|vb[se]|jse?|wsf|wsh|hta|lnk|ps1|msi|cpl|jar|dll|url|iso|img|app|command|reg|inf)\b"
    r"|\b(?:cmd|powershell|pwsh|mshta|wscript|cscript|rundll32|regsvr32|certutil|bitsadmin|explorer|curl|/bin/)\b",
    re.IGNORECASE,
)
AWAY = re.compile(r"(?:\\\\|//|file:/{2,5}(?=[^/]))[\w.@-]{1,255}[\\/]|(?:https?|ftp|smb|dav)s?://", re.IGNORECASE)
_FILE_KEYS = ("UF", "F", "Unix", "DOS", "Mac")
_RICH = frozenset({"RichMedia", "3D", "Movie", "Screen", "Rendition"})


class Actions:
    """One walk over the signed objects of a body; what was yielded once is not yielded again."""

    def __init__(self, body: Body, meter: Meter, how: str) -> None:
        self.body, self.meter, self.how = body, meter, how
        self.scripts: list[str] = []
        self.urls: set[str] = set()
        self.missed: list[str] = []  # files that only qpdf can take out
        self.opens = False
        self._seen: set[tuple[int, str]] = set()
        self._files: set[int] = set()

    def walk(self) -> Iterator[Item]:
        """All that the objects do and hold."""
        for piece in self.body.signed:
            if self.meter.is_over_time:
                self.meter.cut("time", "objects of a PDF")
                return
            value = self.body.value(piece)
            yield from self._within(value)
        for piece in self.body.signed:  # files that no name leads to
            value = self.body.value(piece)
            if isinstance(value, dict) and value.get("Type") == "EmbeddedFile" and piece.number not in self._files:
                yield from self._file(Ref(piece.number, piece.generation), "")

    def _within(self, value: Value) -> Iterator[Item]:
        """All dictionaries of one object."""
        stack: list[Value] = [value]
        for _ in range(NODES):
            if not stack:
                return
            node = stack.pop()
            if isinstance(node, dict):
                yield from self._look(node)
                stack.extend(reversed(list(node.values())))
            elif isinstance(node, list):
                stack.extend(reversed(node))

    def _look(self, table: dict[str, Value]) -> Iterator[Item]:
        """What one dictionary does."""
        if "OpenAction" in table or "AA" in table:
            self.opens = self.opens or self._is_script(table.get("OpenAction")) or "AA" in table
        action = str(table.get("S", ""))
        if "JS" in table:
            yield from self._script(table["JS"])
        if "URI" in table:
            yield from self._link(self._text(table["URI"]))
        if "F" in table and str(table.get("FS", "")) == "URL":
            yield from self._link(self._text(table["F"]))
        if action == "Launch":
            yield from self._launch(table)
        elif action in {"GoToR", "GoToE", "SubmitForm", "ImportData", "Thread"}:
            yield from self._elsewhere(action, table)
        if "EF" in table:
            yield from self._carried(table)
        if "XFA" in table:
            yield Finding(symbols.FORM_XFA)
        if str(table.get("Subtype", "")) in _RICH or action in _RICH:
            yield Finding(symbols.RICH, str(table.get("Subtype", action)))
        if "Filter" in table:
            filters = self.body.filters(table)
            if "JBIG2Decode" in filters and (len(filters) > 1 or str(table.get("Subtype", "")) != "Image"):
                yield Finding(symbols.ODD_FILTER, " ".join(filters)[:200])

    def _is_script(self, value: Value) -> bool:
        value = self.body.resolve(value)
        return isinstance(value, dict) and "JS" in value

    def _text(self, value: Value) -> str:
        value = self.body.resolve(value)
        return text_of(value).strip() if isinstance(value, bytes) else ""

    def _filespec(self, value: Value) -> str:
        """The name in a file specification, which is a string or a dictionary (7.11.2)."""
        value = self.body.resolve(value)
        if isinstance(value, dict):
            return next((name for key in _FILE_KEYS if (name := self._text(value.get(key)))), "")
        return self._text(value)

    def _script(self, value: Value) -> Iterator[Item]:
        """A script: a string, or a stream."""
        if isinstance(value, Ref):
            piece = self.body.pieces.get(value.number)
            if piece is None or value.number in self._files:
                return
            if piece.stream_start >= 0:
                self._files.add(value.number)
                value = self._read(piece, "script")
        value = self.body.resolve(value)
        if not isinstance(value, bytes) or not value.strip():
            return
        text = text_of(value)
        if not self._is_new(hash(text), "script"):
            return
        self.scripts.append(text)
        if self.meter.admits("script"):
            yield Member(self.meter.took(text.encode("utf-8", "replace")), "script.js", SCRIPT_HOW, kind="js")

    def _link(self, url: str) -> Iterator[Item]:
        if url and url not in self.urls and len(self.urls) < LINKS:
            self.urls.add(url)
            yield Lead(url, "pdf")

    def _launch(self, table: dict[str, Value]) -> Iterator[Item]:
        """Launch an application (12.6.4.5): what, and with which parameters."""
        windows = self.body.resolve(table.get("Win"))
        said = [self._filespec(table.get("F"))]
        if isinstance(windows, dict):
            said += [self._text(windows.get(key)) for key in ("F", "P")]
        command = " ".join(filter(None, said))
        runs = RUNS.search(command[:2_000]) or AWAY.match(command[:2_000])
        yield from self._once(symbols.LAUNCH_RUNS if runs else symbols.LAUNCH, command)

    def _elsewhere(self, action: str, table: dict[str, Value]) -> Iterator[Item]:
        """Actions on other files: a name of one is honest, an address is told, another machine is a leak."""
        place = self._filespec(table.get("F"))
        if action == "SubmitForm":
            yield from self._once(symbols.SUBMITS, place)
        elif action == "ImportData":
            yield from self._once(symbols.IMPORTS, place)
        if AWAY.match(place[:300]):
            if "://" in place and not place.lower().startswith(("file:", "smb:")):
                yield from self._link(place)
            else:
                yield from self._once(symbols.REMOTE, f"{action} {place}")

    def _carried(self, table: dict[str, Value]) -> Iterator[Item]:
        """The files of a file specification (7.11.4)."""
        name = self._filespec(dict(table))
        inner = self.body.resolve(table["EF"])
        if isinstance(inner, dict):
            for key in _FILE_KEYS:
                if isinstance(value := inner.get(key), Ref):
                    yield from self._file(value, name)

    def _file(self, where: Ref, name: str) -> Iterator[Item]:
        piece = self.body.pieces.get(where.number)
        if where.number in self._files or piece is None or not self.meter.admits(name):
            return
        self._files.add(where.number)
        data = self._read(piece, name)
        if data is None:
            self.missed.append(name)
            return
        yield from self._once(symbols.CARRIES, name)
        yield Member(data, name, self.how)

    def _read(self, piece: Piece, name: str) -> bytes | None:
        """The content of a stream, as much as there is of it; nothing where only qpdf can read it."""
        broken: list[str] = []

        def chunks() -> Iterator[bytes]:
            try:
                yield from self.body.chunks(piece, self.meter.room)
            except Broken as error:
                broken.append(str(error))

        data = self.meter.gather(chunks(), max(1, piece.stream_end - piece.stream_start), name)
        return None if broken and not data else data

    def _once(self, symbol: Symbol, detail: str) -> Iterator[Item]:
        if self._is_new(hash(detail), symbol.name):
            yield Finding(symbol, detail[:200])

    def _is_new(self, value: int, what: str) -> bool:
        known = (value, what) in self._seen
        self._seen.add((value, what))
        return not known
