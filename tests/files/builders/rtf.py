"""RTF with objects, built; what is in them is inert."""

import struct


def ole1(class_name, native):
    """An OLE 1.0 embedded object ([MS-OLEDS] 2.2.5)."""
    name = class_name.encode() + b"\0"
    return struct.pack("<III", 0x501, 2, len(name)) + name + bytes(8) + struct.pack("<I", len(native)) + native


def package(name, data):
    """A packed file, as Windows' packager writes it."""
    path = b"C:\\" + name.encode() + b"\0"
    head = b"\2\0" + name.encode() + b"\0" + path + b"\0\0\3\0" + struct.pack("<I", len(path)) + path
    return head + struct.pack("<I", len(data)) + data


def rtf(objects=(), extra=b"", tricks=b"", control=b"\\objdata "):
    """A document with objects; `tricks` are written amid the hex of each."""
    out = [b"{\\rtf1\\ansi Hello.\\par " + extra]
    for native in objects:
        digits = native.hex().encode()
        out.append(b"{\\object\\objemb{\\*" + control + digits[:20] + tricks + digits[20:] + b"}}")
    return b"".join(out) + b"}"
