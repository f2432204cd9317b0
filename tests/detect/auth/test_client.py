"""The machine that brought a mail: which questions are asked of it, in how many rounds, and what is told."""

import pytest

from fyke.detect.auth.client import ROUNDS, Client
from fyke.detect.runner import run
from fyke.mail import parse
from fyke.model import UNKNOWN, Dns, Envelope, Mail, Observable, Records
from tests.detect.auth.driving import zone

RAW = b"From: <a@shop.example>\r\n\r\nx"


def look(answers, origins=(), own=(), **envelope):
    """The findings by name, how often it asked, and what."""
    rounds = []

    def ask(questions):
        rounds.append(questions)
        return {each: answers.get(each, Records(exists=False)) for each in questions}

    looked = run([Client(own, origins)], Mail(Envelope(**envelope), parse(RAW)), ask)
    assert not looked.faults
    return {finding.symbol.name: finding for finding in looked.findings}, rounds


NAMED = zone({"9.113.0.203.in-addr.arpa PTR": "mx.shop.example", "mx.shop.example A": "203.0.113.9"})


def test_all_is_asked_side_by_side():
    """Names, HELO and network in one round, where the name is the one that was given."""
    found, rounds = look(
        NAMED | zone({"9.113.0.203.origin.test": "64496 64497 | 203.0.113.0/24 | NL"}), ["origin.test"],
        client_ip="203.0.113.9", helo="mx.shop.example",
    )  # fmt: skip
    assert set(found) == {"CLIENT_CONFIRMED", "CLIENT_NETWORK"}
    assert len(rounds) == 1
    assert found["CLIENT_NETWORK"].detail == "203.0.113.9 is in AS64496, AS64497 203.0.113.0/24 NL"
    assert found["CLIENT_NETWORK"].observables == (
        Observable("asn", "AS64496", "envelope"), Observable("asn", "AS64497", "envelope"),
    )  # fmt: skip


def test_ipv6_has_a_zone_of_its_own():
    """The second one; without it the network is not asked for."""
    for origins, count in ((["origin.test", "origin6.test"], 1), (["origin.test"], 0)):
        _, rounds = look({}, origins, client_ip="2001:db8::9")
        assert sum(each.name.endswith("origin6.test") for asked in rounds for each in asked) == count


@pytest.mark.parametrize("client", ["", "192.168.0.4", "nonsense", "127.0.0.1"])
def test_who_is_no_stranger_is_not_asked_about(client):
    """Nor is who logged in."""
    assert look({}, client_ip=client) == ({}, [])
    assert look({}, client_ip="203.0.113.9", login="ann") == ({}, [])


def test_a_thousand_names_end_after_some_rounds():
    """A stranger's names cost a bounded number of questions, and no fault."""
    names = [f"n{number}.evil.test" for number in range(1_000)]
    _, rounds = look(zone({"9.113.0.203.in-addr.arpa PTR": names}), client_ip="203.0.113.9", helo="x.evil.test")
    assert len(rounds) <= ROUNDS


def test_nobody_answers():
    """Then nothing is known, and nothing is told."""
    looked = run([Client()], Mail(Envelope(client_ip="203.0.113.9", helo="mx.shop.example"), parse(RAW)))
    assert (looked.findings, looked.faults) == ((), ())


def test_a_name_that_nobody_could_look_up_is_not_false():
    """One name leads elsewhere, of the other nobody knows."""
    answers = zone({"9.113.0.203.in-addr.arpa PTR": ["a.shop.example", "b.shop.example"]})
    answers[Dns("b.shop.example", "A")] = UNKNOWN
    assert look(answers, client_ip="203.0.113.9")[0] == {}


def test_our_own_name_is_ours_with_all_below():
    """Where it leads to the client it is ours in truth."""
    answers = zone({"mx.own.example A": "198.51.100.1"})
    assert "HELO_OURS" in look(answers, own=["Own.example"], client_ip="203.0.113.9", helo="mx.own.example")[0]
    assert "HELO_OURS" not in look(answers, own=["own.example"], client_ip="198.51.100.1", helo="mx.own.example")[0]
    assert "HELO_OURS" not in look(answers, own=["own.example"], client_ip="203.0.113.9", helo="mx.other.example")[0]
