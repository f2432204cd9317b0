"""Authentication-Results: written safely, read leniently, forgeries found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.detect.auth.results import Told, fold, forged, quote, read, servers, write
from fyke.mail import parse
from fyke.model.auth import Auth, AuthResult, DkimResult, DmarcRecord, DmarcResult, Override, SpfResult

AUTH = Auth(
    SpfResult(AuthResult.PASS, "", "example.com", "ann@example.com", client_ip="192.0.2.7"),
    (
        DkimResult(AuthResult.PASS, "", "example.com", "s1", "@example.com", "rsa-sha256", value="AbC+/9=="),
        DkimResult(AuthResult.FAIL, 'The body was "changed".', "list.example.net", "x"),
    ),
    None,
    DmarcResult(
        AuthResult.FAIL, "nobody", "example.org", record=DmarcRecord("example.org", ""), policy="reject",
        overrides=(Override("mailing_list"),),
    ),
)  # fmt: skip


def test_what_was_found_is_written():
    """Every method has its result and the properties that RFC 8601 names; no line is too long."""
    value = write("mx.example.net", AUTH)
    assert all(len(line.expandtabs()) <= 78 for line in value.split("\r\n"))
    assert value.startswith("mx.example.net;\r\n\tspf=pass smtp.mailfrom=ann@example.com policy.client-ip=192.0.2.7;")
    assert 'header.b="AbC+/9=="' in value
    assert 'reason="The body was \\"changed\\"."' in value
    assert "dmarc=fail" in value
    assert "policy.override=mailing_list" in value


def test_what_is_written_is_read():
    """Our own reader understands our own field."""
    field = read(write("mx.example.net", AUTH).replace("\r\n", ""))
    assert field.server == "mx.example.net"
    assert [(each.method, each.result) for each in field.results] == [
        ("spf", "pass"), ("dkim", "pass"), ("dkim", "fail"), ("dmarc", "fail"),
    ]  # fmt: skip
    assert field.results[1].get("header.i") == "@example.com"
    assert field.results[2].reason == 'The body was "changed".'


def test_nothing_found_is_said_so():
    """RFC 8601 2.2: without any result the field says none."""
    assert write("mx.example.net", Auth()) == "mx.example.net;\r\n\tnone"


@pytest.mark.parametrize(
    ("value", "server", "results"),
    [
        ("example.org 1; none", "example.org", []),
        ("example.com; spf=pass smtp.mailfrom=example.net", "example.com", [("spf", "pass")]),
        (r"Foo.example (x; y=(z)) 1 ; dkim/1 = fail (\) ) reason='a' header.d=c", "foo.example", [("dkim", "fail")]),
        ('"mx one"; dmarc = PASS', "mx one", [("dmarc", "pass")]),
        ("mx; spf=pass spf dkim=; =x; ;; arc=none", "mx", [("spf", "pass"), ("arc", "none")]),
        ("", "", []),
        ("(((", "", []),
    ],
)  # fmt: skip
def test_others_fields(value, server, results):
    """Versions, comments, quotation marks, space and rubbish are all borne (RFC 8601 2.2 and B)."""
    field = read(value)
    assert field.server == server
    assert [(each.method, each.result) for each in field.results] == results


def test_forgeries():
    """A field that bears our name came with the mail, so somebody else wrote it; others' are left alone."""
    message = parse(
        b"Authentication-Results: mx.other.example; dmarc=pass\r\n"
        b"From: a@example.com\r\n"
        b"authentication-results: (hi) MX.Example.net. 1; dmarc=pass\r\n\r\nx"
    )
    assert servers(message) == ("mx.other.example", "mx.example.net.")
    assert forged(message, ["mx.example.net"]) == (2,)
    assert forged(message, []) == ()
    assert forged(parse(b"From: a@example.com\r\n\r\nx"), ["mx.example.net"]) == ()


@given(st.text())
def test_no_value_breaks_out(text):
    """Whatever an enemy writes into a domain or a reason, it stays one value of one line of ours."""
    written = quote(text)
    assert "\r" not in written
    assert "\n" not in written
    value = fold("mx", [Told("spf", "fail", text, (("smtp.mailfrom", text),))]).replace("\r\n", "")
    assert [(each.method, each.result) for each in read(value).results] == [("spf", "fail")]


@given(st.one_of(st.text(), st.text(alphabet='a=;/()"\\ .1')))
def test_any_field_is_read(text):
    """No field raises."""
    assert isinstance(read(text).server, str)
