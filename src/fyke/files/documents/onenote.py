"""OneNote sections ([MS-ONESTORE]): the files that somebody attached to a page, and what the page says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.identify import extension, identify
from fyke.files.kinds import KINDS
from fyke.model import Finding, Label, Lead, Symbol

PROGRAM = Symbol(
    "ONENOTE_PROGRAM",
    "A OneNote page holds a program, script or shortcut that a click starts",
    "files",
    7.0,
    Label.MALWARE,
    family="OneNote.Dropper.Attachment",
)
BUTTON = Symbol(
    "ONENOTE_BUTTON",
    "Pictures lie over the files of a OneNote page, so that a click on a button opens them",
    "files",
    2.0,
    Label.MALWARE,
)

# [MS-ONESTORE] 2.6.13: a file's data stand between two of its own GUIDs.
_HEADER = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
_FOOTER = bytes.fromhex("22a7fb71790f0b4abb13899256426b24")
FILES = 500  # attached files and pictures of one section
_NAME = re.compile(rb"(?:[\x20-\x7e]\0){1,120}\.\0(?:[A-Za-z0-9]\0){1,10}\0\0")
_URL = re.compile(rb"h\0t\0t\0p\0(?:s\0)?:\0/\0/\0(?:[\x21-\x7e]\0){3,500}")
NAMES_BYTES = 8 << 20  # of the section in which names and links are sought
_RUNS = frozenset({"program", "script", "disk"})


class OneNote(Unpacker):
    """Which files are attached to the OneNote page?"""

    name = "onenote"
    kinds = frozenset({"onenote"})
    symbols = (PROGRAM, BUTTON)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield each attached file, with the names that the section has for such."""
        data = file.data
        names = _names(data[:NAMES_BYTES])
        at, pictures, runs = 0, 0, 0
        for number in range(1, FILES + 1):
            at = data.find(_HEADER, at)
            if at < 0:
                break
            size = int.from_bytes(data[at + 16 : at + 24], "little")
            start = at + 36
            if size > len(data) - start:
                end = data.find(_FOOTER, start)
                size = (end if end >= 0 else len(data)) - start
            inner = data[start : start + size]
            at = start + max(1, size)
            family = KINDS[identify(inner)].family
            name = "" if family == "picture" else _fitting(names, inner)
            if not meter.admits(name or f"file {number}"):
                return
            pictures += family == "picture"
            if KINDS[identify(inner, name)].family in _RUNS:
                runs += 1
                yield Finding(PROGRAM, name or identify(inner, name))
            yield Member(meter.took(inner), name or f"file {number}", "attached to OneNote")
        else:
            meter.cut("count", f"more than {FILES} files")
        if runs and pictures:
            yield Finding(BUTTON, f"{pictures} pictures, {runs} files that run")
        for url in dict.fromkeys(match[0] for match in _URL.finditer(data[:NAMES_BYTES])):
            yield Lead(url.decode("utf-16-le"), "onenote")
        if len(data) < 1_024:
            raise Broken("shorter than its header")


def _names(data: bytes) -> list[str]:
    """What looks like names of files, in their order, each once."""
    found = (match[0][:-2].decode("utf-16-le") for match in _NAME.finditer(data))
    return list(dict.fromkeys(name.rpartition("\\")[2] for name in found))


def _fitting(names: list[str], inner: bytes) -> str:
    """The first name that is not taken and fits what the bytes are; the section keeps them far from each other."""
    kind = identify(inner)
    for name in names:
        last = extension(name)
        fits = last in KINDS[kind].extensions or (
            KINDS[kind].family in {"text", "data", "page"} and KINDS[identify(inner, name)].family in _RUNS
        )
        if fits:
            names.remove(name)
            return name
    return ""
