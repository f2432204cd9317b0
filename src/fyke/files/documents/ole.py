"""OLE2 documents (kinds ole, doc, xls, ppt) and what hides in them: VBA projects, packages, objects, equations, fields.

The readers are `compound` ([MS-CFB]), `vba_project` ([MS-OVBA]) and `ole_objects`; workbooks are `xls`, locks
`office_locks`. Each stream is read once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import MIB, Meter
from fyke.files.documents import ole_objects, vba_project
from fyke.files.documents.compound import Compound, Entry
from fyke.files.documents.dde import said_of_field
from fyke.files.documents.office_symbols import (
    ACTIVEX,
    COMMAND_LINE,
    DDE,
    DDE_AUTO,
    DDE_RUNS,
    EQUATION,
    EQUATION_HURT,
    LINK,
    MONIKER,
    OBJECT_REMOTE,
    PACKAGE_LINK,
    PACKAGE_RUNS,
    REMOTE,
    STOMPED,
)
from fyke.files.documents.ppt_atoms import objects
from fyke.files.streams import inflated
from fyke.model import Finding

OLES = frozenset({"ole", "doc", "xls", "ppt"})
# Streams that are files of their own: an embedded document of the new formats, a PDF, a picture, what a control holds.
WHOLE = frozenset({"package", "contents", "embeddedodf", "\x01ole10itemname"})
FIELD = re.compile(rb"\x13[ \t]*([^\x13-\x15\0]{3,1000})|\x13\0((?:[^\x13-\x15]\0){3,1000})")
PACKED = re.compile(r"_\d{1,12}")  # streams of oledata.mso
FIELDS = 200  # told of one document: more say nothing new
NATIVE = "\x01ole10native"
VBA_ENDS = frozenset({"dir", "_vba_project"})


class Ole(Unpacker):
    """What hides in an OLE2 document?"""

    name = "ole"
    kinds = OLES
    symbols = (
        ACTIVEX, COMMAND_LINE, DDE, DDE_AUTO, DDE_RUNS, EQUATION, EQUATION_HURT, LINK, MONIKER, OBJECT_REMOTE,
        PACKAGE_LINK, PACKAGE_RUNS, REMOTE, STOMPED,
    )  # fmt: skip

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Macros first, for they matter most and cost least."""
        compound = Compound(file.data)
        yield from _projects(compound, meter)
        for entry in compound.entries:
            if meter.is_over_time:
                meter.cut("time", f"streams from {entry.name} on")
                break
            yield from _object(compound, entry, meter)
        if compound.complaints:
            raise Broken(compound.complaints[0])


def _projects(compound: Compound, meter: Meter) -> Iterator[Item]:
    """The source of each project: one member a storage that holds one."""
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in compound.streams():
        groups.setdefault(entry.path[:-1], []).append(entry)
    for path, entries in groups.items():
        is_project = bool(VBA_ENDS & {entry.name.lower() for entry in entries}) or (path and path[-1].lower() == "vba")
        if not is_project or not meter.admits("macros"):
            continue
        streams = {entry.name.lower(): compound.read(entry, meter.budget.size) for entry in entries}
        project = vba_project.read(streams, meter)
        if project is None:
            continue
        if project.is_stomped:
            yield Finding(STOMPED, project.is_stomped)
        yield Member(project.source.encode(), "macros.bas", "macro source", "vba")


def _object(compound: Compound, entry: Entry, meter: Meter) -> Iterator[Item]:
    """What one stream or storage has to say."""
    name = entry.name.lower()
    if not entry.is_stream:
        if entry.clsid in ole_objects.EQUATION_CLASSES:
            yield Finding(EQUATION, "class of the old editor")
    elif name == NATIVE:
        yield from ole_objects.package(compound.read(entry), meter, "embedded object")
    elif name == "equation native":
        yield from ole_objects.equation(compound.read(entry))
    elif name in {"\x01ole", "\x03linkinfo"}:
        yield from ole_objects.links(compound.read(entry, ole_objects.MONIKER_BYTES))
    elif name in WHOLE:
        if entry.size and meter.admits(entry.name, entry.size):
            yield Member(meter.took(compound.read(entry)), _shown(entry), "embedded object")
    elif name == "worddocument":
        yield from _fields(compound.read(entry))
    elif name == "powerpoint document":
        yield from objects(compound.read(entry), meter)
    elif PACKED.fullmatch(name):
        yield from _packed(compound.read(entry), meter)


def _packed(data: bytes, meter: Meter) -> Iterator[Item]:
    """An object of Word 2003 XML: four bytes of length, then zlib."""
    if data[4:5] == b"\x78" and meter.admits("object", int.from_bytes(data[:4], "little")):
        yield Member(meter.gather(inflated(data[4:], 15), len(data), "object"), "object", "embedded object")


def _shown(entry: Entry) -> str:
    return "".join(letter for letter in "/".join(entry.path) if letter.isprintable())


def _fields(data: bytes) -> Iterator[Item]:
    """Field codes of Word ([MS-DOC] 2.8.25: after the character 0x13), in text of one byte or two a character."""
    told = 0
    for match in FIELD.finditer(data[: 8 * MIB]):
        code = match[1].decode("latin-1") if match[1] else match[2].decode("utf-16-le", "replace")
        for said in said_of_field(code):
            yield said
            told += 1
        if told >= FIELDS:
            return
