"""The tree walk: the examples of RFC 9989 4.10, its limits, and what happens when nobody answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.detect.auth.dmarc_record import read
from fyke.detect.auth.dmarc_walk import canonical, names, policy_for, walk
from fyke.model import UNKNOWN, Dns, Records
from tests.detect.auth.driving import drive, zone


def org(domain, records):
    return drive(walk(domain), zone({f"_dmarc.{name}": text for name, text in records.items()})).organization


def test_the_eight_questions_of_the_rfc():
    """RFC 9989 4.10: a name of thirteen labels takes eight questions, the second of seven labels."""
    asked = []
    drive(walk("a.b.c.d.e.f.g.h.i.j.mail.example.com"), {}, asked=asked)
    assert [query.name.removeprefix("_dmarc.") for query in asked] == [
        "a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "g.h.i.j.mail.example.com",
        "h.i.j.mail.example.com",
        "i.j.mail.example.com",
        "j.mail.example.com",
        "mail.example.com",
        "example.com",
        "com",
    ]


def test_the_zone_cut_that_is_never_found():
    """RFC 9989 5.1.9: of a name with ten labels the record at eight of them is not asked for."""
    assert names("mail.a.b.c.d.e.f.g.example.com")[1] == "c.d.e.f.g.example.com"
    assert len(names("mail.a.b.c.d.e.f.g.example.com")) == 8


@pytest.mark.parametrize(
    ("domain", "records", "organization"),
    [  # the first three stand in RFC 9989 4.10.2
        ("a.mail.example.com", {"mail.example.com": "v=DMARC1", "example.com": "v=DMARC1"}, "example.com"),
        ("a.mail.example.com", {"mail.example.com": "v=DMARC1; psd=n", "example.com": "v=DMARC1"}, "mail.example.com"),
        ("a.mail.example.com", {"com": "v=DMARC1; psd=y"}, "example.com"),
        ("mail.example.com", {"example.com": "v=DMARC1; psd=y"}, "mail.example.com"),
        ("example.com", {"example.com": "v=DMARC1; psd=y", "com": "v=DMARC1; p=none"}, "example.com"),
        ("giant.bank.example", {"bank.example": "v=DMARC1; psd=y; p=reject"}, "giant.bank.example"),
        ("a.one.bank.example", {"one.bank.example": "v=DMARC1", "bank.example": "v=DMARC1; psd=y"}, "one.bank.example"),
        ("a.example.com", {}, "a.example.com"),
        ("a.example.com", {"com": "v=DMARC1; p=none"}, "com"),
        ("a.example.com", {"a.example.com": ["v=DMARC1; psd=n", "v=DMARC1"], "example.com": "v=DMARC1"}, "example.com"),
    ],
)  # fmt: skip
def test_organizations(domain, records, organization):
    """psd=n is the organization, psd=y lies above it, else it is the shortest name with a record, else the start."""
    assert org(domain, records) == organization


def test_a_walk_stops_at_a_flag():
    """Above psd=n or psd=y nobody is asked."""
    asked = []
    drive(walk("a.example.com"), zone({"_dmarc.example.com": "v=DMARC1; psd=n"}), asked=asked)
    assert [query.name for query in asked] == ["_dmarc.a.example.com", "_dmarc.example.com"]


@pytest.mark.parametrize("organization_has_one", [True, False])
def test_the_public_suffix_speaks_last(organization_has_one):
    """The policy of a public suffix holds only where the organization has none."""
    records = {"_dmarc.bank.example": "v=DMARC1; p=reject; psd=y"}
    if organization_has_one:
        records["_dmarc.giant.bank.example"] = "v=DMARC1; p=none"
    found = drive(walk("mail.giant.bank.example"), zone(records))
    assert found.organization == "giant.bank.example"
    assert found.policy.domain == ("giant.bank.example" if organization_has_one else "bank.example")


def test_no_answer_ends_the_walk():
    """What lies above a silence is not known: no organization, no policy of it, and no "none"."""
    found = drive(walk("a.example.com"), zone({"_dmarc.example.com": UNKNOWN, "_dmarc.com": "v=DMARC1; p=none"}))
    assert not found.is_whole
    assert (found.organization, found.policy) == ("", None)
    assert [step.found for step in found.steps] == ["none", "unknown"]


@pytest.mark.parametrize(
    ("answer", "policy"), [(Records(exists=False), "reject"), (Records(), "quarantine"), (UNKNOWN, "quarantine")]
)
def test_np_is_for_names_that_are_not_there(answer, policy):
    """NXDOMAIN makes it np, no address of a name that is there does not; without an answer the milder holds."""
    record = read("example.com", "v=DMARC1; p=none; sp=quarantine; np=reject")
    assert drive(policy_for(record, "a.example.com"), {Dns("a.example.com", "A"): answer}) == policy


def test_existence_is_asked_only_where_it_matters():
    """Without np of its own the record says the same for all names below."""
    asked = []
    drive(policy_for(read("example.com", "v=DMARC1; p=none"), "a.example.com"), {}, asked=asked)
    assert asked == []


@pytest.mark.parametrize(
    ("given_name", "asked_name"),
    [
        ("Example.COM.", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a_b.example", "a_b.example"),
        ("", ""),
        ("a..b", ""),
        ("[192.0.2.1]", ""),
        ("192.0.2.1", ""),
        ("x" * 64 + ".example", ""),
        ("a b.example", ""),
        (".".join(["abcdefgh"] * 30), ""),
    ],
)
def test_names_as_they_are_asked(given_name, asked_name):
    """Lower case and A-labels; what cannot be a name of the DNS is none."""
    assert canonical(given_name) == asked_name


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=100), st.data())
def test_never_more_than_eight_questions(labels, data):
    """However deep the name and whatever is answered: eight questions, and an organization on the way up."""
    domain = ".".join(labels)
    texts = st.sampled_from([[], ["v=DMARC1"], ["v=DMARC1; psd=y"], ["v=DMARC1; psd=n"], ["v=DMARC1", "v=DMARC1"]])
    answers = {Dns(f"_dmarc.{name}", "TXT"): Records(tuple(data.draw(texts))) for name in names(domain)}
    asked = []
    found = drive(walk(domain), answers, asked=asked)
    assert len(asked) <= 8
    assert domain == found.organization or domain.endswith("." + found.organization)
