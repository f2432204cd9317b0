"""Android apps: a binary manifest, code that is only names, and a ZIP around them."""

from __future__ import annotations

import io
import struct
import zipfile

ANDROID = "http://schemas.android.com/apk/res/android"


def manifest(elements: list[tuple[str, dict[str, str]]], *, is_utf8: bool = False) -> bytes:
    """A binary manifest of flat elements."""
    strings = sorted({word for name, values in elements for word in (name, *values, *values.values())})
    index = {word: at for at, word in enumerate(strings)}
    pool = _pool(strings, is_utf8=is_utf8)
    body = b"".join(_start(index, name, values) + _end(index[name]) for name, values in elements)
    return struct.pack("<HHI", 3, 8, 8 + len(pool) + len(body)) + pool + body


def _pool(strings: list[str], *, is_utf8: bool) -> bytes:
    places, raw = [], b""
    for word in strings:
        places.append(len(raw))
        if is_utf8:
            raw += bytes([len(word), len(word.encode())]) + word.encode() + b"\0"
        else:
            raw += struct.pack("<H", len(word)) + word.encode("utf-16-le") + b"\0\0"
    raw += b"\0" * (-len(raw) % 4)
    start = 28 + 4 * len(strings)
    head = struct.pack("<HHIIIIII", 1, 28, start + len(raw), len(strings), 0, 256 * is_utf8, start, 0)
    return head + struct.pack(f"<{len(places)}I", *places) + raw


def _start(index: dict[str, int], name: str, values: dict[str, str]) -> bytes:
    rows = b"".join(
        struct.pack("<IIIHBBI", 0xFFFFFFFF, index[key], index[value], 8, 0, 3, index[value])
        for key, value in values.items()
    )
    head = struct.pack("<IIIIHHHHHH", 1, 0xFFFFFFFF, 0xFFFFFFFF, index[name], 20, 20, len(values), 0, 0, 0)
    return struct.pack("<HHI", 0x102, 16, 8 + len(head) + len(rows)) + head + rows


def _end(name: int) -> bytes:
    return struct.pack("<HHIIIII", 0x103, 16, 24, 1, 0xFFFFFFFF, 0xFFFFFFFF, name)


def app(
    permissions: tuple[str, ...] = (), guards: tuple[str, ...] = (), actions: tuple[str, ...] = (), *,
    code: bytes = b"", is_utf8: bool = False, more: dict[str, bytes] | None = None,
) -> bytes:  # fmt: skip
    """An app with these permissions, services bound by these, and receivers of these actions."""
    elements = [("manifest", {"package": "test.example.app"})]
    elements += [("uses-permission", {"name": f"android.permission.{name}"}) for name in permissions]
    elements += [("service", {"name": ".S", "permission": f"android.permission.{name}"}) for name in guards]
    elements += [("action", {"name": name}) for name in actions]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("AndroidManifest.xml", manifest(elements, is_utf8=is_utf8))
        archive.writestr("classes.dex", b"dex\n035\0" + code)
        for name, data in (more or {}).items():
            archive.writestr(name, data)
    return out.getvalue()
