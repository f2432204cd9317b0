"""Files in the forms in which mail carries them, built."""

import base64
import binascii
import struct
import zlib

from tests.files.builders.office import compound


def mail(files, body="See the file."):
    """A mail with files, a list of name and content."""
    parts = [f"Content-Type: text/plain\r\n\r\n{body}\r\n".encode()]
    for name, data in files:
        head = f'Content-Type: application/octet-stream; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        head += f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + base64.encodebytes(data).replace(b"\n", b"\r\n"))
    top = b"From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    top += b"Content-Type: multipart/mixed; boundary=edge\r\n\r\n"
    return top + b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"


def uuencode(data, name="x.exe"):
    """The data as uuencode."""
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n".encode() + b"".join(lines) + b"`\nend\n"


def yenc(data, name="x.exe"):
    """The data as yEnc, one part."""
    coded = bytearray()
    for byte in data:
        value = (byte + 42) % 256
        coded += bytes([0x3D, (value + 64) % 256]) if value in {0, 10, 13, 0x3D} else bytes([value])
    head = f"=ybegin line=128 size={len(data)} name={name}\r\n".encode()
    return head + bytes(coded) + f"\r\n=yend size={len(data)} crc32={zlib.crc32(data):08x}\r\n".encode()


_HQX = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_B64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def binhex(data, name="x"):
    """The data fork as BinHex 4.0; check sums are left zero, no reader here asks for them."""
    head = bytes([len(name)]) + name.encode() + b"\0APPL????" + b"\0\0" + struct.pack(">II", len(data), 0) + b"\0\0"
    raw = (head + data + b"\0\0" + b"\0\0").replace(b"\x90", b"\x90\0")
    text = base64.b64encode(raw).rstrip(b"=").translate(bytes.maketrans(_B64, _HQX))
    lines = b"\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return b"(This file must be converted with BinHex 4.0)\n\n:" + lines + b":\n"


def tnef(name, data, rtf=b""):
    """A winmail.dat with one attachment, and with a body as stored RTF."""

    def attribute(level, kind, tag, value):
        return struct.pack("<BHHI", level, tag, kind, len(value)) + value + struct.pack("<H", sum(value) % 65_536)

    out = struct.pack("<IH", 0x223E9F78, 1)
    if rtf:
        body = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
        value = struct.pack("<IHHII", 1, 0x102, 0x1009, 1, len(body)) + body + bytes(-len(body) % 4)
        out += attribute(1, 6, 0x9003, value)
    out += attribute(2, 6, 0x9002, bytes(14))
    out += attribute(2, 1, 0x8010, name.encode() + b"\0")
    return out + attribute(2, 6, 0x800F, data)


def storage(number):
    """The name of an attachment's storage in an Outlook message ([MS-OXMSG] 2.2.2)."""
    return f"__attach_version1.0_#{number:08X}"


def message(files, bodies=None):
    """An Outlook message with attachments, a dict of name and content; bodies by number and type of their property."""
    wide = "See the file.".encode("utf-16-le")
    streams = {"__properties_version1.0": bytes(32)}
    streams |= {f"__substg1.0_{tag}": data for tag, data in (bodies or {"1000001F": wide}).items()}
    for number, (name, data) in enumerate(files.items()):
        streams[f"{storage(number)}/__substg1.0_37010102"] = data
        streams[f"{storage(number)}/__substg1.0_3707001F"] = name.encode("utf-16-le")
    return compound(streams)
