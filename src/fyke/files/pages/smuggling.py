"""Pages and drawings that carry a file, a page or an address inside, and put it together in the reader's browser.

What they carry is taken out: by what scripts do with constants (`constants`), and by trying every long constant
(`encoded`). What the page does with it, and where it leads, is said in `Judgement`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from fyke.files.base import Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.identify import identify
from fyke.files.kinds import KINDS
from fyke.files.pages import encoded, page_symbols
from fyke.files.pages.constants import Constants, Offer, Value
from fyke.files.pages.inline import Script, addresses_of, scripts_of, source_of
from fyke.files.pages.judgement import Carried, judge

LAYERS = 5  # scripts within scripts: two are seen
PASSED_CHARS = 3_000_000  # of all scripts that constants are looked for in: 1.5 s at worst
FILES = 50  # taken out of one page

# Without one of these a script makes nothing of constants that a plain search does not see.
_WORTH = re.compile(
    r"atob|fromCharCode|unescape|decodeURI|Uint8Array|charCodeAt|\.reverse\(|new Blob|\beval\b|Function\s{0,4}\("
    r"|[\"']\s?\+\s?[\"']|document[.\[]|innerHTML|srcdoc|location|parseInt|createObjectURL|\\x[0-9a-f]{2}\\x|XMLHttp|fetch\(|[A-Za-z0-9+/]{400}",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"\^=?\s{0,3}(?:(0x[0-9a-f]{1,2}|\d{1,3})\b|([A-Za-z_$][\w$]{0,60})\s{0,3}(?:\.charCodeAt|\[))", re.IGNORECASE
)
_VBS_TEXT = re.compile(r'"((?:[^"\r\n]){60,})"')
_RUNNING = re.compile(r"\b(?:function|var|let|const|window|document|location|eval|atob)\b")


class Smuggling(Unpacker):
    """What does a page carry, and what does it do with it?"""

    name = "smuggling"
    kinds = frozenset({"html", "svg", "hta", "xml", "wsf"})
    symbols = page_symbols.ALL

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield what is carried, then what the page does and where it leads."""
        source = source_of(file.data)
        if len(source) < len(file.data) // 4 or len(file.data) > 8_000_000:
            meter.cut("size", "the source of a page")
        scripts = scripts_of(source)
        unpacking = _Unpacking(meter)
        for address in addresses_of(source):
            yield from unpacking.address(address.body, address.declared, is_base64=address.is_base64)
        for script in scripts:
            yield from unpacking.script(script, 0)
        if file.kind == "xml" and not unpacking.carried and not scripts:
            return
        yield from judge(source, file.kind, scripts, unpacking.carried)


class _Unpacking:
    """All that the scripts of one page give."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self.carried = Carried()
        self._known: dict[str, Value] = {}
        self._seen: set[int] = set()
        self._room = PASSED_CHARS
        self._tries = encoded.TRIES

    def address(self, body: str, declared: str, *, is_base64: bool) -> Iterator[Item]:
        """What a data: address holds: its media type says that it is a file, so it is taken whatever it is."""
        raw = unquote_to_bytes(body)
        data = encoded.debase64(raw.decode("latin-1")) if is_base64 else raw
        kind = identify(data)
        if KINDS[kind].family in {"font", "media", "data", "text"} and not declared.startswith("application/"):
            return
        yield from self._member(data, kind, "data: address", declared)

    def script(self, script: Script, layer: int) -> Iterator[Item]:
        """One script, and the scripts that it makes."""
        text = script.text
        if self._room <= 0 or self.meter.is_over_time:
            self.meter.cut("time", "scripts of a page")
            return
        if not _WORTH.search(text):
            return
        if len(text) > self._room:
            self.meter.cut("size", "a script of a page")
            text = text[: self._room]
        self._room -= len(text)
        if script.language == "vbs":
            offers = [Offer(match[1], "", "") for match in _VBS_TEXT.finditer(text)]
        else:
            offers = Constants(text, self._known).offers
        keys = self._keys(text)
        for offer in offers:
            yield from self._offer(offer, keys, layer)

    def _keys(self, text: str) -> list[int | bytes]:
        """Numbers, and names of constants, that something is turned by."""
        keys: dict[int | bytes, None] = {}
        for match in _KEY.finditer(text):
            if len(keys) >= encoded.KEYS:
                break
            if match[1]:
                keys[(int(match[1], 16) if "x" in match[1].lower() else int(match[1])) & 0xFF] = None
            else:
                value = self._known.get(match[2])
                if isinstance(value, bytes):
                    keys[value[:1_000]] = None
                elif isinstance(value, tuple):
                    keys[value.text[:1_000].encode("latin-1", "replace")] = None
        return list(keys)

    def _offer(self, offer: Offer, keys: list[int | bytes], layer: int) -> Iterator[Item]:
        """One constant: a file, a page, a script, or a text to be searched."""
        mark = hash((offer.data, offer.sink if offer.how else ""))
        if mark in self._seen:
            return
        self._seen.add(mark)
        carried = self.carried
        if self._tries > 0 and len(offer.data) >= encoded.LEAST_CHARS:
            self._tries -= 1
            hidden = encoded.uncovered(offer.data, offer.how, keys)
            if hidden is not None:
                carried.note_sink(offer.sink)
                yield from self._member(hidden.data, hidden.kind, f"{hidden.how} in a script")
                return
        text = offer.data if isinstance(offer.data, str) else offer.data.decode("latin-1")
        if not offer.how:
            carried.plain(text, offer.sink)
            return
        carried.decoded(text, offer.how, offer.sink)
        if layer < LAYERS and len(text) > 40 and (offer.sink in {"eval", "Function"} or _RUNNING.search(text[:2_000])):
            yield from self.script(Script(text, "js"), layer + 1)

    def _member(self, data: bytes, kind: str, how: str, declared: str = "") -> Iterator[Item]:
        mark = hash(data)
        if mark in self._seen or not data or len(self.carried.files) >= FILES:
            return
        self._seen.add(mark)
        if self.meter.admits(f"{kind} in a page"):
            self.carried.files.append((kind, how, data[:400_000] if kind in encoded.PAGES else b""))
            yield Member(self.meter.took(data), "", how, declared=declared)
