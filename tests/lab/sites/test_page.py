"""Pages as facts: looks, payment, tracking, contacts; deep, huge and odd pages."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.sites.page import EACH, PAGE_BYTES, Captured, page
from tests import cheap
from tests.lab.sites.hostile import AT, HTML
from tests.lab.sites.servers import PAGE


def read(body, host="pills.com", path="/", **rest):
    return page(Captured(host, path, body, AT, "f.warc", **rest))


def values(told):
    return {(fact.kind, fact.value) for fact in told.facts}


def test_a_shop_tells_who_is_paid_and_called():
    """By its form, its hidden fields and its text."""
    told = values(read(PAGE))
    assert {("title", "Pills now"), ("processor", "example-till.com"), ("merchant", "example-till.com M4711")} <= told
    assert any(kind == "company" and value.endswith("pill services ltd") for kind, value in told)
    assert {"dom", "form", "kit", "phone"} <= {kind for kind, _ in told}


def test_equal_pages_have_equal_sketches():
    """Of another site, with another number in it."""
    one, two = read(PAGE), read(PAGE, "watches.net")
    assert {value for kind, value in values(one) if kind in {"dom", "text"}} == {
        value for kind, value in values(two) if kind in {"dom", "text"}
    }
    assert {fact.about for fact in two.facts} == {"site:watches.net"}


def test_an_icon_is_its_digest_and_an_empty_one_nothing():
    """With a query too; an empty answer is no icon that strangers share."""
    digest = sha256(b"icon").hexdigest()[:32]
    assert values(read(b"icon", path="/favicon.ico?v=3")) == {("favicon", digest)}
    assert not read(b"", path="/favicon.ico").facts


def test_where_it_leads():
    """By the answer's field and by the page's own."""
    assert ("redirects_to", "other.net") in values(read(HTML, location="https://www.other.net/x"))
    fresh = b'<html><meta http-equiv="refresh" content="0; url=http://there.net/"><body>x</body></html>'
    assert ("redirects_to", "there.net") in values(read(fresh))
    assert "redirects_to" not in {kind for kind, _ in values(read(HTML, location="http://www.pills.com/b"))}


def test_evidence_is_what_was_received():
    """The record where there is one, else the page."""
    assert read(HTML, raw=b"a record").received[0].content == b"a record"
    assert {fact.evidence for fact in read(HTML).facts} == {read(HTML).received[0].digest}


def test_what_is_no_site_or_no_page():
    """Told, or entered without facts."""
    assert "no public name" in read(HTML, "localhost").problem
    assert not read(b"\x89PNG", content_type="image/png").facts
    assert read(b"\x89PNG", content_type="image/png").received


@pytest.mark.parametrize(
    "charset", ["hex", "zip", "idna", "punycode", "undefined", "utf-7", "utf-16", "", "x" * 500, "koi8-r", "\0"]
)
def test_any_charset(charset):
    """One that is none, or that must not be chosen by a stranger, is UTF-8."""
    assert read(HTML, charset=charset).received


def test_a_long_page_is_cut_and_told():
    """The rest is not read."""
    told = read(HTML + b" " * PAGE_BYTES)
    assert "only 4 MiB" in told.problem
    assert ("title", "A") in values(told)


def test_facts_of_one_kind_are_few():
    """A page with a thousand numbers is not a thousand facts."""
    body = b"<p>" + b" ".join(b"Firm%d Ltd" % at for at in range(1_000)) + b"</p>"
    assert sum(kind == "company" for kind, _ in values(read(body))) <= EACH


@given(st.binary(max_size=400))
def test_any_page_is_no_exception(body):
    """Whatever comes."""
    read(body)
    read(b"<form action=//" + body + b"><input name=" + body + b"><meta name=generator content='" + body)


PIECES = [
    b"<div>", b"<form>", b"<form action=/pay>", b"<input name=a value=b>", b"<meta name=generator ", b"<meta ",
    b"<title ", b"<title>", b"<script src=", b"<link ", b"Aa ", b"<a href=//x.com/", b"<input name=a ", b"name=",
    b"<!--", b"&amp", b"+1 212 555 01 ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.decode())
def test_time_is_linear(piece):
    """Half a megabyte of whatever: deep, broken, endless."""
    body = piece * (500_000 // len(piece))
    assert cheap.seconds(lambda: read(body), 2.0) < 10.0
