"""Which addresses block lists are asked about, and how much their word weighs."""

import pytest

from fyke.detect.blocklists.addresses import HOPS, ListedAddresses, machines
from fyke.detect.runner import run
from fyke.mail import parse
from fyke.model import Envelope, Listed, Listing, Mail


def mail(client="203.0.113.9", hops=(), **more):
    trace = "".join(
        f"Received: from m{ip} (m.example [{ip}]) by mx.reader.example; Tue, 7 May 2024 10:00:00 +0200\r\n"
        for ip in hops
    )
    return Mail(Envelope(client_ip=client, **more), parse(f"{trace}From: <a@shop.example>\r\n\r\nx".encode()))


def look(given, kinds, lists=("bl.test",)):
    """The findings by name, and the addresses that were asked about."""
    asked = []

    def ask(questions):
        asked.extend(questions)
        return {each: Listing(kinds.get(each.name, ()), ("127.0.0.2",), "bl") for each in questions}

    looked = run([ListedAddresses(lists)], given, ask)
    assert not looked.faults
    return {finding.symbol.name: finding for finding in looked.findings}, [each.name for each in asked]


def test_without_lists_nobody_is_asked():
    """Off until the config names one."""
    assert look(mail(), {"203.0.113.9": ("spam-source",)}, ()) == ({}, [])


def test_every_list_is_asked_at_once():
    """Of the client and of the public hops before it, not of private ones, nor of too many."""
    hops = ["203.0.113.9", "10.0.0.1", *(f"198.51.100.{number}" for number in range(9))]
    _, asked = look(mail(hops=hops), {}, ["bl.test", "Other.test."])
    names = ["203.0.113.9", *(f"198.51.100.{number}" for number in range(HOPS))]
    assert asked == [name for name in names for _ in range(2)]


@pytest.mark.parametrize("client", ["192.168.0.4", "", "no address"])
def test_where_nobody_brought_it_nobody_is_asked(client):
    """A machine of the house, or a mail without a trace."""
    assert look(mail(client), {}) == ({}, [])


def test_a_trace_weighs_half():
    """Who has the address now may not be who had it when the mail came."""
    kinds = {"203.0.113.9": ("spam-source",)}
    assert look(mail(), kinds)[0]["LISTED_SPAM_SOURCE"].weight == 1.0
    assert look(mail("", ["203.0.113.9"]), kinds)[0]["LISTED_SPAM_SOURCE"].weight == 0.5


def test_ipv6_is_asked_about_as_it_is():
    """How a list wants it is the list's business."""
    assert look(mail("2001:db8::9"), {})[1] == ["2001:db8::9"]


def test_an_unanswered_list_says_nothing():
    """Neither finding nor fault."""
    looked = run([ListedAddresses(["bl.test"])], mail())
    assert (looked.findings, looked.faults, list(looked.answers)) == ((), (), [Listed("bl.test", "203.0.113.9")])


def test_the_newest_hop_of_a_file_is_the_client():
    """And what is older are hops."""
    assert machines(mail("", ["203.0.113.9", "198.51.100.4"])) == ("203.0.113.9", ("198.51.100.4",))
