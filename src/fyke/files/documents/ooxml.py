"""Office Open XML (ECMA-376): what the parts of a document lead to, ask other programs for, and run.

The ZIP unpacker takes the parts out; here each part that is XML is read by itself, where its name says what it is for.
Nothing parses XML as such: tags are found by their local names, so that no entity and no depth costs anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fyke.files.base import Content, Item, Said, Unpacker
from fyke.files.budget import MIB, Meter
from fyke.files.documents import ooxml_fields, xlm
from fyke.files.documents.dde import AWAY, of_service
from fyke.files.documents.markup import attributes, decoded
from fyke.files.documents.office_symbols import (
    ACTION,
    ACTIVEX,
    CHUNK,
    DDE,
    DDE_AUTO,
    DDE_RUNS,
    LOGIN,
    MONIKER,
    OBJECT_REMOTE,
    QUERY,
    REMOTE,
    RIBBON,
    TEMPLATE,
)
from fyke.model import Finding, Lead

OFFICE = frozenset({"docx", "xlsx", "pptx", "ooxml"})
PART_BYTES = 8 * MIB  # of a part that are searched: a sheet may have more, what leads away stands in small parts
RELATIONS = 5_000  # of one part
RELATION = re.compile(r"<(?:\w{1,20}:)?Relationship\b([^<>]{1,8000})>")
ACTIONS = re.compile(r"<(?:\w{1,20}:)?hlink(?:Click|Hover|MouseOver)\b([^<>]{1,4000})>")
DDE_LINK = re.compile(r"<(?:\w{1,20}:)?ddeLink\b([^<>]{1,4000})>")
ON_LOAD = re.compile(r"<(?:\w{1,20}:)?customUI\b[^<>]{0,2000}\bonLoad\s?=\s?[\"']([^\"']{1,200})")
LINKS_ONLY = frozenset({"hyperlink"})
FETCHED = frozenset({"oleobject", "frame", "subdocument", "externallinkpath", "afchunk", "package", "ole"})
TEMPLATES = frozenset({"attachedtemplate"})
EXPLOIT = re.compile(
    r"\s*(?:mhtml:|ms-msdt:|search-ms:|x-usc:|script:|javascript:|vbscript:|ms-officecmd:)|!x-usc:", re.IGNORECASE
)
# A machine in the place of a host: two slashes or four, not three, which are this computer.
UNC = re.compile(
    r"\s*(?:file:(?:/{2}|/{4,6}|[\\/]{0,4}\\\\)|\\\\|//)(?![A-Za-z]?[:|])[\w.-]{1,200}[@:\\/]", re.IGNORECASE
)


class Ooxml(Unpacker):
    """What does a part of an Office document lead to or run?"""

    name = "ooxml"
    kinds = frozenset({"xml", "text", "html", "svg", "wsf"})  # what a part that is XML may be taken for
    symbols = (
        ACTION, ACTIVEX, CHUNK, DDE, DDE_AUTO, DDE_RUNS, LOGIN, MONIKER, OBJECT_REMOTE, QUERY, REMOTE, RIBBON, TEMPLATE,
        *xlm.SYMBOLS,
    )  # fmt: skip

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """By the part's name, as packages name them; and by content where programs go by relations alone."""
        if not file.within or file.within[-1] not in OFFICE:
            return
        text = decoded(file.data[:PART_BYTES])
        if len(file.data) > PART_BYTES:
            meter.cut("size", f"{file.name} after {PART_BYTES:,} bytes")
        if "Relationship" in text:
            yield from relations(text)
        if "instr" in text:
            yield from ooxml_fields.fields(text)
        if "hlink" in text:
            yield from _actions(text)
        if "ddeLink" in text:
            yield from _dde(text)
        if "customUI" in text and (match := ON_LOAD.search(text)):
            yield Finding(RIBBON, match[1])
        if "activeX" in file.name:
            yield Finding(ACTIVEX, file.name[-100:])
        if file.within[-1] == "xlsx" and "<" in text:
            yield from xlm.of_part(text, file.name, meter)


def relations(text: str) -> Iterator[Said]:
    """What a part of relations leads to outside the package (ECMA-376-2, 9.3)."""
    for match, _ in zip(RELATION.finditer(text), range(RELATIONS), strict=False):
        given = attributes(match[1])
        kind = given.get("type", "").rpartition("/")[2].lower()
        target = given.get("target", "").strip()
        if kind == "afchunk":
            yield Finding(CHUNK, target[:200])
        if given.get("targetmode", "").lower() == "external" and target:
            yield from external(kind, target)


def external(kind: str, target: str) -> Iterator[Said]:
    """One relation that leads out."""
    shown = f"{kind}: {target}"[:200]
    is_away = bool(AWAY.match(target))
    if is_away and (not target.lower().startswith("file:") or UNC.match(target)):
        yield Lead(target.partition("!")[0] if "!x-usc" in target else target, "office")
    if kind in LINKS_ONLY:
        if EXPLOIT.match(target):
            yield Finding(MONIKER, shown)
        return
    if EXPLOIT.search(target) or (kind == "oleobject" and target.rstrip().endswith("!")):
        yield Finding(MONIKER, shown)
    elif UNC.match(target):
        yield Finding(LOGIN if kind not in {"oleobject", "externallinkpath"} else REMOTE, shown)
    elif target.lower().startswith(("http:", "https:", "ftp:")):
        yield Finding(TEMPLATE if kind in TEMPLATES else OBJECT_REMOTE if kind in FETCHED else REMOTE, shown)


def _actions(text: str) -> Iterator[Said]:
    """Clicks and hovers that run a program or a macro (ECMA-376-1, 21.1.2.3.5)."""
    for match, _ in zip(ACTIONS.finditer(text), range(RELATIONS), strict=False):
        action = attributes(match[1]).get("action", "")
        if action.lower().startswith("ppaction://program"):
            yield Finding(ACTION, action[:200])


def _dde(text: str) -> Iterator[Said]:
    """Exchange with another program (ECMA-376-1, 18.14.4)."""
    for match, _ in zip(DDE_LINK.finditer(text), range(RELATIONS), strict=False):
        given = attributes(match[1])
        service, topic = given.get("ddeservice", ""), given.get("ddetopic", "")
        yield of_service(f"{service} {topic}", f"{service}|{topic}")
