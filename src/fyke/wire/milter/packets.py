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
        self._heard = bytearray()

    def receive(self, data: bytes) -> None:
        """Take what came."""
        self._heard += data

    def clear(self) -> None:
        """Forget what came and was not asked for."""
        self._heard.clear()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left over."""
        return not self._heard

    def next(self) -> tuple[bytes, bytes] | None:
        """Letter and data; None where more must come first. Raises `RemoteProtocolError`."""
        heard = self._heard
        if len(heard) < LENGTH.size:
            return None
        (size,) = LENGTH.unpack_from(heard)
        if not 0 < size <= PACKET_BYTES:
            raise RemoteProtocolError(f"a packet of {size} bytes")
        end = LENGTH.size + size
        if len(heard) < end:
            return None
        letter, data = bytes(heard[4:5]), bytes(heard[5:end])
        del heard[:end]  # costs nothing: a bytearray moves its beginning
        return letter, data
