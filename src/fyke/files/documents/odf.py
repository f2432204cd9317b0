"""OpenDocument (OASIS 1.3): Basic modules as macro source, events that run them, DDE, what is fetched.

The ZIP unpacker takes the parts out; here each part that is XML is read by itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from fyke.files.base import Content, Item, Member, Unpacker
from fyke.files.budget import MIB, Meter
from fyke.files.documents.dde import AWAY, of_service
from fyke.files.documents.markup import attributes, decoded
from fyke.files.documents.office_symbols import DDE, DDE_AUTO, DDE_RUNS, LOGIN, OBJECT_REMOTE, REMOTE, SCRIPT_EVENT
from fyke.files.documents.ooxml import UNC
from fyke.model import Finding, Lead

PART_BYTES = 8 * MIB
SIGNS = (b"urn:oasis:names:tc:opendocument", b"openoffice.org/2000/script")
TAGS = 20_000
MODULE = re.compile(r"<script:module\b([^<>]{0,2000})>([^<]{1,4000000})<")
EVENT = re.compile(r"<script:event-listener\b([^<>]{1,4000})>")
EXCHANGE = re.compile(r"<(?:office|text|table):dde-(?:source|connection-decl)\b([^<>]{1,4000})>")
FORMULA = re.compile(r"table:formula\s?=\s?\"[^\"]{0,200}?\bDDE\(([^\"]{1,2000})\"")
FETCHED = re.compile(r"<(draw:object(?:-ole)?|text:section-source|draw:image|draw:plugin|draw:applet"
                     r"|draw:floating-frame|table:table-source|table:cell-range-source|office:template|meta:template|meta:auto-reload"
                     r"|text:a|draw:a)\b([^<>]{1,4000})>")  # fmt: skip
LINKS = frozenset({"text:a", "draw:a"})
SCRIPTED = re.compile(r"vnd\.sun\.star\.script:|macro:", re.IGNORECASE)


class Odf(Unpacker):
    """What does a part of an OpenDocument file run or fetch?"""

    name = "odf"
    kinds = frozenset({"xml", "wsf", "text", "html", "svg"})
    symbols = (DDE, DDE_AUTO, DDE_RUNS, LOGIN, OBJECT_REMOTE, REMOTE, SCRIPT_EVENT)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Modules first."""
        flat = not file.within or file.within[-1] != "odf"
        if flat and not any(sign in file.data[:8_192] for sign in SIGNS):
            return
        text = decoded(file.data[:PART_BYTES])
        found = MODULE.findall(text)
        source = [f"' Module {attributes(tag).get('name', '')}\n{html.unescape(body)}" for tag, body in found]
        if source and meter.admits("macros"):
            yield Member(meter.took("\n".join(source).encode()), "macros.bas", "macro source", "vba")
        if "event-listener" in text:
            yield from _events(text)
        if "dde-" in text or "DDE(" in text:
            yield from _exchange(text)
        yield from _fetched(text)


def _events(text: str) -> Iterator[Item]:
    for match, _ in zip(EVENT.finditer(text), range(TAGS), strict=False):
        given = attributes(match[1])
        called = given.get("href", "") or given.get("macro-name", "")
        if called:
            yield Finding(SCRIPT_EVENT, f"{given.get('event-name', '')}: {called}"[:200])


def _exchange(text: str) -> Iterator[Item]:
    for match, _ in zip(EXCHANGE.finditer(text), range(TAGS), strict=False):
        given = attributes(match[1])
        said = f"{given.get('dde-application', '')} {given.get('dde-topic', '')} {given.get('dde-item', '')}"
        if not given.get("dde-application", "").lower().startswith("soffice"):
            yield of_service(said)
    for match, _ in zip(FORMULA.finditer(text), range(TAGS), strict=False):
        said = html.unescape(match[1])
        if not said.lstrip('"').lower().startswith("soffice"):
            yield of_service(said)


def _fetched(text: str) -> Iterator[Item]:
    """What is loaded from elsewhere as the file is opened, and where its links lead."""
    for match, _ in zip(FETCHED.finditer(text), range(TAGS), strict=False):
        target = attributes(match[2]).get("href", "")
        if SCRIPTED.match(target):
            yield Finding(SCRIPT_EVENT, f"{match[1]}: {target}"[:200])
        if not AWAY.match(target):
            continue
        shown = f"{match[1]}: {target}"[:200]
        if target.startswith("http"):
            yield Lead(target, "office")
        if match[1] not in LINKS:
            yield Finding(LOGIN if UNC.match(target) else REMOTE, shown)
