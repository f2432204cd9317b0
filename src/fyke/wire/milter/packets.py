"""Packets of the milter protocol: four octets of length, a letter, data. Bytes in, packets out."""

from __future__ import annotations

import struct

from fyke.wire.milter.words import PACKET_BYTES

LENGTH = struct.Struct("!I")


class LocalProtocolError(Exception):
    """We said what may not be said now."""


class RemoteProtocolError(Exception):
    """The other side speaks another protocol, or cannot be followed any further: hang up."""


def packet(letter: bytes, data: bytes = b"") -> bytes:
    """What to send."""
    return LENGTH.pack(1 + len(data)) + letter + data


def strings(data: bytes) -> list[bytes]:
    """The zero-ended strings that data is made of; nothing where the last has no end."""
    parts = data.split(b"\0")
    return parts[:-1] if not parts[-1] else []


class Packets:
    """What came, cut into packets; holds one packet and what was received with it."""

    def __init__(self) -> None:
        self._whole, self._at = b"", 0  # what is being cut
        self._more = bytearray()  # what came since

    def receive(self, data: bytes) -> None:
        """Take what came."""
        if self._more or self._at < len(self._whole):
            self._more += data
        else:
            self._whole, self._at = data, 0

    def clear(self) -> None:
        """Forget what came and was not asked for."""
        self._whole, self._at = b"", 0
        self._more.clear()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left over."""
        return not self._more and self._at == len(self._whole)

    def next(self) -> tuple[bytes, bytes] | None:
        """Letter and data; None where more must come first. Raises `RemoteProtocolError`."""
        while True:
            whole, at = self._whole, self._at
            needed, have = LENGTH.size, len(whole) - at
            if have >= LENGTH.size:
                (size,) = LENGTH.unpack_from(whole, at)
                if not 0 < size <= PACKET_BYTES:
                    raise RemoteProtocolError(f"a packet of {size} bytes")
                needed += size
                if needed <= have:
                    self._at = at + needed
                    return whole[at + 4 : at + 5], whole[at + 5 : at + needed]
            if not self._more or have + len(self._more) < needed:
                return None
            self._whole, self._at = whole[at:] + bytes(self._more), 0
            self._more.clear()
