"""The door for who speaks to rspamd: its shapes, our verdicts."""

import asyncio
import json

import pytest
import zstandard

from fyke.doors.rspamd import Rspamd
from fyke.doors.rspamd_reply import RspamdTerms
from fyke.model import Action, Label
from tests.doors.contract import check_door
from tests.doors.gates import ToldGate, handled, opened, told

MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n"
SPAM = handled(Label.SPAM, 8.0, Action.REJECT, reply="Refused as spam", case="c0ffee")


def asked(gate, path="/checkv2", body=MAIL, terms=None, **fields):
    """Status, and what is answered to a request."""
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    data = f"POST {path} HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()

    async def ask():
        async with opened(Rspamd(gate, terms)) as doorway:
            return await told(doorway, data + body, half_close=False)

    answer, _, rest = asyncio.run(ask()).partition(b"\r\n\r\n")
    return int(answer.split()[1]), rest


@pytest.mark.parametrize("is_local", [False, True])
def test_the_contract_of_doors(tmp_path, is_local):
    """As every door, on loopback and over a local socket."""
    head = b"POST /checkv2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(MAIL)
    path = tmp_path / "rspamd" if is_local else None
    check_door(Rspamd, head + MAIL, lambda said: b'"action":"no action"' in said, terms=RspamdTerms(), path=path)


def test_a_mail_is_judged_in_rspamds_words():
    """Points on its scale, an action, symbols with what they saw; the client sees to the mail itself."""
    gate = ToldGate(SPAM)
    status, body = asked(gate, IP="192.0.2.1", Helo="mx.example.org", From="a@example.org", Rcpt="b@example.net")
    reply = json.loads(body)
    assert status == 200
    assert (reply["action"], reply["score"], reply["required_score"]) == ("reject", 12.0, 15.0)
    assert reply["symbols"]["LEX_BANK"]["name"] == "LEX_BANK"
    assert reply["messages"]["smtp_message"] == "Refused as spam"
    [(_, envelope, raw, keeps)] = gate.calls
    assert (envelope.client_ip, envelope.helo, envelope.rcpt_to) == ("192.0.2.1", "mx.example.org", ("b@example.net",))
    assert (raw, keeps) == (MAIL, False)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Action.ACCEPT, "no action"),
        (Action.TAG, "add header"),
        (Action.QUARANTINE, "reject"),
        (Action.TEMPFAIL, "soft reject"),
    ],
)
def test_actions(action, said):
    """Each of ours has one of rspamd's."""
    assert json.loads(asked(ToldGate(handled(Label.SPAM, 8.0, action)))[1])["action"] == said


def test_a_body_may_be_compressed():
    """And one that is a bomb is refused, in bounded memory."""
    gate = ToldGate(SPAM)
    assert asked(gate, body=zstandard.compress(MAIL), Compression="zstd")[0] == 200
    assert gate.calls[0][2] == MAIL
    bomb = zstandard.compress(bytes(8 << 20))
    status, _ = asked(ToldGate(SPAM), body=bomb, terms=RspamdTerms(message_bytes=1 << 20), Compression="zstd")
    assert status in (400, 413)


def test_a_gate_that_fails_is_no_verdict():
    """The client is told to come again in the words of a verdict: on an error some clients let mail pass."""
    status, body = asked(ToldGate(ValueError("a bug")))
    assert (status, json.loads(body)["action"]) == (200, "soft reject")


def test_words_on_mail_are_taken():
    """For the account that is named."""
    gate = ToldGate()
    status, body = asked(gate, "/learnspam", User="ann@example.org")
    assert (status, json.loads(body)["success"]) == (200, True)
    assert gate.calls[-1][0] == "learn"
    assert gate.calls[-1][3] in (Label.SPAM, Label.HAM, None)


@pytest.mark.parametrize("garbage", [b"\x00\xff" * 4_000, b"POST / HTTP/1.1\r\n" + b"A: b\r\n" * 50_000, b"GET"])
def test_garbage_is_no_request(garbage):
    """The gate hears nothing of it."""
    gate = ToldGate()

    async def ask():
        async with opened(Rspamd(gate)) as doorway:
            return await told(doorway, garbage)

    asyncio.run(ask())
    assert gate.calls == []


def test_the_client_and_the_queue_id_are_passed_on():
    """A client without a name is "unknown", as mail servers have it."""
    gate = ToldGate(handle=SPAM)
    asked(gate, IP="192.0.2.7", Hostname="unknown", Queue_Id="4Zk1vM5")
    envelope = gate.calls[0][1]
    assert (envelope.client_ip, envelope.client_name, envelope.queue_id) == ("192.0.2.7", "unknown", "4Zk1vM5")
