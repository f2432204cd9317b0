"""The edge of the recipient's house, and names that providers give by number."""

import pytest

from fyke.detect.facts.hops import edge, is_line, is_private
from fyke.mail import parse
from fyke.model import Envelope, Mail

INNER = b"Received: from gate.reader.example (gate.reader.example [203.0.113.2]) by store.reader.example; "
OUTER = b"Received: from friend.test (friend.test [198.51.100.4]) by gate.reader.example; "
WHEN = b"Tue, 7 May 2024 10:00:00 +0200\r\n"


@pytest.mark.parametrize(
    ("name", "ip"),
    [
        ("dsl-203-0-113-77.pool.provider.example", "203.0.113.77"),
        ("c-24-22-2-133.hsd1.or.provider.example", ""),
        ("ppp7.dialup.provider.example", ""),
        ("23-95-201-138-host.provider.example", ""),
        ("host-113-77.provider.example", "203.0.113.77"),
        ("cb00714d.provider.example", "203.0.113.77"),
    ],
)
def test_numbered_names(name, ip):
    """A name that holds the machine's address, or a word for lines with a number, is a line's."""
    if name != "host-113-77.provider.example":  # two octets are no proof
        assert is_line(name, ip)
    else:
        assert not is_line(name, ip)


@pytest.mark.parametrize(
    "name", ["", "mail3.example.org", "mta-203-0-113-44.example.org", "a9-14.smtp-out.example.com", "example.org"]
)
def test_servers_names(name):
    """A mail server's name is not a line's, whatever numbers it holds."""
    assert not is_line(name, "203.0.113.44")


@pytest.mark.parametrize(
    ("ip", "private"),
    [("10.1.2.3", True), ("172.20.0.1", True), ("fe80::1", True), ("8.8.8.8", False), ("172.32.0.1", False)],
)
def test_private_addresses(ip, private):
    """Addresses of a house's inside are known."""
    assert is_private(ip) is private


def test_edge_is_behind_the_own_relays():
    """Hops within the recipient's house are passed over."""
    found = edge(Mail(Envelope(), parse(INNER + WHEN + OUTER + WHEN + b"\r\n")))
    assert found is not None
    assert (found.hop.name, found.at) == ("friend.test", 1)


def test_a_borrowed_name_does_not_move_the_edge():
    """A stranger who greets with the recipient's own name is still the edge."""
    raw = b"Received: from mx.reader.example (evil.test [198.51.100.4]) by gate.reader.example; " + WHEN
    found = edge(Mail(Envelope(), parse(raw + b"\r\n")))
    assert found is not None
    assert found.hop.name == "evil.test"


def test_the_door_knows_best():
    """What the connection said goes before what headers say; without either there is no edge."""
    found = edge(Mail(Envelope(client_ip="198.51.100.9", helo="x"), parse(OUTER + WHEN + b"\r\n")))
    assert found is not None
    assert found.hop.ip == "198.51.100.9"
    assert edge(Mail(Envelope(), parse(b"From: a@example.org\r\n\r\n"))) is None
