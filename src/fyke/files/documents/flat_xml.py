"""Office documents that are one XML file: Word 2003, Excel 2003, flat OPC; and packed macros (ActiveMime)."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from itertools import pairwise

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import MIB, Meter
from fyke.files.documents import ooxml_fields
from fyke.files.documents.dde import said_of_formula
from fyke.files.documents.markup import attributes, decoded
from fyke.files.documents.office_symbols import (
    DDE,
    DDE_AUTO,
    DDE_RUNS,
    LOGIN,
    MONIKER,
    OBJECT_REMOTE,
    REMOTE,
    TEMPLATE,
)
from fyke.files.documents.ooxml import OFFICE, external, relations
from fyke.files.streams import inflated

FLAT_BYTES = 24 * MIB  # of one document that are searched
BLOBS = 500
FORMULAS = 50_000
SIGNS = ("mso-application", "schemas.microsoft.com/office", "schemas.openxmlformats.org")
BLOB = re.compile(
    r"<(?:\w{1,20}:)?(?:binData|binaryData|docOleData|docSuppData|base64Binary)\b([^<>]{0,500})>([A-Za-z0-9+/=\s]{16,})<"
)
PART = re.compile(r"<(?:\w{1,20}:)?part\b([^<>]{0,800})>")
FORMULA = re.compile(r"\b(?:\w{1,20}:)?Formula\s?=\s?\"([^\"]{3,2000})\"")
PATH = re.compile(r"<(?:\w{1,20}:)?(Path|DDEService|DDETopic|Service|Topic)>([^<]{1,2000})<")
TEMPLATES = re.compile(r"<(?:\w{1,20}:)?attachedTemplate\b([^<>]{1,2000})>")


class FlatXml(Unpacker):
    """What hides in an Office document that is one XML file?"""

    name = "flat_xml"
    kinds = frozenset({"xml"})
    symbols = (DDE, DDE_AUTO, DDE_RUNS, LOGIN, MONIKER, OBJECT_REMOTE, REMOTE, TEMPLATE)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Objects, macros, fields, formulas and links."""
        if file.within and file.within[-1] in OFFICE:
            return
        text = decoded(file.data[:FLAT_BYTES])
        if not any(sign in text[:8_192] for sign in SIGNS):
            return
        yield from ooxml_fields.fields(text)
        yield from relations(text)
        for match, _ in zip(TEMPLATES.finditer(text), range(BLOBS), strict=False):
            target = attributes(match[1]).get("val", "")
            if "://" in target or target.startswith("\\\\"):
                yield from external("attachedtemplate", target)
        yield from _formulas(text)
        yield from _blobs(text, meter)


def _formulas(text: str) -> Iterator[Item]:
    """Exchange with programs in the formulas and links of Excel 2003."""
    for match, _ in zip(FORMULA.finditer(text), range(FORMULAS), strict=False):
        if "|" in match[1]:
            yield from said_of_formula(html.unescape(match[1]))
    if "SupBook" in text or "DDE" in text:
        paths = [html.unescape(match[2]) for match, _ in zip(PATH.finditer(text), range(BLOBS), strict=False)]
        for path, then in pairwise([*paths, ""]):
            yield from said_of_formula(f"{path}!" if "|" in path else f"{path}|{then}!")


def _blobs(text: str, meter: Meter) -> Iterator[Item]:
    """Base64 in elements that hold files, each under the name that it or its part has."""
    for match, _ in zip(BLOB.finditer(text), range(BLOBS), strict=False):
        given = attributes(match[1])
        before = PART.findall(text, max(0, match.start() - 2_000), match.start())
        name = given.get("name", "") or (attributes(before[-1]).get("name", "") if before else "")
        if not meter.admits(name, len(match[2]) * 3 // 4):
            return
        try:
            data = base64.b64decode("".join(match[2].split()) + "==")
        except binascii.Error:
            raise Broken("base64 in the document is cut short") from None
        yield Member(meter.took(data), name.rpartition("/")[2].rpartition(":")[2] or "object", "base64 in the document")


class ActiveMime(Unpacker):
    """Which OLE2 file is packed in ActiveMime?"""

    name = "activemime"
    kinds = frozenset({"activemime"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Zlib at a place that the header names ([MS-OFFMACRO] shows 50); where it lies, at the first that there is."""
        at = int.from_bytes(file.data[0x1E:0x20], "little") + 46
        places = [at, 50, file.data.find(b"\x78\x9c"), file.data.find(b"\x78\x01"), file.data.find(b"\x78\xda")]
        for place in dict.fromkeys(places):
            if place > 0 and file.data[place : place + 1] == b"\x78" and meter.admits("macros"):
                data = meter.gather(_quiet(file.data[place:]), len(file.data), "macros")
                if data:
                    yield Member(data, "editdata.mso.ole", "ActiveMime")
                    return
        raise Broken("ActiveMime without a zlib stream")


def _quiet(data: bytes) -> Iterator[bytes]:
    try:
        yield from inflated(data, 15)
    except Broken:
        return
