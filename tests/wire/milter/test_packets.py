"""Packets: their length, their limit, and nothing held back."""

import pytest

from fyke.wire.milter.packets import Packets, RemoteProtocolError, packet, strings
from fyke.wire.milter.words import PACKET_BYTES


def test_a_packet_comes_back_whole():
    """However it is cut."""
    packets = Packets()
    for byte in packet(b"L", b"X\0 y\0") + packet(b"N"):
        assert packets.is_empty or packets.next() in (None, (b"L", b"X\0 y\0"))
        packets.receive(bytes((byte,)))
    assert packets.next() == (b"N", b"")
    assert packets.is_empty


@pytest.mark.parametrize("head", [b"\0\0\0\0", (PACKET_BYTES + 1).to_bytes(4), b"HTTP"])
def test_a_wrong_length_is_known_at_once(head):
    """Nothing is waited for, and nothing kept."""
    packets = Packets()
    packets.receive(head)
    with pytest.raises(RemoteProtocolError):
        packets.next()


@pytest.mark.parametrize(
    ("data", "found"), [(b"a\0", [b"a"]), (b"a\0\0", [b"a", b""]), (b"", []), (b"a", []), (b"a\0b", [])]
)
def test_strings_end_in_zero(data, found):
    """One without an end is none."""
    assert strings(data) == found
