"""Shortcuts after [MS-SHLLINK], put together field by field."""

from __future__ import annotations

import struct

_CLASS = bytes.fromhex("0114020000000000c000000000000046")


def shortcut(
    *,
    target: str = "",
    items: tuple[str, ...] = (),
    local: str = "",
    share: str = "",
    relative: str = "",
    arguments: str = "",
    icon: str = "",
    machine: str = "",
    mac: bytes = b"",
    overlay: bytes = b"",
    show: int = 1,
) -> bytes:
    """A shortcut; `target` goes into the environment block, `items` into the list of shell items."""
    flags = 0x80
    body = b""
    if items:
        flags |= 1
        entries = b"".join(_item(item) for item in items) + b"\0\0"
        body += struct.pack("<H", len(entries)) + entries
    if local or share:
        flags |= 2
        body += _info(local, share)
    for bit, text in ((8, relative), (0x20, arguments), (0x40, icon)):
        if text:
            flags |= bit
            body += struct.pack("<H", len(text)) + text.encode("utf-16-le")
    if target:
        flags |= 0x200
        narrow, wide = target.encode("cp1252", "replace")[:259], target.encode("utf-16-le")[:518]
        body += struct.pack("<II", 0x314, 0xA0000001) + narrow.ljust(260, b"\0") + wide.ljust(520, b"\0")
    if machine:
        droid = bytes(16) + bytes.fromhex("00112233445510118899") + mac.ljust(6, b"\0")
        body += struct.pack("<IIII", 0x60, 0xA0000003, 0x58, 0) + machine.encode().ljust(16, b"\0") + droid * 2
    head = struct.pack("<I16sII24sIII", 76, _CLASS, flags, 0, bytes(24), 0, 0, show)
    return head.ljust(76, b"\0") + body + bytes(4) + overlay


def _item(name: str) -> bytes:
    if name.endswith(":\\"):
        body = b"\x2f" + name.encode().ljust(22, b"\0")
    else:
        short = name.encode("cp1252", "replace")[:8] + b"\0"
        body = b"\x32\0" + bytes(10) + short + b"\0" * (len(short) % 2)
        wide = name.encode("utf-16-le") + b"\0\0"
        start = len(body) + 2
        block = struct.pack("<HHI", 46 + len(wide) + 2, 9, 0xBEEF0004).ljust(46, b"\0") + wide
        body += block + struct.pack("<H", start)
    return struct.pack("<H", len(body) + 2) + body


def _info(local: str, share: str) -> bytes:
    if share:
        host, _, below = share.rpartition("\\")
        name = host.encode() + b"\0"
        network = struct.pack("<IIIII", 20 + len(name), 0, 20, 0, 0) + name
        body = network + below.encode() + b"\0"
        return struct.pack("<IIIIIII", 28 + len(body), 28, 2, 0, 0, 28, 28 + len(network)) + body
    body = local.encode() + b"\0\0"
    return struct.pack("<IIIIIII", 28 + len(body), 28, 1, 0, 28, 0, 28 + len(body) - 1) + body
