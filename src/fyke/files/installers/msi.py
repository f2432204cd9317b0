"""Windows installers and patches: OLE2 files whose streams have packed names (MS-CFB; the names after public notes).

Streams that hold files are members; of the tables, only CustomAction is read: what runs when it is installed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little
from fyke.files.entries import Entry, members
from fyke.model import Finding, Symbol

RUNS = Symbol("MSI_RUNS_CODE", "An installer runs a script, a library or a program of its own", "files", 0.5)
STREAMS = 3_000
TABLE_BYTES = 8 << 20  # of a table: texts of the largest have some megabytes
ACTIONS = 2_000
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._"
_CODE = {1: "library", 2: "program", 5: "JScript", 6: "VBScript"}  # low bits of an action's type
_SCRIPTS = {5: "js", 6: "vbs"}
IN_TABLE, IN_FILE, IN_PLACE = 0x00, 0x10, 0x20  # where the code is


def plain_name(name: str) -> str:
    """A stream's name: two letters are packed in one character; "!" before the name of a table."""
    found: list[str] = []
    for letter in name:
        code = ord(letter)
        if 0x3800 <= code < 0x4800:
            found.append(_LETTERS[code - 0x3800 & 63] + _LETTERS[code - 0x3800 >> 6])
        elif 0x4800 <= code < 0x4840:
            found.append(_LETTERS[code - 0x4800])
        else:
            found.append("!" if code == 0x4840 else letter)
    return "".join(found)


class Msi(Unpacker):
    """Opens Windows installers: cabinets, libraries, pictures, scripts."""

    name = "msi"
    kinds = frozenset({"msi"})
    symbols = (RUNS,)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """The streams, then what the installer runs."""
        import olefile  # type: ignore[import-untyped]  # noqa: PLC0415  rare in mail, and 10 ms to import

        try:
            with olefile.OleFileIO(io.BytesIO(file.data)) as ole:
                named = {"/".join(plain_name(each) for each in path): path for path in ole.listdir()[:STREAMS]}
                read = _reader(ole, named)
                yield from members(_entries(ole, named), "msi", meter)
                yield from _actions(read)
        except (OSError, ValueError, IndexError, TypeError, AttributeError, OverflowError) as error:
            raise Broken(f"OLE2: {error}") from None


def _entries(ole: object, named: dict[str, list[str]]) -> Iterator[Entry]:
    for name, path in named.items():
        if not name.startswith("!") and "SummaryInformation" not in name:
            size = int(ole.get_size(path))  # type: ignore[attr-defined]
            yield Entry(name.replace("\5", ""), size, _stream(ole, path))


def _stream(ole: object, path: list[str]) -> Iterator[bytes]:
    try:
        yield ole.openstream(path).read()  # type: ignore[attr-defined]
    except (OSError, ValueError, IndexError) as error:
        raise Broken(f"a stream: {error}") from None


def _reader(ole: object, named: dict[str, list[str]]) -> dict[str, bytes]:
    """The three streams that are needed of the tables."""
    found: dict[str, bytes] = {}
    for name in ("!_StringPool", "!_StringData", "!CustomAction"):
        if name in named:
            found[name] = b"".join(_stream(ole, named[name]))[:TABLE_BYTES]
    return found


def texts(pool: bytes, data: bytes) -> list[str]:
    """All texts of the tables, by their number."""
    found, at, place = [""], 0, 4
    while place + 4 <= len(pool):
        size, uses = little(pool, place, 2), little(pool, place + 2, 2)
        place += 4
        if size == 0 and uses and place + 4 <= len(pool):  # a long one: the next row has its size
            size = little(pool, place, 4)
            place += 4
        found.append(data[at : at + size].decode("utf-8", "replace"))
        at += size
    return found


def _actions(read: dict[str, bytes]) -> Iterator[Item]:
    """What runs: each action that is code."""
    table, pool = read.get("!CustomAction", b""), read.get("!_StringPool", b"")
    if not table or len(pool) < 4:
        return
    words = texts(pool, read.get("!_StringData", b""))
    wide = 3 if pool[3] & 0x80 else 2
    # Action, Type, Source, Target, and in later versions ExtendedType: columns one after the other.
    row = next((size for size in (3 * wide + 2, 3 * wide + 6) if len(table) % size == 0), 0)
    if not row:
        return
    count = len(table) // row
    ends = (0, wide * count, (wide + 2) * count, (2 * wide + 2) * count)
    shown: list[str] = []
    for number in range(min(count, ACTIONS)):
        name, source, target = (_word(words, little(table, ends[column] + wide * number, wide)) for column in (0, 2, 3))
        kind = little(table, ends[1] + 2 * number, 2) ^ 0x8000
        if kind & 7 not in _CODE:
            continue
        shown.append(f"{name}: {_CODE[kind & 7]} {source} {target}")
        if kind & 7 in _SCRIPTS and kind & 0x30 == IN_PLACE and target:
            yield Member(target.encode(), f"{name}.{_SCRIPTS[kind & 7]}", "msi custom action", _SCRIPTS[kind & 7])
    if shown:
        yield Finding(RUNS, "; ".join(shown)[:200])


def _word(words: list[str], number: int) -> str:
    return words[number] if number < len(words) else ""
