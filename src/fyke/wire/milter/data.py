"""What is inside two packets of milter that have a form of their own: a client's address, and a reply to it."""

from __future__ import annotations

from collections.abc import Sequence

from fyke.wire.milter.events import Connect, Macros
from fyke.wire.milter.packets import RemoteProtocolError

REPLY_CHARS = 480  # RFC 5321 4.5.3.1.5: a line of a reply has 512 octets, and some are the server's


def connect(data: bytes, macros: Macros) -> Connect:
    """A client: its name, its kind, and for most kinds a port and an address. Raises `RemoteProtocolError`."""
    name, zero, rest = data.partition(b"\0")
    family = rest[:1]
    if not zero or family not in (b"4", b"6", b"L", b"U"):
        raise RemoteProtocolError("a client of no known kind")
    if family == b"U":
        return Connect(name, family, 0, b"", macros)
    if len(rest) < 4 or rest[-1]:
        raise RemoteProtocolError("a client without address")
    return Connect(name, family, int.from_bytes(rest[1:3]), rest[3:].rstrip(b"\0"), macros)


def reply(code: int, status: str, lines: Sequence[str]) -> bytes:
    """The lines of a reply as SMTP has them; Sendmail formats it, so a per cent sign is said twice."""
    said = [" ".join(line.split()) for line in lines] or [""]
    ends = ["-"] * (len(said) - 1) + [" "]
    text = "\r\n".join(
        f"{code}{end}{status} {line[:REPLY_CHARS]}".rstrip() for end, line in zip(ends, said, strict=True)
    )
    return text.encode("ascii", "replace").replace(b"\0", b"").replace(b"%", b"%%")
