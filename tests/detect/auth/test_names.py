"""Names of hosts: what is looked up, and that "nobody answered" is never "no"."""

from ipaddress import ip_address

import pytest

from fyke.detect.auth import names
from fyke.model import UNKNOWN, Dns, Records
from fyke.model.auth import HeloForm
from tests.detect.auth.driving import drive

IP = ip_address("192.0.2.7")
IP6 = ip_address("2001:db8::7")
PTR = Dns("7.2.0.192.in-addr.arpa", "PTR")


def a(name, *addresses, kind="A"):
    return {Dns(name, kind): tuple(addresses)}


def test_a_name_is_confirmed_where_it_leads_back():
    """One name leads back, one elsewhere, one nowhere, and of one nobody said anything."""
    answers = {
        PTR: ("Mail.example.net.", "b.example.net", "c.example.net", "d.example.net"),
        Dns("d.example.net", "A"): UNKNOWN,
    }
    answers |= a("mail.example.net", "192.0.2.9", "192.0.2.7") | a("b.example.net", "192.0.2.8")
    found = drive(names.look_up_host(IP), answers)
    assert found.confirmed == ("mail.example.net",)
    assert found.unconfirmed == ("b.example.net", "c.example.net")
    assert found.unanswered == ("d.example.net",)
    assert found.is_known
    assert not found.is_dynamic


def test_no_name_and_no_answer_are_told_apart():
    """An address without a name is known to have none; where nobody answered, nothing is known."""
    assert drive(names.look_up_host(IP), {}) == names.HostNames("192.0.2.7")
    assert drive(names.look_up_host(IP), {PTR: UNKNOWN}) == names.HostNames("192.0.2.7", is_known=False)


def test_an_ipv6_address_is_looked_up_by_its_digits():
    """The reversed name has 32 labels, and the way back is AAAA."""
    answers = {Dns(IP6.reverse_pointer, "PTR"): ("mail.example.net",)} | a(
        "mail.example.net", "2001:DB8:0::7", kind="AAAA"
    )
    assert drive(names.look_up_host(IP6), answers).confirmed == ("mail.example.net",)


def test_names_by_number_are_dynamic():
    """A provider's names, confirmed or not; one name of another kind is enough to be somebody."""
    line = "192-0-2-7.dsl.example.net"
    assert drive(names.look_up_host(IP), {PTR: (line,)} | a(line, "192.0.2.7")).is_dynamic
    assert not drive(names.look_up_host(IP), {PTR: (line, "mail.example.net")}).is_dynamic


def test_at_most_ten_names_are_looked_at():
    """An enemy's thousand names cost ten questions."""
    found = drive(names.look_up_host(IP), {PTR: tuple(f"n{number}.example.net" for number in range(1_000))})
    assert len(found.unconfirmed) == 10


@pytest.mark.parametrize(
    ("helo", "form", "is_clients"),
    [("", "nothing", None), ("[192.0.2.7]", "literal", True), ("[192.0.2.8]", "literal", False),
     ("[IPv6:2001:db8::7]", "literal", False), ("192.0.2.7", "address", True), ("localhost", "word", None),
     ("[999.0.2.7]", "malformed", None), ("a b.example.net", "malformed", None), ("mx.example.net", "name", True),
     ("MX.example.net.", "name", True), ("x.example.net", "name", False), ("\ud800", "malformed", None)],
)  # fmt: skip
def test_a_helo_has_a_form_and_may_be_the_clients(helo, form, is_clients):
    """Names, literals, bare words, and what is none of these."""
    found = drive(names.look_up_helo(helo, IP), a("mx.example.net", "192.0.2.7"))
    if form == "malformed" and helo.startswith("["):
        assert found.is_clients is not True
        found = names.Helo(found.text, found.form)
    assert (found.form, found.is_clients) == (HeloForm(form), is_clients)


def test_a_stranger_who_calls_himself_us_is_seen():
    """Our own domain, and our own address in brackets."""
    ours = frozenset(("mx.example.org", "198.51.100.1"))
    assert drive(names.look_up_helo("MX.example.org", IP, ours), {}).is_ours
    assert drive(names.look_up_helo("[198.51.100.1]", IP, ours), {}).is_ours
    assert not drive(names.look_up_helo("mx.example.net", IP, ours), {}).is_ours


def test_a_helo_exists_by_either_kind_of_address():
    """A name with IPv6 only exists, and is not that of an IPv4 client; without an answer nothing is known."""
    found = drive(
        names.look_up_helo("mx.example.net", IP),
        {Dns("mx.example.net", "A"): Records()} | a("mx.example.net", "::1", kind="AAAA"),
    )
    assert (found.exists, found.is_clients) == (True, False)
    found = drive(names.look_up_helo("mx.example.net", IP), {})
    assert (found.exists, found.is_clients) == (False, False)
    unknown = {Dns("mx.example.net", kind): UNKNOWN for kind in ("A", "AAAA")}
    found = drive(names.look_up_helo("mx.example.net", IP), unknown)
    assert (found.exists, found.is_clients) == (None, None)


def test_a_domain_takes_mail_by_its_mx_else_by_its_address():
    """MX in the order of preference; without one, an address (RFC 5321 5.1)."""
    found = drive(
        names.look_up_mail_domain("Example.net"), {Dns("example.net", "MX"): ("20 b.example.net", "5 A.example.net")}
    )
    assert (found.hosts, found.takes_mail) == (("a.example.net", "b.example.net"), True)
    none = {Dns("example.net", "MX"): Records()}
    assert drive(names.look_up_mail_domain("example.net"), none | a("example.net", "192.0.2.1")).takes_mail is True
    assert (
        drive(names.look_up_mail_domain("example.net"), none | {Dns("example.net", "A"): Records()}).takes_mail is False
    )
    unknown = none | {Dns("example.net", kind): UNKNOWN for kind in ("A", "AAAA")}
    assert drive(names.look_up_mail_domain("example.net"), unknown).takes_mail is None


def test_a_null_mx_takes_no_mail():
    """RFC 7505; beside another MX it says nothing."""
    found = drive(names.look_up_mail_domain("example.net"), {Dns("example.net", "MX"): ("0 .",)})
    assert (found.is_null, found.takes_mail) == (True, False)
    found = drive(names.look_up_mail_domain("example.net"), {Dns("example.net", "MX"): ("0 .", "10 a.example.net")})
    assert (found.is_null, found.takes_mail) == (False, True)


def test_a_domain_that_does_not_exist_takes_none_and_one_unanswered_may():
    """NXDOMAIN is an answer, silence is none."""
    assert drive(names.look_up_mail_domain("example.net"), {}).takes_mail is False
    assert drive(names.look_up_mail_domain("example.net"), {Dns("example.net", "MX"): UNKNOWN}).takes_mail is None
    assert drive(names.look_up_mail_domain("local host"), {}).exists is False


def test_the_origin_is_asked_only_where_a_zone_is_given():
    """Off by default; with a zone the longest block and all networks are told."""
    with pytest.raises(StopIteration) as end:
        next(names.look_up_origin(IP))
    assert not end.value.value.is_known
    text = ("64496 64497 | 192.0.2.0/24 | US | test | 2026-01-01", "64496 | 192.0.0.0/16 | US", "x", "\x00|\xff")
    found = drive(names.look_up_origin(IP, "origin.example.test"), {Dns("7.2.0.192.origin.example.test", "TXT"): text})
    assert (found.numbers, found.block, found.country) == ((64496, 64497), "192.0.2.0/24", "US")
    unknown = {Dns("7.2.0.192.origin.example.test", "TXT"): UNKNOWN}
    assert not drive(names.look_up_origin(IP, "origin.example.test"), unknown).is_known
    question = next(names.look_up_origin(IP6, "", "origin6.example.test"))
    assert question.name.endswith(".8.b.d.0.1.0.0.2.origin6.example.test")
