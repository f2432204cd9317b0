"""DKIM signatures: what holds, what does not, and what each of them is called."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.detect.auth.dkim import SIGNATURES, verify
from fyke.model import UNKNOWN, Dns
from fyke.model.auth import AuthResult

from .driving import drive
from .rfc import RFC6376, RFC8463, RFC_KEYS
from .signing import AT, MAIL, NAME, answers, record, signature

FORMS = [f"{header}/{body}" for header in ("simple", "relaxed") for body in ("simple", "relaxed")]


def check(raw, answers=None, at=AT):
    """The one result of a message."""
    (found,) = drive(verify(raw, at), globals()["answers"]() if answers is None else answers)
    return found


def test_the_examples_of_the_standards_hold():
    """The messages of RFC 8463 A.3 and RFC 6376 A.2 pass under their keys."""
    results = drive(verify(RFC8463), RFC_KEYS)
    assert [found.result for found in results] == [AuthResult.PASS] * 2
    assert [found.key_bits for found in results] == [256, 1024]
    assert check(RFC6376, RFC_KEYS).result is AuthResult.PASS


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_and_key_holds(form, kind):
    """A right signature passes, and tells whose it is and by which record."""
    found = check(signature(kind=kind, c=form) + MAIL, answers(kind))
    assert (found.result, found.domain, found.selector) == (AuthResult.PASS, "example.com", "s")
    assert (found.canonicalisation, found.key_record, found.identity) == (form, record(kind), "@example.com")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [(b"Monday", b"Tuesday", "header"), (b"are done", b"are lost", "body"), (b"ann@", b"eve@", "header")],
)
def test_what_was_changed_fails(form, old, new, reason):
    """A change to a signed field or the body fails, and the reason says which."""
    found = check(signature(c=form) + MAIL.replace(old, new))
    assert (found.result, reason in found.reason) == (AuthResult.FAIL, True)


def test_relaxed_forgives_space_and_simple_does_not():
    """Space that servers add passes with relaxed, and fails with simple."""
    changed = MAIL.replace(b"\t of", b"of").replace(b"minutes \t\r\n", b"minutes\r\n") + b"\r\n"
    assert check(signature() + changed).result is AuthResult.PASS
    assert check(signature(c="simple/simple") + changed).result is AuthResult.FAIL


def test_line_feeds_alone_are_read_as_servers_write_them():
    """A message from a file passes; a mixture is said to be one where it fails."""
    whole = signature() + MAIL
    assert check(whole.replace(b"\r\n", b"\n")).result is AuthResult.PASS
    assert check(whole.replace(b"are done.\r\n", b"are done.\n")).result is AuthResult.PASS
    assert "mixed" in check(whole.replace(b"are done.\r\n", b"are lost.\n")).reason


@pytest.mark.parametrize(
    ("tags", "result", "reason"),
    [
        ({"v": "2"}, "permerror", "version"),
        ({"h": "to:subject"}, "permerror", "does not sign From"),
        ({"h": "from::to"}, "permerror", "h= has an empty"),
        ({"i": "ann@example.net"}, "permerror", "not in example.com"),
        ({"i": "ann@badexample.com"}, "permerror", "not in example.com"),
        ({"bh": "YWJj"}, "permerror", "bh= is no hash"),
        ({"b": "!!"}, "permerror", "b= is no base64"),
        ({"b": "A" * 9_000}, "permerror", "9000 characters"),
        ({"l": "many"}, "permerror", "l= is no number"),
        ({"t": "9", "x": "8"}, "permerror", "x= is before t="),
        ({"q": "carrier/pigeon"}, "permerror", "way"),
        ({"d": "example..com"}, "permerror", "d= is no name"),
        ({"s": "a b/c"}, "permerror", "s= is no name"),
        ({"c": "relaxed/tense"}, "permerror", "form"),
        ({"a": "rsa-sha1"}, "policy", "rsa-sha1"),
        ({"a": "kyber-sha3"}, "neutral", "unknown here"),
        ({"x": "1700000000"}, "policy", "expired on 2023-11-14"),
    ],
)
def test_odd_tags_are_refused(tags, result, reason):
    """Each rule of RFC 6376 6.1.1 has its result and its reason, and the domain is told all the same."""
    found = check(signature(**tags) + MAIL)
    assert found.result == result
    assert reason in found.reason
    assert found.domain


@pytest.mark.parametrize("tag", ["v", "a", "b", "bh", "d", "h", "s"])
def test_tags_that_must_be_there(tag):
    """A signature without one of the required tags is malformed, and so is one that has a tag twice."""
    assert check(signature(drop=(tag,)) + MAIL).result is AuthResult.PERMERROR
    twice = signature().replace(b"; s=s", b"; s=s; s=t") + MAIL
    assert "twice" in check(twice).reason


@pytest.mark.parametrize(
    ("tags", "result", "reason"),
    [
        ("s=tlsrpt; ", "permerror", "not for mail"),
        ("h=sha1; ", "permerror", "sha256"),
        ("t=s; ", "permerror", "below it"),
        ("t=y; ", "pass", "signed it"),
        ("s=email:other; h=sha1:sha256; n=a note; ", "pass", "signed it"),
    ],
)
def test_what_a_key_record_allows(tags, result, reason):
    """A key is used only for what its record says."""
    found = check(signature(i="ann@sub.example.com") + MAIL, answers(tags=tags))
    assert (found.result, reason in found.reason) == (result, True)


def test_failures_of_a_domain_that_tests_are_neutral():
    """t=y: a signature that does not hold says nothing, and the result says that the domain is testing."""
    found = check(signature() + MAIL.replace(b"done", b"lost"), answers(tags="t=y; "))
    assert (found.result, found.is_testing) == (AuthResult.NEUTRAL, True)


def test_keys_that_are_not_there():
    """No answer is temporary; no record, a revoked key and one of another kind are permanent."""
    raw = signature() + MAIL
    assert check(raw, {NAME: UNKNOWN}).result is AuthResult.TEMPERROR
    assert check(raw, {}).result is AuthResult.PERMERROR
    assert check(raw, {NAME: ()}).result is AuthResult.PERMERROR
    assert "revoked" in check(raw, {NAME: ("v=DKIM1; p=",)}).reason
    assert "of kind ed25519" in check(raw, answers("ed25519")).reason


def test_the_right_one_of_two_keys_is_found():
    """While a key is changed there are two records under one name."""
    found = check(signature() + MAIL, {NAME: ("v=spf1 -all", record("ed25519"), record())})
    assert (found.result, found.key_record) == (AuthResult.PASS, record())


def test_a_signed_length_leaves_the_rest_unsigned():
    """What stands behind l= is counted; a body shorter than l= fails."""
    raw = signature(l="10") + MAIL
    size = len(b"Hello Bob,\r\n\r\n the minutes\r\nare done.\r\n")
    assert (check(raw).result, check(raw).unsigned_bytes) == (AuthResult.PASS, size - 10)
    assert check(raw + b"Buy this\r\n").unsigned_bytes == size - 10 + len("\r\n\r\nBuy this\r\n")
    assert check(signature(l="10") + MAIL[: MAIL.index(b" Bob,")]).result is AuthResult.FAIL


def test_a_second_from_is_not_accepted():
    """RFC 6376 8.15: From above the signed one passes with nobody; one named twice in h= fails at once."""
    added = b"From: Bank <bank@example.net>\r\n"
    assert check(signature() + added + MAIL).result is AuthResult.POLICY
    assert check(signature(h="from:from:to") + added + MAIL).result is AuthResult.FAIL


def test_fields_are_signed_from_the_bottom():
    """Of two fields of a name the lower one is signed first; what a reader is shown unsigned is listed."""
    one, two = b"Comments: 1\r\n", b"Comments: 2\r\n"
    raw = signature(raw=two + MAIL, h="from:comments:to") + one + two + MAIL
    assert (check(raw).result, check(raw).unsigned) == (AuthResult.PASS, ("subject", "date"))
    assert check(raw.replace(one + two, two + one)).result is AuthResult.FAIL


def test_times_are_told_and_expiry_is_against_the_time_of_receipt():
    """x= counts only where somebody knows when the mail came; clocks may differ by minutes."""
    end = int(AT.timestamp())
    raw = signature(t=str(end - 60), x=str(end)) + MAIL
    assert check(raw, at=AT + timedelta(minutes=4)).result is AuthResult.PASS
    assert check(raw, at=AT + timedelta(minutes=6)).result is AuthResult.POLICY
    assert check(raw, at=None).expires_at == datetime.fromtimestamp(end, UTC)
    assert check(signature(t="9" * 30) + MAIL).signed_at is None


def test_folds_and_space_in_a_signature_do_not_matter():
    """Signers fold where they like, also within values and before the equals sign."""
    raw = signature(h="From :\r\n\tTO : subject\r\n : date", s="s\r\n ") + MAIL
    assert check(raw).result is AuthResult.PASS


def test_several_signatures_have_one_result_each_up_to_a_limit():
    """Ten are checked, and how many more there were is said; one question serves equal keys."""
    raw = signature() * 1_000 + MAIL
    results = drive(verify(raw), answers())
    assert len(results) == SIGNATURES + 1
    assert {found.result for found in results[:-1]} == {AuthResult.PASS}
    assert "990 more" in results[-1].reason


def test_unsigned_mail_has_no_results():
    """Nothing is asked of mail without signatures."""
    assert drive(verify(MAIL)) == ()
    assert drive(verify(b"")) == ()


def test_domains_in_unicode_are_asked_for_in_ascii():
    """RFC 8616: the key of a U-label stands under its A-label."""
    queries = []
    asking = verify(signature(d="b\u00fccher.example") + MAIL)
    queries.append(next(asking))
    assert queries == [Dns("s._domainkey.xn--bcher-kva.example", "TXT")]


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 600))
def test_any_bytes_within_a_message_are_judged(noise, place):
    """A signed message with noise in it has results, and never an error."""
    raw = signature() + MAIL
    place = min(place, len(raw))
    for found in drive(verify(raw[:place] + noise + raw[place:], AT), answers()):
        assert found.reason.endswith(".")


@pytest.mark.parametrize(
    "raw",
    [
        signature() + MAIL + b" " * 4_000_000,
        signature() + MAIL + b"\r\n" * 2_000_000 + b"x",
        signature() + MAIL + b" \t" * 2_000_000 + b"\r\n",
        signature() + MAIL + b"\r" * 4_000_000,
        signature() + MAIL + b"\r\r\n\n" * 1_000_000,
        b"DKIM-Signature: " + b"a=b;" * 200_000 + b"\r\n" + MAIL,
        b"DKIM-Signature: v=1; b=" + b"A" * 1_000_000 + b"\r\n" + MAIL,
        b"DKIM-Signature: v=1; h=" + b"from:" * 200_000 + b"\r\n" + MAIL,
        (b"DKIM-Signature:" + b" \r\n" * 5_000 + b"\r\n") * 60 + MAIL,
        b"From:\r\n" * 140_000 + signature() + MAIL,
        b"".join(signature(l=str(number)) for number in range(10)) + MAIL + b"a  b\t" * 800_000,
    ],
    ids=range(11),
)
def test_hostile_mail_takes_little_time(raw):
    """Megabytes of what costs others most are done within a second or so of processor time."""
    started = time.process_time()
    drive(verify(raw, AT), answers())
    assert time.process_time() - started < 1.5
