"""DMARC: alignment, results, what is asked for, and the reasons not to do it."""

import pytest

from fyke.detect.auth.dmarc import IDENTIFIERS, evaluate, overridden
from fyke.model import UNKNOWN
from fyke.model.auth import AuthResult, Identifier, Override
from tests.detect.auth.driving import drive, zone

REJECT = "v=DMARC1; p=reject"
STRICT = "v=DMARC1; p=reject; adkim=s; aspf=s"


def spf(domain, result=AuthResult.PASS):
    return Identifier("spf", domain, result)


def dkim(domain, result=AuthResult.PASS):
    return Identifier("dkim", domain, result, "s1")


def result(author, identifiers, records, **rest):
    authors = [author] if isinstance(author, str) else author
    answers = zone({f"_dmarc.{name}": text for name, text in records.items()})
    return drive(evaluate(authors, identifiers, **rest), answers)


@pytest.mark.parametrize(
    ("author", "other", "record", "holds"),
    [  # RFC 9989 4.4: the examples of B.1, and their mirror images
        ("example.com", "example.com", STRICT, True),
        ("example.com", "child.example.com", STRICT, False),
        ("child.example.com", "example.com", STRICT, False),
        ("example.com", "child.example.com", REJECT, True),
        ("child.example.com", "example.com", REJECT, True),
        ("a.example.com", "b.example.com", REJECT, True),
        ("example.com", "example.net", REJECT, False),
        ("example.com", "badexample.com", REJECT, False),
        ("example.com", "com", REJECT, False),
        ("EXAMPLE.com.", "example.COM", STRICT, True),
    ],
)
@pytest.mark.parametrize("mechanism", [spf, dkim])
def test_alignment(author, other, record, holds, mechanism):
    """Strict is the same name, relaxed the same organization; for SPF as for DKIM."""
    found = result(author, [mechanism(other)], {"example.com": record})
    assert found.result is (AuthResult.PASS if holds else AuthResult.FAIL)
    assert found.disposition == ("none" if holds else "reject")
    assert [each.holds for each in found.aligned] == [holds]


def test_the_modes_are_each_their_own():
    """adkim=s does not make SPF strict."""
    records = {"example.com": "v=DMARC1; p=reject; adkim=s"}
    assert result("example.com", [spf("a.example.com")], records).result is AuthResult.PASS
    assert result("example.com", [dkim("a.example.com")], records).result is AuthResult.FAIL


def test_customers_of_one_suffix_are_not_aligned():
    """Below psd=y each name is its own organization: one customer cannot speak for another."""
    records = {"host.example": "v=DMARC1; p=reject; psd=y"}
    assert result("a.host.example", [dkim("b.host.example")], records).result is AuthResult.FAIL
    assert result("a.host.example", [dkim("x.a.host.example")], records).result is AuthResult.PASS


@pytest.mark.parametrize("bad", [AuthResult.FAIL, AuthResult.NONE, AuthResult.NEUTRAL, AuthResult.PERMERROR])
def test_only_a_pass_vouches(bad):
    """An aligned name whose check did not pass is no voucher; one good voucher is enough."""
    assert result("example.com", [spf("example.com", bad)], {"example.com": REJECT}).result is AuthResult.FAIL
    both = [spf("example.com", bad), dkim("example.com")]
    assert result("example.com", both, {"example.com": REJECT}).result is AuthResult.PASS


def test_an_aligned_temporary_error_is_no_failure():
    """RFC 9989 5.3.2: where an aligned check may still pass, the policy cannot be applied."""
    late = spf("example.com", AuthResult.TEMPERROR)
    assert result("example.com", [late], {"example.com": REJECT}).result is AuthResult.TEMPERROR
    strange = spf("evil.test", AuthResult.TEMPERROR)
    assert result("example.com", [strange], {"example.com": REJECT}).result is AuthResult.FAIL


def test_what_could_not_be_asked_at_all():
    """A mail whose client nobody knows cannot fail: SPF might have passed. It can pass by its signature."""
    records = {"example.com": REJECT}
    unasked = result("example.com", [], records, unasked="the client is not known")
    assert (unasked.result, unasked.disposition) == (AuthResult.TEMPERROR, "none")
    assert result("example.com", [dkim("example.com")], records, unasked="so").result is AuthResult.PASS


def test_silence_is_a_temporary_error():
    """No answer for the policy is never "no policy"."""
    found = result("a.example.com", [], {"example.com": UNKNOWN})
    assert found.result is AuthResult.TEMPERROR
    assert "_dmarc.example.com" in found.reason
    own = {"a.example.com": REJECT, "example.com": UNKNOWN}
    assert result("a.example.com", [dkim("b.example.com")], own).result is AuthResult.TEMPERROR
    assert result("a.example.com", [dkim("a.example.com")], own).result is AuthResult.PASS


def test_no_record_is_none():
    """Nobody asked for anything: none, and told so."""
    found = result("example.com", [dkim("example.com")], {})
    assert (found.result, found.disposition) == (AuthResult.NONE, "none")
    assert "example.com" in found.reason


def test_several_records_are_none():
    """Two records are void, and said to be so."""
    found = result("example.com", [], {"example.com": [REJECT, "v=DMARC1; p=none"]})
    assert found.result is AuthResult.NONE
    assert "several" in found.reason


def test_authors():
    """No domain is a permanent error, several are exempt, several mailboxes of one domain are one."""
    assert result([], [], {}).result is AuthResult.PERMERROR
    assert result("[192.0.2.1]", [], {}).result is AuthResult.PERMERROR
    assert result(["example.com", "example.net"], [], {"example.com": REJECT}).result is AuthResult.NONE
    assert result(["example.com", "Example.com"], [], {"example.com": REJECT}).result is AuthResult.FAIL


def test_a_record_nobody_can_use():
    """A policy that there is not, and no address of reports: a permanent error."""
    assert result("example.com", [], {"example.com": "v=DMARC1; p=never"}).result is AuthResult.PERMERROR


@pytest.mark.parametrize(("policy", "done"), [("reject", "quarantine"), ("quarantine", "none"), ("none", "none")])
def test_test_mode_is_one_step_milder(policy, done):
    """t=y: the policy is told as it stands, what is asked for is milder, and why is told too."""
    found = result("example.com", [], {"example.com": f"v=DMARC1; p={policy}; t=y"})
    assert (found.policy, found.disposition) == (policy, done)
    assert [each.type for each in found.overrides] == ([] if policy == "none" else ["policy_test_mode"])


def test_subdomains_and_names_that_are_not_there():
    """sp for a name that exists, np for one that does not (RFC 9989 4.10.1)."""
    records = {"example.com": "v=DMARC1; p=none; sp=quarantine; np=reject"}
    answers = zone({f"_dmarc.{name}": text for name, text in records.items()} | {"a.example.com A": []})
    assert drive(evaluate(["a.example.com"], []), answers).disposition == "quarantine"
    assert drive(evaluate(["b.example.com"], []), answers).disposition == "reject"
    assert drive(evaluate(["example.com"], []), answers).disposition == "none"


def test_overrides():
    """A reason not to do what is asked is kept beside the result, which stays what it is."""
    failed = result("example.com", [], {"example.com": REJECT})
    eased = overridden(failed, Override("mailing_list", "discuss.example.org"))
    assert (eased.result, eased.policy, eased.disposition) == (AuthResult.FAIL, "reject", "none")
    assert eased.overrides[0].type == "mailing_list"
    passed = result("example.com", [spf("example.com")], {"example.com": REJECT})
    assert overridden(passed, Override("local_policy")) == passed


def test_a_thousand_signatures_do_not_ask_a_thousand_questions():
    """Strangers' signatures cost nothing, one's own many names a limited number of walks."""
    asked = []
    many = [dkim(f"s{number}.example.com") for number in range(1_000)]
    answers = zone({"_dmarc.example.com": REJECT, "_dmarc.com": "v=DMARC1; p=none"})
    found = drive(evaluate(["example.com"], many), answers, asked=asked)
    assert len(asked) < 50
    assert len(found.aligned) == IDENTIFIERS
