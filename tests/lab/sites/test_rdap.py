"""Registrations from RDAP: what is a fact, what was taken out, and objects that a hostile server sends."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.sites import rdap
from tests import cheap
from tests.lab.sites.hostile import AT

CARD = ["vcard", [
    ["fn", {}, "text", "Boss, John"], ["org", {}, "text", "Pill Services Ltd."], ["email", {}, "text", "Boss@Gang.NET"],
    ["tel", {}, "uri", "tel:+1 (212) 555-0198"],
    ["adr", {}, "text", ["", "", "1 Main St.", "Boston", "MA", "02101", "US"]],
]]  # fmt: skip
OBJECT = {
    "objectClassName": "domain", "ldhName": "Pills.COM",
    "events": [{"eventAction": "registration", "eventDate": "2026-01-05T10:00:00+02:00"},
               {"eventAction": "last update of RDAP database", "eventDate": "2026-02-01T00:00:00Z"}],
    "nameservers": [{"ldhName": "NS1.gang.net."}],
    "entities": [{"roles": ["registrar"], "vcardArray": ["vcard", [["fn", {}, "text", "Cheap Names, Inc."]]],
                  "entities": [{"roles": ["registrant"], "vcardArray": CARD}]}],
}  # fmt: skip


def told(given):
    return rdap.domain(given if isinstance(given, bytes) else json.dumps(given).encode(), "pills.com.json", AT)


def test_a_registration_is_facts():
    """Normalised; times in UTC; seen when the registry says that it was so."""
    read = told(OBJECT)
    assert {(fact.kind, fact.value) for fact in read.facts} == {
        ("registered_at", "2026-01-05T08:00:00+00:00"),
        ("ns", "ns1.gang.net"),
        ("registrar", "cheap names inc"),
        ("registrant", "boss john"),
        ("registrant_org", "pill services ltd"),
        ("registrant_email", "boss@gang.net"),
        ("registrant_phone", "+12125550198"),
        ("registrant_address", "1 main st boston ma 02101 us"),
    }
    assert {fact.about for fact in read.facts} == {"site:pills.com"}
    assert {fact.seen_from.isoformat() for fact in read.facts} == {"2026-02-01T00:00:00+00:00"}
    assert {fact.evidence for fact in read.facts} == {read.received[0].digest}


@pytest.mark.parametrize(
    "name", ["REDACTED FOR PRIVACY", "Privacy Proxy Ltd", "Domains By Proxy, LLC", "Data Protected", "N/A"]
)
def test_what_was_taken_out_is_no_fact(name):
    """Else all who hide would be one."""
    hidden = {**OBJECT, "entities": [{"roles": ["registrant"], "vcardArray": ["vcard", [["fn", {}, "text", name]]]}]}
    assert "registrant" not in {fact.kind for fact in told(hidden).facts}


BAD = [
    b"", b"{", b"[]", b"null", b"\xff", b"[" * 500_000, b"{}", b'{"ldhName": 5}', b'{"ldhName": "co.uk"}',
    b"x" * 2_000_000, b'{"ldhName": ["pills.com"]}',
]  # fmt: skip


@pytest.mark.parametrize("raw", BAD, ids=range(len(BAD)))
def test_what_is_no_domain_is_told(raw):
    """A short sentence with the file's name, no fact."""
    read = told(raw)
    assert read.problem.startswith("pills.com.json: ")
    assert len(read.problem) < 300
    assert not read.facts


@pytest.mark.parametrize("key", ["events", "nameservers", "entities", "ldhName"])
@pytest.mark.parametrize(
    "value", [None, 5, "x", [], [None], [[]], [5, "x", {}], {}, {"a": []}, [{"roles": 5, "vcardArray": 7}]]
)
def test_wrong_types_are_no_exception(key, value):
    """What is right beside them is read."""
    told({**OBJECT, key: value})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


@given(JSON, JSON, JSON)
def test_any_card_is_no_exception(card, line, roles):
    """Whatever stands in it."""
    for made in (card, ["vcard", card], ["vcard", [line, ["adr", card, "text", line], ["fn", line, card, roles]]]):
        told(
            {
                **OBJECT,
                "entities": [{"roles": roles, "vcardArray": made}, {"roles": ["registrant"], "vcardArray": made}],
            }
        )


def test_entities_in_entities_end():
    """However deep, however many: what is read is bounded by the object's bytes."""
    deep = {"roles": ["registrant"], "vcardArray": CARD}
    for _ in range(200):
        deep = {"entities": [deep]}
    assert told({**OBJECT, "entities": [deep]}).received
    wide = json.dumps({"ldhName": "a.com", "entities": [{}] * 300_000}).encode()[: rdap.OBJECT_BYTES]
    assert cheap.seconds(lambda: told(wide), 0.5) < 2.0
