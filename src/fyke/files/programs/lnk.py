"""Windows shortcuts, after [MS-SHLLINK]: what a click on one runs. No opinion; the findings are in `shortcuts`."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken

HEADER_BYTES = 76
BLOCKS = 64  # extra blocks read: the specification has eleven kinds
ITEMS = 128  # of the path of shell items: a path has at most some dozens of folders
_IDS, _INFO, _NAME, _RELATIVE, _FOLDER, _ARGUMENTS, _ICON, _UNICODE, _NO_INFO = (1 << bit for bit in range(9))  # 2.1.1
ENVIRONMENT, TRACKER, ICON_ENVIRONMENT = 0xA0000001, 0xA0000003, 0xA0000007  # 2.5
_LONG_NAME = 0xBEEF0004
_LONG_NAME_AT = ((9, 46), (8, 42), (7, 38), (3, 20))  # version of that block, and where its name starts


class Shortcut(Struct, frozen=True):
    """What a shortcut says."""

    target: str = ""  # the path, from the best of its four places
    arguments: str = ""
    icon: str = ""
    title: str = ""
    relative: str = ""
    folder: str = ""  # to work in
    show: int = 1  # 7: minimised (ShowCommand)
    machine: str = ""  # name of the computer it was made on
    mac: str = ""  # address of a network card of that computer
    end: int = 0  # where the shortcut ends in the file

    @property
    def command(self) -> str:
        """The command line."""
        return f"{self.target} {self.arguments}".strip()


def read(data: bytes) -> Shortcut:
    """The fields of a shortcut. Raises `Broken`."""
    try:
        return _read(data)
    except struct.error as error:
        raise Broken("the shortcut is cut short") from error


def _read(data: bytes) -> Shortcut:
    (flags,) = struct.unpack_from("<I", data, 20)
    (show,) = struct.unpack_from("<I", data, 60)
    at, by_items, by_info = HEADER_BYTES, "", ""
    if flags & _IDS:
        (size,) = struct.unpack_from("<H", data, at)
        by_items = _item_path(data[at + 2 : at + 2 + size])
        at += 2 + size
    if flags & _INFO and not flags & _NO_INFO:
        (size,) = struct.unpack_from("<I", data, at)
        by_info = _info_path(data[at : at + min(size, 4_096)])
        at += max(4, size)
    texts: dict[int, str] = {}
    for bit in (_NAME, _RELATIVE, _FOLDER, _ARGUMENTS, _ICON):
        if flags & bit:
            texts[bit], at = _counted(data, at, is_wide=bool(flags & _UNICODE))
    blocks, end = _blocks(data, at)
    machine, mac = _tracker(blocks.get(TRACKER, b""))
    return Shortcut(
        target=_environment(blocks.get(ENVIRONMENT, b"")) or by_info or by_items or texts.get(_RELATIVE, ""),
        arguments=texts.get(_ARGUMENTS, ""),
        icon=texts.get(_ICON, "") or _environment(blocks.get(ICON_ENVIRONMENT, b"")),
        title=texts.get(_NAME, ""),
        relative=texts.get(_RELATIVE, ""),
        folder=texts.get(_FOLDER, ""),
        show=show,
        machine=machine,
        mac=mac,
        end=end,
    )


def _counted(data: bytes, at: int, *, is_wide: bool) -> tuple[str, int]:
    """A text with its length in characters before it (2.4), and where it ends."""
    (count,) = struct.unpack_from("<H", data, at)
    size = count * (2 if is_wide else 1)
    raw = data[at + 2 : at + 2 + size]
    return raw.decode("utf-16-le" if is_wide else "cp1252", "replace"), at + 2 + size


def _item_path(items: bytes) -> str:
    """The path that the shell items make: file entries have their long name in an extension block."""
    at, parts = 0, []
    for _ in range(ITEMS):
        size = int.from_bytes(items[at : at + 2], "little")
        if size < 3 or at + size > len(items):
            break
        if part := _item(items[at : at + size]):
            parts.append(part)
        at += size
    return "\\".join(part.rstrip("\\") for part in parts)


def _item(item: bytes) -> str:
    kind = item[2]
    if kind & 0x70 == 0x30:  # a file or a folder
        at = item.find((_LONG_NAME).to_bytes(4, "little"), 12)
        if at >= 4:
            version = int.from_bytes(item[at - 2 : at], "little")
            start = next((place for least, place in _LONG_NAME_AT if version >= least), 0)
            if start and (name := _wide(item[at - 4 + start :])):
                return name
        return _wide(item[14:]) if kind & 4 else _narrow(item[14:])
    if kind & 0x70 == 0x20 and kind & 1:  # a drive
        return _narrow(item[3:])
    if kind & 0x70 == 0x40:  # a place in the network
        return _narrow(item[5:])
    return ""


def _info_path(info: bytes) -> str:
    """The path in a LinkInfo (2.3): of a local drive, or of a share and what is below it."""
    if len(info) < 28:
        return ""
    head, flags, _, local, network, suffix = struct.unpack_from("<IIIIII", info, 4)
    wide_local, wide_suffix = struct.unpack_from("<II", info, 28) if head >= 36 and len(info) >= 36 else (0, 0)
    below = _wide(info[wide_suffix:]) if wide_suffix else _narrow(info[suffix:])
    if flags & 2 and 0 < network <= len(info) - 20:
        (name,) = struct.unpack_from("<I", info, network + 8)
        return f"{_narrow(info[network + name :])}\\{below}" if name else below
    if flags & 1:
        return (_wide(info[wide_local:]) if wide_local else _narrow(info[local:])) + below
    return ""


def _blocks(data: bytes, at: int) -> tuple[dict[int, bytes], int]:
    """The extra blocks by their signatures (2.5), and where the terminal block ends."""
    found: dict[int, bytes] = {}
    for _ in range(BLOCKS):
        size = int.from_bytes(data[at : at + 4], "little")
        if size < 8 or at + size > len(data):
            return found, min(len(data), at + 4)
        found.setdefault(int.from_bytes(data[at + 4 : at + 8], "little"), data[at : at + size])
        at += size
    return found, at


def _environment(block: bytes) -> str:
    """The path in a block of 2.5.4 or 2.5.5: 260 bytes, then 260 characters."""
    return _wide(block[268:788]) or _narrow(block[8:268])


def _tracker(block: bytes) -> tuple[str, str]:
    """Name of the computer, and its network card's address, in a block of 2.5.10; its last identifiers have a MAC.

    An identifier made by time and card (version 1, RFC 9562 5.1) ends with the six bytes of the card.
    """
    if len(block) < 96:
        return "", ""
    machine = block[16:32].split(b"\0")[0].decode("latin-1")
    droid = block[48:64]
    is_timed = droid[7] >> 4 == 1 and not droid[10] & 1
    return machine, droid[10:16].hex(":") if is_timed else ""


def _narrow(raw: bytes) -> str:
    return raw[:1_024].split(b"\0")[0].decode("cp1252", "replace")


def _wide(raw: bytes) -> str:
    return raw[: 2_048 & ~1].decode("utf-16-le", "replace").partition("\0")[0]


def targets(shortcut: Shortcut) -> Iterator[str]:
    """All paths that a shortcut names, likeliest first."""
    yield from dict.fromkeys(filter(None, (shortcut.target, shortcut.relative)))
