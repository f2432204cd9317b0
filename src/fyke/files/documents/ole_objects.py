"""Objects in OLE2 streams: packages ([MS-OLEDS] 2.3.6), links and monikers ([MS-OLEDS] 2.3.3), equations (EQNEDT32)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from struct import unpack_from

from fyke.files.base import Item, Member, Said
from fyke.files.budget import Meter
from fyke.files.documents.dde import RUNNERS
from fyke.files.documents.office_symbols import (
    COMMAND_LINE,
    EQUATION,
    EQUATION_HURT,
    LINK,
    MONIKER,
    PACKAGE_LINK,
    PACKAGE_RUNS,
    RUNS,
)
from fyke.files.identify import extension
from fyke.model import Finding, Lead

NAME_BYTES = 1_024  # of a name in a package: paths of Windows end at 260, long ones at 32,767 that nobody writes
MONIKER_BYTES = 65_536  # of a stream with a link that are looked at
CODE_MONIKERS = (
    bytes.fromhex("d30b2906aa48d2118432006008c3fbfc"),  # {06290BD3-...}: a script
    bytes.fromhex("c6afabec197fd211978e0000f8757e2a"),  # {ECABAFC6-...}: a new object of any class, CVE-2017-8570
    bytes.fromhex("c7b0abec197fd211978e0000f8757e2a"),  # {ECABB0C7-...}: SOAP, CVE-2017-8759
)
EQUATION_CLASSES = frozenset(
    {bytes.fromhex("02ce020000000000c000000000000046"), bytes.fromhex("00ce020000000000c000000000000046"),
     bytes.fromhex("01ce020000000000c000000000000046"), bytes.fromhex("03ce020000000000c000000000000046")}
)  # fmt: skip
WIDE_URL = re.compile(rb"(?:h\0t\0t\0p\0s?\0?|f\0t\0p\0|f\0i\0l\0e\0|m\0h\0t\0m\0l\0|\\\0\\\0)(?:[!-~]\0){4,2000}")
MTEF_FONT_BYTES = 40  # of a font's name in MTEF 3: the buffer of EQNEDT32 that CVE-2017-11882 overruns


def package(data: bytes, meter: Meter, how: str) -> Iterator[Item]:
    """The file in an Ole10Native stream, under the name that the user is shown."""
    name, kept, command, body = _native(data)
    if extension(name) in RUNS or extension(kept) in RUNS:
        yield Finding(PACKAGE_RUNS, (name if extension(name) in RUNS else kept)[-200:])
    if command:
        runs = extension(command) in RUNS or RUNNERS.search(command[:1_000])
        yield Finding(COMMAND_LINE if runs else PACKAGE_LINK, command[:200])
    elif meter.admits(name, len(body)):
        yield Member(meter.took(body), name or "object", how)


def _native(data: bytes) -> tuple[str, str, str, bytes]:
    """Label, path, command line (of a link to one) and bytes."""
    if len(data) < 6:
        return "", "", "", data[4:]
    size, flags = unpack_from("<IH", data)
    if flags != 2:  # not by the packager: the bytes are the object's own
        return "", "", "", data[4 : 4 + size]
    label, at = _text(data, 6)
    path, at = _text(data, at)
    if at + 4 > len(data):
        return "", "", "", data[4 : 4 + size]
    form = unpack_from("<HH", data, at)[1]
    at += 4
    if form == 1:  # a path or a command line stands in the place of a file
        return label, "", _text(data, at + 2)[0] or path or label, b""
    if at + 4 > len(data):
        return label, path, "", b""
    skip = unpack_from("<I", data, at)[0]
    at += 4
    kept = data[at : at + min(skip, NAME_BYTES)].split(b"\0")[0].decode("latin-1")
    at += skip
    if at + 4 > len(data):
        return label, kept or path, "", data[4 : 4 + size]
    count = unpack_from("<I", data, at)[0]
    body = data[at + 4 : at + 4 + count]
    wide = _wide_names(data[at + 4 + len(body) : at + 4 + len(body) + 3 * (4 + 2 * NAME_BYTES)])
    return _base(wide or label or path), _base(kept or path), "", body


def _wide_names(raw: bytes) -> str:
    """The label once more in UTF-16: second of three texts that may stand at the end."""
    at = 0
    texts: list[str] = []
    while at + 4 <= len(raw) and len(texts) < 3:
        count = unpack_from("<I", raw, at)[0]
        if count > NAME_BYTES or at + 4 + 2 * count > len(raw):
            break
        texts.append(raw[at + 4 : at + 4 + 2 * count].decode("utf-16-le", "replace"))
        at += 4 + 2 * count
    return texts[1] if len(texts) > 1 else ""


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\0", at, at + NAME_BYTES)
    end = min(len(data), at + NAME_BYTES) if end < 0 else end
    return data[at:end].decode("latin-1"), end + 1


def links(data: bytes) -> Iterator[Said]:
    """Addresses that an OLE stream's monikers lead to: the object is fetched from there when the file is opened."""
    data = data[:MONIKER_BYTES]
    if any(moniker in data for moniker in CODE_MONIKERS):
        yield Finding(MONIKER, "moniker of code")
    for match in WIDE_URL.finditer(data):
        url = match[0].decode("utf-16-le", "replace")
        yield Lead(url, "office")
        yield Finding(LINK, url[:200])
        return


def equation(data: bytes) -> Iterator[Said]:
    """An equation of the old editor, and whether it is made to overrun its buffers."""
    # MTEF 3 after a header of 28 bytes (EQNOLEFILEHDR): version, platform, product, its version and subversion.
    at = int.from_bytes(data[:2], "little")
    at = at if at == 28 else 0
    body = data[at : at + 4_096]
    hurt = _long_font(body[5:]) if body[:1] in {b"\2", b"\3"} else "" if at else "header"
    yield Finding(EQUATION_HURT, hurt) if hurt else Finding(EQUATION, f"{len(data):,} bytes")


def _long_font(body: bytes) -> str:
    """MTEF 3 FONT record (8): type face, style, name; only such a name, or a matrix (5) of thousands, overruns."""
    for at in range(min(len(body), 64)):
        if body[at] & 0x0F == 8:
            name = body[at + 3 : at + 300].split(b"\0")[0]
            if len(name) >= MTEF_FONT_BYTES:
                return f"name of a font of {len(name)} bytes"
    return ""
