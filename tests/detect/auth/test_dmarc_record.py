"""Records of DMARC: what stands in them, what is ignored, and that no text breaks the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.detect.auth.dmarc_record import asked_for, is_dmarc, milder, read, the_one


@pytest.mark.parametrize("text", ["v=DMARC1", "v=DMARC1; p=none", "v = DMARC1 ;p=reject", "V=DMARC1;"])
def test_the_version_comes_first(text):
    """A record begins with the version, with or without space around it."""
    assert is_dmarc(text)


@pytest.mark.parametrize("text", ["", "v=dmarc1; p=none", "p=none; v=DMARC1", "v=DMARC10; p=none", "v=DMARC1 p=none"])
def test_what_does_not_begin_so_is_none(text):
    """RFC 9989 4.7: a version that is absent, late or otherwise written makes it no record."""
    assert not is_dmarc(text)
    assert the_one([text]) == ()


def test_all_tags_are_read():
    """Every tag of RFC 9989 has its field; policies may be written in capitals."""
    record = read(
        "example.com",
        "v=DMARC1; p=Reject; sp=quarantine; np=none; adkim=s; aspf=s; psd=n; t=y; fo=1:d; "
        "rua=mailto:a@example.com!10m, https://example.net/x; ruf=mailto:b@example.com",
    )
    assert (record.p, record.sp, record.np, record.adkim, record.aspf) == ("reject", "quarantine", "none", "s", "s")
    assert (record.psd, record.is_testing, record.fo) == ("n", True, "1:d")
    assert record.rua == ("mailto:a@example.com", "https://example.net/x")
    assert record.ruf == ("mailto:b@example.com",)
    assert record.ignored == ()


def test_what_was_removed_or_is_unknown_is_ignored():
    """pct, rf and ri say nothing any more, and neither do tags that nobody knows; each is told."""
    record = read("example.com", "v=DMARC1; p=reject; pct=0; rf=afrf; ri=86400; zz=1; adkim=maybe; p=none; junk")
    assert (record.p, record.adkim) == ("reject", "r")
    assert record.ignored == ("pct=0", "rf=afrf", "ri=86400", "zz=1", "p=none", "junk", "adkim=maybe")


def test_without_p_it_is_none():
    """RFC 9989 4.7: a record without p is one with p=none."""
    record = read("example.com", "v=DMARC1; rua=mailto:a@example.com")
    assert record.p == "none"
    assert record.is_usable


@pytest.mark.parametrize("tags", ["p=monitor", "p=reject; sp=all", "p=reject; np="])
def test_a_policy_that_there_is_not(tags):
    """RFC 9989 4.10.1: a wrong p, sp or np is p=none for whoever wants reports, and nothing for others."""
    assert not read("example.com", f"v=DMARC1; {tags}").is_usable
    record = read("example.com", f"v=DMARC1; {tags}; rua=mailto:a@example.com")
    assert record.is_usable
    assert (record.p, record.sp, record.np) == ("none", "", "")


@pytest.mark.parametrize(
    ("domain", "exists", "policy"),
    [
        ("example.com", True, "reject"),
        ("example.com", False, "reject"),
        ("a.example.com", True, "none"),
        ("a.example.com", False, "quarantine"),
        ("a.example.com", None, "none"),
    ],
)
def test_which_policy_is_asked(domain, exists, policy):
    """p for the domain, sp below it, np for what is not there; the milder where nobody knows."""
    record = read("example.com", "v=DMARC1; p=reject; sp=none; np=quarantine")
    assert asked_for(record, domain, exists) == policy


def test_milder_is_one_step():
    """A testing domain's reject is quarantine, its quarantine nothing."""
    assert [milder(policy) for policy in ("reject", "quarantine", "none")] == ["quarantine", "none", "none"]


@given(
    st.one_of(
        st.text(), st.lists(st.sampled_from(["p=", "sp", ";", "=", "v=DMARC1;", "rua=", "a:b,", "!"])).map("".join)
    )
)
def test_any_text_is_read(text):
    """Whatever stands behind the version, it is a record with a policy that there is."""
    record = read("example.com", f"v=DMARC1;{text}")
    assert record.p in ("none", "quarantine", "reject")
    assert record.psd in ("y", "n", "u")
