"""A OneNote section with attached files, as far as its reader looks."""

import struct

_START = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3")
_HEADER = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
_FOOTER = bytes.fromhex("22a7fb71790f0b4abb13899256426b24")


def onenote(files, text=""):
    """A section; `files` are pairs of name and content, an empty name for a picture."""
    out = [_START.ljust(1_024, b"\0"), text.encode("utf-16-le") + bytes(2)]
    out += [bytes(2) + name.encode("utf-16-le") + bytes(2) for name, _ in files if name]
    for _, data in files:
        out.append(_HEADER + struct.pack("<QIQ", len(data), 0, 0) + data + _FOOTER)
    return b"".join(out)
