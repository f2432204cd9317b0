"""Passive DNS and zone files: what they tell, and that each line that tells nothing is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.sites import dns
from fyke.model.fact import Fact
from tests import cheap
from tests.lab.sites.hostile import AT

SEEN = {"time_first": 1767225600, "time_last": "2026-01-02T00:00:00Z"}


def passive(*rows):
    lines = [row if isinstance(row, bytes) else json.dumps({**SEEN, **row}).encode() for row in rows]
    return list(dns.passive(lines, "f.jsonl"))


def values(told):
    return [(each.about, each.kind, each.value) for each in told if isinstance(each, Fact)]


def zone(text):
    return list(dns.zone(text, "z.zone", AT))


def test_each_kind_of_record_is_a_fact():
    """Normalised, so that equal things are equal strings."""
    told = passive(
        {"rrname": "www.Pills.com.", "rrtype": "a", "rdata": ["192.0.2.1", "192.0.2.2"]},
        {"rrname": "pills.com", "rrtype": "AAAA", "rdata": "2001:DB8:0::1"},
        {"rrname": "pills.com", "rrtype": "NS", "rdata": "NS1.Gang.net."},
        {"rrname": "pills.com", "rrtype": "MX", "rdata": "10 mx.gang.net."},
        {"rrname": "pills.com", "rrtype": "SOA", "rdata": "ns1.gang.net. Boss.gang.net. 1 2 3 4 5"},
        {"rrname": "pills.com", "rrtype": "CNAME", "rdata": "shop.gang.net."},
        {"rrname": "pills.com", "rrtype": "CNAME", "rdata": "www.pills.com."},
        {"rrname": "pills.com", "rrtype": "TXT", "rdata": "anything at all"},
    )
    assert values(told) == [
        ("site:pills.com", "ip", "192.0.2.1"),
        ("site:pills.com", "ip", "192.0.2.2"),
        ("site:pills.com", "ip", "2001:db8::1"),
        ("site:pills.com", "ns", "ns1.gang.net"),
        ("site:pills.com", "mx", "mx.gang.net"),
        ("site:pills.com", "soa", "boss.gang.net"),
        ("site:pills.com", "redirects_to", "gang.net"),
    ]
    assert len(told) == 7
    assert told[0].source == "dns:f.jsonl"
    assert told[0].seen_from < told[0].seen_to


BAD = [
    b"{", b"[]", b"null", b"\xff\xfe", b'"a"', b"[" * 60_000, b'{"rrname":' * 5_000, b"x" * (dns.LINE_BYTES + 1),
    {"rrname": 5, "rrtype": "A", "rdata": "192.0.2.1"},
    {"rrname": "pills.com", "rrtype": "A"},
    {"rrname": "pills.com", "rrtype": "A", "rdata": []},
    {"rrname": "pills.com", "rrtype": "A", "rdata": [["192.0.2.1"]]},
    {"rrname": "pills.com", "rrtype": "A", "rdata": "300.1.2.3"},
    {"rrname": "pills.com", "rrtype": 1, "rdata": "192.0.2.1"},
    {"rrname": "pills.com", "rrtype": "NS", "rdata": "two words"},
    {"rrname": "pills.com", "rrtype": "SOA", "rdata": "one"},
    {"rrname": "pills.com", "rrtype": "MX", "rdata": ""},
    {"rrname": "pills.com", "rrtype": "A", "rdata": "192.0.2.1", "time_first": -5},
    {"rrname": "pills.com", "rrtype": "A", "rdata": "192.0.2.1", "time_last": None},
    {"rrname": "co.uk", "rrtype": "A", "rdata": "192.0.2.1"},
    {"rrname": "", "rrtype": "A", "rdata": "192.0.2.1"},
]  # fmt: skip


@pytest.mark.parametrize("row", BAD, ids=range(len(BAD)))
def test_every_bad_line_is_told_with_its_number(row):
    """And the next one is read."""
    good = {"rrname": "pills.com", "rrtype": "A", "rdata": "192.0.2.1"}
    first, second = passive(row, b"", good)
    assert first.startswith("f.jsonl:1: ")
    assert len(first) < 300
    assert isinstance(second, Fact)


def test_a_part_that_is_bad_is_told_and_the_rest_read():
    """Of a list one by one; of one that is too long how many."""
    told = passive({"rrname": "pills.com", "rrtype": "A", "rdata": ["192.0.2.1", "x", "192.0.2.3"]})
    assert [isinstance(each, str) for each in told] == [False, True, False]
    told = passive({"rrname": "pills.com", "rrtype": "A", "rdata": ["192.0.2.1"] * 500})
    assert "only 200 of 500" in told[0]


@given(st.binary(max_size=300))
def test_any_line_is_facts_or_told(line):
    """No exception; a line that is not blank is never silent, unless it is a whole record."""
    told = list(dns.passive([line], "f"))
    assert all(isinstance(each, str | Fact) for each in told)
    assert told or not line.strip()


ZONE = """
$ORIGIN Pills.com.
$TTL 1h
@ 3600 IN SOA ns1 boss.gang.net. ( 2026010501 ; serial
        7200 3600
        1209600 3600 )
        NS ns1.gang.net.
        IN 1d MX 10 mail
www A 192.0.2.1 ; seen 2026-01-05
    TXT "a ; b ( c"
@ CAA 0 issue "x"
other.net. CNAME pills.com.
"""


def test_a_zone_file_is_read_as_it_is_written():
    """Origin, owners, lives, parentheses, comments in strings; the time of a comment holds from there on."""
    told = zone(ZONE)
    assert values(told) == [
        ("site:pills.com", "soa", "boss.gang.net"),
        ("site:pills.com", "ns", "ns1.gang.net"),
        ("site:pills.com", "mx", "mail.pills.com"),
        ("site:pills.com", "ip", "192.0.2.1"),
        ("site:other.net", "redirects_to", "pills.com"),
    ]
    assert len(told) == 5
    assert told[0].seen_from == AT
    assert [each.seen_from.isoformat()[:10] for each in told[3:]] == ["2026-01-05", "2026-01-05"]


@pytest.mark.parametrize(
    "line", ["nonsense", "pills.com. A", "pills.com. A x", "$INCLUDE other.zone", "$GENERATE 1-9 a A 1", "x BOGUS y",
             "pills.com. SOA (", ")", "\0\0\0", " A 192.0.2.1"],
)  # fmt: skip
def test_every_bad_line_of_a_zone_is_told(line):
    """With its number."""
    told = zone("\n\n" + line)
    assert len(told) == 1 or line == ")"
    assert all(each.startswith("z.zone:3: ") for each in told)


def test_parentheses_without_end_swallow_little():
    """After a hundred lines it is told, and what follows is read."""
    told = zone("pills.com. SOA (\n" + "x\n" * 150 + "pills.com. A 192.0.2.1\n")
    assert ("site:pills.com", "ip", "192.0.2.1") in values(told)
    assert told[0].startswith("z.zone:1: ")


@given(st.text(alphabet=st.sampled_from('a.@ \t\n();"\\$19ABX'), max_size=200))
def test_any_zone_is_facts_or_told(text):
    """No exception."""
    assert all(isinstance(each, str | Fact) for each in zone(text))


@pytest.mark.parametrize("piece", ["(", '"', "\\", "1h", "a ", ";", "pills.com. A 192.0.2.1\n", "(\n", "$"])
def test_time_is_linear(piece):
    """A megabyte of whatever."""
    text = piece * (1_000_000 // len(piece))
    assert cheap.seconds(lambda: list(dns.zone(text, "z", AT)), 4.0) < 12.0


def test_long_lines_cost_little():
    """A line of many megabytes is told without being read."""
    line = b'{"rrname":"' + b"a" * 30_000_000
    assert cheap.seconds(lambda: list(dns.passive([line], "f")), 0.1) < 0.5
