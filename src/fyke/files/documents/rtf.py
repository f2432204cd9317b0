"""RTF (1.9.1): objects written as hex between control words, links that load something, fields that run something.

Attackers bend the syntax until parsers lose it and Word does not, so objects are sought by their control word alone and
their hex is gathered however it is interrupted. [MS-OLEDS] 2.2 describes what the hex holds.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Generator, Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.identify import identify
from fyke.files.kinds import KINDS
from fyke.model import Finding, Label, Lead, Symbol

OBJECT = Symbol("RTF_OBJECT", "A document holds an object that another program opens", "files", 1.0, Label.MALWARE)
EQUATION = Symbol(
    "RTF_EQUATION",
    "A document holds an object of the equation editor, whose flaws run code",
    "files",
    7.0,
    Label.MALWARE,
    family="Exploit.RTF.EquationEditor",
)
UPDATES = Symbol(
    "RTF_OBJECT_UPDATES", "An object of a document loads itself as soon as it is opened", "files", 4.0, Label.MALWARE,
    family="Exploit.RTF.ObjectUpdate",
)  # fmt: skip
PROGRAM = Symbol(
    "RTF_PROGRAM", "A document holds a program, script or shortcut as an object", "files", 7.0, Label.MALWARE,
    family="Doc.Dropper.RTF",
)  # fmt: skip
LINKS = Symbol(
    "RTF_LOADS_REMOTE", "A document loads an object or a template from elsewhere when it is opened", "files", 6.0,
    Label.MALWARE, family="Doc.Downloader.RTF",
)  # fmt: skip
HIDDEN = Symbol(
    "RTF_OBFUSCATED", "The hex of an object is interrupted, as only those write it who hide it", "files", 4.0,
    Label.MALWARE, family="Exploit.RTF.Obfuscated",
)  # fmt: skip
DDE = Symbol("RTF_DDE", "A field of a document runs a program (DDE)", "files", 7.0, Label.MALWARE, family="Doc.DDE.RTF")

OBJECTS = 200  # objects of a document that are read
FIELDS = 2_000  # fields of a document that are looked at
FIELD_CHARS = 2_000  # of one field's instruction
_OBJDATA = re.compile(rb"\\objdata(?![a-z])", re.IGNORECASE)
_UPDATE = re.compile(rb"\\objupdate(?![a-z])")
_FIELD = re.compile(rb"\\fldinst(?![a-z])", re.IGNORECASE)
_TEMPLATE = re.compile(rb"\\template(?![a-z])", re.IGNORECASE)
_CONTROL = re.compile(rb"\\(?:([a-zA-Z]{1,40})(-?[0-9]{1,12})? ?|'([0-9A-Fa-f]{2})|[^a-zA-Z'])")
_HEX = re.compile(rb"[0-9A-Fa-f]+")
_PLAIN = re.compile(rb"[0-9A-Fa-f\s]+")
_JUNK = re.compile(rb"[^0-9A-Fa-f\s{}\\]+")
_EQUATION = re.compile(rb"equation\.[23]", re.IGNORECASE)
# {0002CE02-0000-0000-C000-000000000046}, the class of Equation 3.0, as an OLE2 root writes it.
_EQUATION_CLASS = b"\x02\xce\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
_REMOTE = re.compile(
    rb"(?:https?|ftp|file|mhtml|ms-[a-z]{2,20}):[^\s\"'<>{}\\]{3,1000}|\\\\\\\\[^\s\"'<>{}]{3,500}", re.IGNORECASE
)
_URL_MONIKER = b"\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"
_WIDE_URL = re.compile(rb"(?:h\0t\0t\0p\0s?\0?|f\0i\0l\0e\0|\\\0\\\0)(?:[\x20-\x7e]\0){3,500}", re.IGNORECASE)
_RUNS = frozenset({"program", "script"})


class Rtf(Unpacker):
    """Which objects and links does the document hold?"""

    name = "rtf"
    kinds = frozenset({"rtf"})
    symbols = (OBJECT, EQUATION, UPDATES, PROGRAM, LINKS, HIDDEN, DDE)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield what each object holds; then where the document leads."""
        data = file.data
        updates = next(_words(_UPDATE, data), None) is not None
        found = 0
        match = next(_words(_OBJDATA, data), None)
        while match:
            if found == OBJECTS or not meter.admits(f"object {found + 1}"):
                meter.cut("count", f"more than {found} objects")
                break
            found += 1
            end = yield from _object(data, match.end(), found, meter)
            match = next(_words(_OBJDATA, data, end), None)
        if found:
            yield Finding(OBJECT, f"{found} objects" if found > 1 else "1 object")
            if updates:
                yield Finding(UPDATES, "objupdate")
        yield from _fields(data)
        yield from _templates(data)
        if not data.startswith(b"{\\rtf"):
            raise Broken("the first control word is not rtf")


def _words(word: re.Pattern[bytes], data: bytes, start: int = 0) -> Iterator[re.Match[bytes]]:
    """Where a control word stands: not the same letters behind a backslash that is escaped itself."""
    for match in word.finditer(data, start):
        at = match.start()
        while at > 0 and data[at - 1] == 0x5C:
            at -= 1
        if (match.start() - at) % 2 == 0:
            yield match


def _object(data: bytes, start: int, number: int, meter: Meter) -> Generator[Item, None, int]:
    """What one object holds: a file that somebody packed, or the storage of another program. Gives where it ends."""
    digits, tricks, end = _digits(data, start, meter)
    if tricks:
        yield Finding(HIDDEN, tricks)
    native = meter.took(binascii.unhexlify(digits[: len(digits) // 2 * 2]))
    class_name, inner = _ole1(native)
    if _EQUATION.search(class_name) or _EQUATION_CLASS in native[:1_000_000]:
        yield Finding(EQUATION, class_name.decode("latin-1") or "by its class")
    if _URL_MONIKER in native:
        yield from _monikers(native)
    if class_name.lower() == b"package":
        name, inner = _package(inner)
    else:
        name = f"object {number}" + (f" ({class_name.decode('latin-1')[:40]})" if class_name.isascii() else "")
    if inner:
        if _family(inner, name) in _RUNS:
            yield Finding(PROGRAM, name)
        yield Member(inner, name, "object of RTF")
    return end


def _family(data: bytes, name: str) -> str:
    return KINDS[identify(data, name)].family


def _monikers(native: bytes) -> Iterator[Item]:
    at = native.find(_URL_MONIKER)
    match = _WIDE_URL.search(native, at, at + 4_096)
    if match:
        url = match[0].decode("utf-16-le", "replace").rstrip("\0")
        yield Finding(LINKS, url[:200])
        yield Lead(url, "rtf")


def _digits(data: bytes, start: int, meter: Meter) -> tuple[bytes, str, int]:
    """The hex digits of an object, which trick interrupts them, and where it ends: where its group does."""
    got: list[bytes] = []
    depth, at, tricks = 0, start, ""
    size, words = len(data), 0
    while at < size:
        words += 1
        if words % 4_096 == 0 and meter.is_over_time:
            meter.cut("time", "an object in very many pieces")
            break
        plain = _PLAIN.match(data, at)
        if plain:
            got.append(plain[0])
            at = plain.end()
            continue
        byte = data[at]
        if byte == 0x7B:
            depth += 1
            tricks = tricks or "groups within the hex"
            at += 1
        elif byte == 0x7D:
            depth -= 1
            at += 1
            if depth < 0:
                break
        elif byte == 0x5C:
            at, said, trick = _control(data, at)
            got.append(said)
            tricks = tricks or trick
        else:  # anything else is passed over, as Word does
            junk = _JUNK.match(data, at)
            at = junk.end() if junk else at + 1
    return b"".join(_HEX.findall(b"".join(got))), tricks, at


def _control(data: bytes, at: int) -> tuple[int, bytes, str]:
    """Past one control word within the hex; the digits that it stands for, and which trick it is."""
    control = _CONTROL.match(data, at)
    if control is None:
        return at + 1, b"", ""
    if control[1] == b"bin" and control[2]:
        count = min(max(0, int(control[2])), len(data) - control.end())
        return control.end() + count, binascii.hexlify(data[control.end() : control.end() + count]), "binary in the hex"
    if control[3]:
        return control.end(), b"", "characters written as \\'xx"
    return control.end(), b"", "control words within the hex" if control[1] else ""


def _ole1(data: bytes) -> tuple[bytes, bytes]:
    """Class name and native data of an OLE 1.0 object ([MS-OLEDS] 2.2.5); all of it where it is none."""
    at = 8
    names: list[bytes] = []
    for _ in range(3):
        size = int.from_bytes(data[at : at + 4], "little")
        if size > 4_096 or at + 4 > len(data):
            return b"", _from_sign(data)
        names.append(data[at + 4 : at + 4 + size].rstrip(b"\0"))
        at += 4 + size
    size = int.from_bytes(data[at : at + 4], "little")
    native = data[at + 4 : at + 4 + size] if 0 < size <= len(data) else data[at + 4 :]
    return names[0], native or _from_sign(data)


def _from_sign(data: bytes) -> bytes:
    """The data from where a storage or a program begins; a broken header keeps no one from loading it."""
    places = [
        at for sign in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\3\4", b"MZ") if (at := data.find(sign, 0, 4_096)) >= 0
    ]
    return data[min(places) :] if places else data


def _package(data: bytes) -> tuple[str, bytes]:
    """Name and content of a packed file ([MS-OLEDS] does not tell; Windows' packager writes it so)."""
    if data[:2] != b"\2\0":
        return "package", data
    name, _, rest = data[2:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")  # the path it came from
    at = 4  # two flags
    size = int.from_bytes(rest[at : at + 4], "little")
    at += 4 + min(size, len(rest))
    size = int.from_bytes(rest[at : at + 4], "little")
    return name.decode("latin-1")[:255], rest[at + 4 : at + 4 + size]


def _text(data: bytes, start: int) -> str:
    """The plain text of the group that the place is in, without control words."""
    got: list[bytes] = []
    at, depth, end = start, 0, min(len(data), start + FIELD_CHARS)
    while at < end:
        byte = data[at]
        if byte == 0x5C:
            control = _CONTROL.match(data, at)
            if control is None:
                got.append(b"\\")
                at += 1
                continue
            got.append(binascii.unhexlify(control[3]) if control[3] else b"\\" if control[0] == b"\\\\" else b"")
            at = control.end()
            continue
        depth += (byte == 0x7B) - (byte == 0x7D)
        if depth < 0:
            break
        if byte not in b"{}\r\n":
            got.append(data[at : at + 1])
        at += 1
    return b"".join(got).decode("latin-1").strip()


def _fields(data: bytes) -> Iterator[Item]:
    """Fields that run or load something, and links."""
    for number, match in enumerate(_words(_FIELD, data)):
        if number == FIELDS:
            return
        text = _text(data, match.end())
        word, _, rest = text.partition(" ")
        word = word.upper()
        if word in {"DDE", "DDEAUTO"}:
            yield Finding(DDE, text[:200])
        elif word in {"HYPERLINK", "INCLUDEPICTURE", "INCLUDETEXT", "LINK", "IMPORT"}:
            remote = _REMOTE.search(rest.encode("latin-1"))
            if remote:
                url = remote[0].decode("latin-1")
                yield Lead(url, "rtf")
                if word in {"INCLUDETEXT", "LINK", "IMPORT"}:
                    yield Finding(LINKS, text[:200])


def _templates(data: bytes) -> Iterator[Item]:
    """A template that is loaded from elsewhere brings its macros along."""
    for match in _words(_TEMPLATE, data):
        text = _text(data, match.end())
        if text.startswith("\\\\") or "://" in text[:20]:
            yield Finding(LINKS, f"template {text}"[:200])
            yield Lead(text, "rtf")
        return
