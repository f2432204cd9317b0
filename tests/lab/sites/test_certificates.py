"""Certificates in PEM and in lines: what they tell; broken and huge ones are told, one by one."""

import base64
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.sites import certificates
from fyke.model.fact import Fact
from tests import cheap
from tests.lab.sites.hostile import AT, certificate

TWO = certificate("pills.com", "*.pills.com", "watches.net")


def values(told):
    return {(each.about, each.kind, each.value) for each in told if isinstance(each, Fact)}


def lines(*rows):
    return list(certificates.lines([row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows], "c"))


def test_a_certificate_is_facts_of_each_site_that_it_names():
    """Its digest, its key, who issued it and when, and its sites."""
    told = list(certificates.pem(TWO, "f.pem"))
    der = base64.b64decode(b"".join(TWO.splitlines()[1:-1]))
    assert {about for about, _, _ in values(told)} == {"site:pills.com", "site:watches.net"}
    assert ("site:pills.com", "certificate", sha256(der).hexdigest()) in values(told)
    assert ("site:pills.com", "certificate_name", "watches.net") in values(told)
    assert ("site:pills.com", "certificate_issued", "CN=Some authority|2026-01-05T00:00:00+00:00") in values(told)
    assert len(told) == len(values(told)), "nothing is told twice"
    assert {each.seen_from.isoformat()[:10] for each in told} == {"2026-01-05"}
    assert {each.seen_to for each in certificates.pem(TWO, "f", (AT, AT))} == {AT}


def test_a_line_tells_the_same_as_the_certificate():
    """With the certificate, or with what a monitor wrote down, in capitals and colons."""
    assert values(lines({"pem": TWO.decode()})) == values(certificates.pem(TWO, "f"))
    (told,) = lines({"name": "a.com", "seen_from": "2026-01-05", "fingerprint": "AB:CD", "key": 5})
    assert (told.kind, told.value) == ("certificate", "abcd")


def test_one_that_is_broken_does_not_hide_the_others():
    """It is told by its number."""
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    endless = b"-----BEGIN CERTIFICATE-----\nAAAA\n"
    told = list(certificates.pem(TWO + broken + b"noise" + endless + TWO, "f.pem"))
    assert [each.split(":")[1] for each in told if isinstance(each, str)] == [" certificate 2", " certificate 3"]
    assert values(told) == values(certificates.pem(TWO, "f"))


def test_a_network_of_many_names_says_nothing():
    """More than a hundred names are a CDN's."""
    assert list(certificates.pem(certificate(*(f"shop{at}.com" for at in range(120))), "f")) == []


BAD = [
    b"", b"nothing", b"\xff" * 99, TWO[:-40] + b"-----END CERTIFICATE-----\n", TWO.replace(b"M", b"N"),
    b"-----BEGIN CERTIFICATE-----\n" + b"A" * 4_000_000 + b"\n-----END CERTIFICATE-----\n",
]  # fmt: skip


@pytest.mark.parametrize("raw", BAD, ids=range(len(BAD)))
def test_what_is_no_certificate_is_told(raw):
    """One sentence, no exception."""
    told = list(certificates.pem(raw, "f.pem"))
    assert told
    assert all(isinstance(each, str) and each.startswith("f.pem: ") and len(each) < 400 for each in told)


BAD_LINES = [
    b"{", b"[]", b"[" * 100_000, b"\xff", b"x" * (certificates.LINE_BYTES + 1), {}, {"name": "a.com"}, {"pem": "x"},
    {"names": "a.com", "not_before": 1767225600}, {"names": [5], "not_before": 1767225600},
    {"names": ["a.com"], "not_before": "never"}, {"pem": "\ud800", "names": ["a.com"]},
]  # fmt: skip


@pytest.mark.parametrize("row", BAD_LINES, ids=range(len(BAD_LINES)))
def test_every_bad_line_is_told(row):
    """With its number; the next one is read."""
    told = lines(row, {"name": "a.com", "not_before": "2026-01-05", "key": "ab"})
    assert isinstance(told[0], str)
    assert told[0].startswith("c:1: ")
    assert values(told[1:])


@given(st.integers(0, len(TWO) - 1), st.binary(max_size=6))
def test_any_change_is_facts_or_told(at, change):
    """A certificate with some bytes changed, or cut there."""
    for raw in (TWO[:at] + change + TWO[at + len(change) :], TWO[:at]):
        assert all(isinstance(each, str | Fact) for each in certificates.pem(raw, "f"))


@given(st.binary(max_size=80), st.integers(0, 400))
def test_any_der_is_facts_or_told(change, at):
    """Changes behind the base64."""
    der = base64.b64decode(b"".join(TWO.splitlines()[1:-1]))
    changed = der[:at] + change + der[at + len(change) :]
    raw = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(changed) + b"-----END CERTIFICATE-----\n"
    assert all(isinstance(each, str | Fact) for each in certificates.pem(raw, "f"))


@pytest.mark.parametrize("piece", [b"-", b"-----BEGIN CERTIFICATE-----", b"-----BEGIN ", b"A-----END CERTIFICATE-----"])
def test_time_is_linear(piece):
    """A megabyte of whatever."""
    raw = piece * (1_000_000 // len(piece))
    assert cheap.seconds(lambda: list(certificates.pem(raw, "f")), 3.0) < 10.0
