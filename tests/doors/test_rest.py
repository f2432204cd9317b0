"""The plain API: a mail in, its scan out."""

import asyncio
import base64
import json

import pytest

from fyke.doors.rest import Rest
from fyke.doors.rest_forms import RestTerms
from fyke.model import Action, Label
from tests.doors.contract import check_door
from tests.doors.gates import ToldGate, handled, opened, told

MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n"
SPAM = handled(Label.SPAM, 8.0, Action.QUARANTINE, case="c0ffee")


def asked(gate, request, body=b"", kind="message/rfc822", *, terms=None, more=""):
    """Status and body of the answer."""
    head = f"{request} HTTP/1.1\r\nHost: x\r\n{more}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"

    async def ask():
        async with opened(Rest(gate, terms)) as doorway:
            return await told(doorway, head.encode() + b"Connection: close\r\n\r\n" + body, half_close=False)

    answer, _, rest = asyncio.run(ask()).partition(b"\r\n\r\n")
    return int(answer.split()[1]), rest


@pytest.mark.parametrize("is_local", [False, True])
def test_the_contract_of_doors(tmp_path, is_local):
    """As every door, on loopback and over a local socket."""
    head = b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(MAIL)
    path = tmp_path / "rest" if is_local else None
    check_door(Rest, head + MAIL, lambda said: b'"action":"accept"' in said, terms=RestTerms(), path=path)


def test_a_mail_as_it_is_or_within_json():
    """The same scan, and the envelope where it is told."""
    gate = ToldGate(SPAM)
    status, body = asked(gate, "POST /v1/scan", MAIL)
    assert (status, json.loads(body)["action"], json.loads(body)["scan"]["label"]) == (200, "quarantine", "spam")
    told_json = {"raw": base64.b64encode(MAIL).decode(), "envelope": {"rcpt_to": ["b@example.net"]}}
    status, _ = asked(gate, "POST /v1/scan", json.dumps(told_json).encode(), "application/json")
    assert status == 200
    assert [call[2] for call in gate.calls] == [MAIL, MAIL]
    assert gate.calls[1][1].rcpt_to == ("b@example.net",)


def test_problems_are_told_as_problems():
    """RFC 9457: with a status, a title and what is wrong."""
    for request, body, kind, status in (
        ("POST /v1/nothing", MAIL, "message/rfc822", 404),
        ("GET /v1/scan", b"", "message/rfc822", 405),
        ("POST /v1/scan", b'{"raw": 1}', "application/json", 400),
    ):
        found, said = asked(ToldGate(), request, body, kind)
        assert found == status
        assert json.loads(said)["detail"]


def test_a_token_is_wanted_where_there_is_one():
    """Nobody without it is judged for, taught by or shown figures."""
    terms = RestTerms(token="s3cret")
    gate = ToldGate(SPAM)
    assert asked(gate, "POST /v1/scan", MAIL, terms=terms)[0] == 401
    assert asked(gate, "POST /v1/scan", MAIL, terms=terms, more="Authorization: Bearer wrong\r\n")[0] == 401
    assert gate.calls == []
    assert asked(gate, "POST /v1/scan", MAIL, terms=terms, more="Authorization: Bearer s3cret\r\n")[0] == 200


def test_the_api_describes_itself():
    """Every path that there is, with its schemas."""
    document = json.loads(asked(ToldGate(), "GET /v1/openapi.json")[1])
    assert document["openapi"].startswith("3.1")
    assert {"/v1/scan", "/v1/files", "/v1/labels"} <= document["paths"].keys()


def test_figures_for_prometheus():
    """Text that ends as OpenMetrics must."""
    status, body = asked(ToldGate(figures={"scanned": 3.0}), "GET /metrics")
    assert status == 200
    assert b"fyke_scanned_total 3\n" in body
    assert body.endswith(b"# EOF\n")


def test_a_gate_that_fails_is_told_as_ours():
    """And is no verdict."""
    status, body = asked(ToldGate(OSError("a bug")), "POST /v1/scan", MAIL)
    assert status >= 500
    assert b'"scan"' not in body
