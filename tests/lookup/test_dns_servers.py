"""Resolvers: where they are, how long each is given, and when one rests."""

import pytest

from fyke.lookup.dns_servers import DEAD_AFTER, DEAD_AFTER_S, LEAST_S, REST_S, Address, Server, address, resolv_conf


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("192.0.2.53", Address("192.0.2.53")),
        ("192.0.2.53:5353", Address("192.0.2.53", 5353)),
        ("2001:DB8::53", Address("2001:db8::53")),
        ("[2001:db8::53]", Address("2001:db8::53")),
        ("[2001:db8::53]:99", Address("2001:db8::53", 99)),
    ],
)
def test_an_address_is_written_in_numbers(text, where):
    """With a port, if it is another one."""
    assert address(text) == where
    assert address(str(where)) == where


@pytest.mark.parametrize(
    "text", ["", "ns.example.org", "192.0.2.53:", "192.0.2.53:0", "[2001:db8::1", "[::1]5", "1.2.3.4:²"]
)
def test_what_is_no_address_is_told(text):
    """Before the first mail."""
    with pytest.raises(ValueError, match=r"is no (address|port)"):
        address(text)


def test_the_system_names_its_resolvers(tmp_path):
    """What is not understood is skipped; where nothing is said, the local one is meant."""
    path = tmp_path / "resolv.conf"
    path.write_text("# x\nsearch example.org\nnameserver 192.0.2.1\nnameserver x\nnameserver\nnameserver fe80::1\n")
    assert resolv_conf(path) == (Address("192.0.2.1"), Address("fe80::1"))
    assert resolv_conf(tmp_path / "none") == (Address("127.0.0.1"),)


def test_patience_follows_what_is_usual():
    """Never less than a tenth of a second, never more than the time-out."""
    server = Server(Address("192.0.2.1"), 1.5, 0.0)
    for _ in range(50):
        server.heard(0.0, 0.001)
    assert server.patience_s == LEAST_S
    for _ in range(50):
        server.heard(0.0, 0.2)
    assert 0.2 < server.patience_s < 0.4
    server.heard(0.0, 60.0)
    assert server.patience_s == 1.5


def test_a_silent_server_rests_and_is_tried_again():
    """One question at a time, until it answers."""
    server, late = Server(Address("192.0.2.1"), 1.5, 0.0), DEAD_AFTER_S + 1
    for _ in range(DEAD_AFTER):
        server.missed(late)
    assert not server.takes(late)
    assert server.takes(late + REST_S)
    assert not server.takes(late + REST_S)
    server.heard(late + REST_S, 0.1)
    assert server.takes(late + REST_S)


def test_some_losses_are_no_death():
    """Nor many at once, shortly after an answer."""
    server = Server(Address("192.0.2.1"), 1.5, 0.0)
    for _ in range(3 * DEAD_AFTER):
        server.missed(DEAD_AFTER_S / 2)
    assert server.takes(DEAD_AFTER_S / 2)
