"""SPF from the outside: which identity is checked, what the result says to a reader, what nobody answered."""

from datetime import UTC, datetime

import pytest

from fyke.detect.auth import spf
from fyke.model import UNKNOWN, Dns, Records
from fyke.model.auth import AuthResult, SpfStep
from tests.detect.auth.driving import drive

IP = "192.0.2.7"


def txt(**records):
    """Records of names, whose dots are written as double underscores."""
    return {Dns(name.replace("__", "."), "TXT"): (record,) for name, record in records.items()}


def check(answers, ip=IP, sender="ann@example.org", helo="mx.example.net"):
    return drive(spf.check(ip, sender, helo, "mx.example.test"), answers)


def test_one_sentence_names_the_term_and_who_included_it():
    """The matched term, the record it stands in and the way there are kept, and make the reason."""
    answers = txt(
        example__org="v=spf1 include:_spf.example.org -all", _spf__example__org="v=spf1 ip4:192.0.2.0/24 ~all"
    )
    result = check(answers)
    assert result.result is AuthResult.PASS
    assert result.reason == "ip4:192.0.2.0/24 of _spf.example.org, included by example.org, allows 192.0.2.7."
    assert result.path == (
        SpfStep("example.org", "include:_spf.example.org"),
        SpfStep("_spf.example.org", "ip4:192.0.2.0/24"),
    )
    assert (result.domain, result.sender, result.identity) == ("example.org", "ann@example.org", "mailfrom")
    assert result.record == "v=spf1 include:_spf.example.org -all"
    assert (result.terms, result.voids) == (1, 0)


@pytest.mark.parametrize(
    ("record", "result", "reason"),
    [
        ("v=spf1 -all", "fail", "-all of example.org forbids 192.0.2.7."),
        ("v=spf1 ~all", "softfail", "~all of example.org does not expect 192.0.2.7."),
        ("v=spf1 ?all", "neutral", "?all of example.org says nothing of 192.0.2.7."),
        ("v=spf1 a:x.example.net", "neutral", "Nothing in the SPF record of example.org speaks of 192.0.2.7."),
        ("v=spf1 moo", "permerror", 'The SPF record of example.org is void: its term "moo" breaks the grammar.'),
        ("v=spf1 include:n.example.net", "permerror", "include:n.example.net of example.org leads to no SPF record."),
        (
            "v=spf1 redirect=r.example.net",
            "fail",
            "-all of r.example.net, redirected to by example.org, forbids 192.0.2.7.",
        ),
        ("v=spf1 redirect=n.example.net", "permerror", "redirect=n.example.net of example.org leads to no SPF record."),
        ("hello", "none", "example.org has no SPF record."),
        (
            "v=spf1 include:s.example.net -all",
            "permerror",
            "s.example.net, included by example.org, has 2 SPF records, so none is valid.",
        ),
    ],
)  # fmt: skip
def test_each_result_has_its_sentence(record, result, reason):
    """What came out and why, in plain words."""
    answers = txt(example__org=record, r__example__net="v=spf1 -all")
    answers[Dns("s.example.net", "TXT")] = ("v=spf1 -all", "V=SPF1 +all")
    found = check(answers)
    assert (found.result.value, found.reason) == (result, reason)


def test_no_answer_is_a_temporary_error_and_never_no_record():
    """UNKNOWN for the record, an include, an address: each is temperror, also where "-all" follows."""
    record = Dns("example.org", "TXT")
    assert check({record: UNKNOWN}).result is AuthResult.TEMPERROR
    for term, query in (
        ("include:x.example.net", Dns("x.example.net", "TXT")), ("a:x.example.net", Dns("x.example.net", "A")),
        ("mx:x.example.net", Dns("x.example.net", "MX")), ("exists:x.example.net", Dns("x.example.net", "A")),
        ("redirect=x.example.net", Dns("x.example.net", "TXT")),
    ):  # fmt: skip
        found = check({record: (f"v=spf1 {term}",), query: UNKNOWN})
        assert found.result is AuthResult.TEMPERROR
        assert "did not answer" in found.reason


def test_the_null_sender_is_the_postmaster_of_helo():
    """RFC 7208 2.4: a bounce is checked by the name in HELO."""
    answers = txt(mx__example__net="v=spf1 exists:%{l}.%{o} -all") | {
        Dns("postmaster.mx.example.net", "A"): ("127.0.0.2",)
    }
    for sender in ("", "<>"):
        found = check(answers, sender=sender)
        assert (found.result.value, found.sender) == ("pass", "postmaster@mx.example.net")
        assert found.identity == "mailfrom"


def test_helo_is_checked_on_its_own():
    """RFC 7208 2.3: the identity is the name in HELO, whatever the sender."""
    found = drive(spf.check_helo(IP, "MX.Example.NET."), txt(mx__example__net="v=spf1 -all"))
    assert (found.result.value, found.identity, found.domain) == ("fail", "helo", "mx.example.net")


@pytest.mark.parametrize(
    "domain",
    ["", "localhost", "[192.0.2.7]", "192.0.2.7", "a..example.org", f"{'x' * 64}.example.org", "x y.example.org",
     ".example.org", "-.example.org", f"{'x.' * 130}org", "\ud800.example.org", "exa\0mple.org"],
)  # fmt: skip
def test_what_cannot_be_a_domain_is_not_asked(domain):
    """RFC 7208 4.3: the result is none, and no question is asked."""
    for asking in (spf.check_helo(IP, domain), spf.check(IP, f"ann@{domain}" if domain else "", domain)):
        with pytest.raises(StopIteration) as end:
            next(asking)
        assert end.value.value.result is AuthResult.NONE


def test_a_domain_in_another_script_is_asked_by_its_a_labels():
    """RFC 8616 4: U-labels become A-labels before anything is asked."""
    found = check(txt(**{"xn--bcher-kva__example": "v=spf1 +all"}), sender="ann@b\u00fccher.example")
    assert (found.result.value, found.domain) == ("pass", "xn--bcher-kva.example")


def test_a_local_part_in_another_script_makes_terms_that_match_nobody():
    """RFC 8616 4: an include or exists made of it is passed over."""
    record = "v=spf1 include:%{l}.example.org exists:%{s}.example.org ~all"
    assert check(txt(example__org=record), sender="\u00e4nn@example.org").result is AuthResult.SOFTFAIL


@pytest.mark.parametrize("ip", ["", "nobody", "192.0.2.256", "unknown"])
def test_without_an_address_nothing_is_asked(ip):
    """A mail of which nobody knows who sent it has no SPF result."""
    with pytest.raises(StopIteration) as end:
        next(spf.check(ip, "ann@example.org", ""))
    assert end.value.value.result is AuthResult.NONE


def test_an_address_mapped_into_ipv6_is_its_ipv4_address():
    """RFC 7208 5: brackets, zones and mapping do not matter."""
    for ip in ("::ffff:192.0.2.7", "[192.0.2.7]"):
        assert check(txt(example__org="v=spf1 ip4:192.0.2.7 -all"), ip=ip).result is AuthResult.PASS
    assert check(txt(example__org="v=spf1 ip6:2001:db8::/32 -all"), ip="2001:DB8::7%eth0").result is AuthResult.PASS


def test_an_explanation_is_fetched_only_for_a_failure():
    """exp= is expanded for "fail", with the letters that only it may have; nothing else asks for it."""
    answers = txt(
        example__org="v=spf1 ip4:192.0.2.9 -all exp=e.%{d}", e__example__org="%{i} at %{t}, says %{r} to %{S}"
    )
    at = datetime(2026, 11, 23, 10, tzinfo=UTC)
    found = drive(spf.check(IP, "a&b@example.org", "mx.example.net", "mx.example.test", at), answers)
    assert found.explanation == f"192.0.2.7 at {int(at.timestamp())}, says mx.example.test to a%26b%40example.org"
    assert check(answers, ip="192.0.2.9").explanation == ""


@pytest.mark.parametrize("text", ["caf\u00e9", "a\tb", "a\x1b[31m", "100%", "%{x}", ""])
def test_an_explanation_with_a_mistake_or_odd_characters_is_none(text):
    """RFC 7208 6.2: then the result stands as if there were no exp."""
    found = check(txt(example__org="v=spf1 -all exp=e.example.org", e__example__org=text))
    assert (found.result.value, found.explanation) == ("fail", "")


def test_a_name_that_does_not_exist_is_said():
    """NXDOMAIN and "no such record" are both none, and are told apart for the reader."""
    assert check({}).reason == "There is no domain example.org."
    assert check({Dns("example.org", "TXT"): Records()}).reason == "example.org has no SPF record."
