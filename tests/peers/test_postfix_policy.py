"""Real Postfix asks `fyke serve` what it thinks of envelopes: by check_policy_service, and as a milter beside it."""

import re
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from fyke.doors.policy import Policy
from fyke.model import Action
from fyke.model.gate import Early
from tests.doors.gates import ToldGate, serving
from tests.peers.postfix import HOST, Postfix, Sink, _wait_for, free_port, needed

pytestmark = pytest.mark.peer
ANN, BOB, CARL = "ann@example.net", "bob@example.org", "carl@example.org"
RAW = b"From: Ann <ann@example.net>\r\nTo: bob@example.org\r\nSubject: Minutes\r\n\r\nThe minutes of Monday.\r\n"
CONFIG = """
[site]
folder = "{folder}"
[serve]
workers = 2
[dns]
enabled = false
[files]
enabled = false
[doors]
rspamd = []
rest = []
policy = ["127.0.0.1:{policy}"]
milter = ["127.0.0.1:{milter}"]
"""


@contextmanager
def standing(folder, more, *, milter=False, settings=()):
    """Postfix before two workers of `fyke serve` with so much more config."""
    needed()
    ports = {"policy": free_port(), "milter": free_port()}
    config = folder / "fyke.toml"
    config.write_text(CONFIG.format(folder=folder / "state", **ports) + more)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "fyke", "serve", "--config", config], stderr=log)
    try:
        _wait_for(ports["policy"])
        milters = [f"inet:{HOST}:{ports['milter']}"] if milter else []
        policy = f"inet:{HOST}:{ports['policy']}"
        with Sink() as sink, Postfix(sink, policy=policy, milters=milters, settings=settings) as postfix:
            yield postfix, sink
    finally:
        server.terminate()
        server.wait(30)


def answer(postfix, *recipients, sender=ANN, **xclient):
    """What a stranger hears to each recipient; the mail is sent where one was taken."""
    with postfix.smtp(**{"NAME": "mail.example.net", "ADDR": "192.0.2.7", **xclient}) as client:
        client.mail(sender)
        said = [client.rcpt(recipient) for recipient in recipients]
        if any(code == 250 for code, _ in said):
            assert client.data(RAW)[0] == 250
    return [f"{code} {text.decode()}" for code, text in said]


@pytest.mark.parametrize("milter", [False, True])
def test_put_off_and_later_taken(tmp_path, milter):
    """First 450, a second later 250; the mail says how long it was delayed. So too where a milter is asked as well."""
    with standing(tmp_path, "[greylist]\nenabled = true\nwait_s = 2.0\n", milter=milter) as (postfix, sink):
        (first,) = answer(postfix, BOB)
        assert first.startswith("450 4.7.1 <bob@example.org>: Recipient address rejected: Greylisted: ")
        time.sleep(2.1)
        taken, other = answer(postfix, BOB, CARL)
        assert taken.startswith("250 ")
        assert other.startswith("450 4.7.1 ")
        assert answer(postfix, BOB, sender="")[0].startswith("250 "), "a bounce does not wait"
        assert answer(postfix, CARL, LOGIN="ann")[0].startswith("250 ")
        mails = sink.wait_for(3)
    assert len(mails) == 3
    assert sum(bool(re.search(rb"(?m)^X-Greylist: delayed \d+ seconds by fyke\r$", mail.raw)) for mail in mails) == 1


def test_two_workers_count_together_and_both_doors_once(tmp_path):
    """Of thirty mails over as many connections twenty are taken, also where policy and milter both are asked."""
    rates = '[rates]\nclient = ["20 messages an hour"]\nlogin = ["3 recipients an hour"]\n'
    with standing(tmp_path, rates, milter=True) as (postfix, sink):
        clients = [postfix.smtp(NAME="mail.example.net", ADDR="192.0.2.7") for _ in range(30)]
        codes = []
        for client in clients:
            client.mail(ANN)
            codes.append(client.rcpt(BOB)[0])
        assert codes == [250] * 20 + [450] * 10
        for client in clients:
            client.close()
        everybody = [f"{name}@example.org" for name in "abcde"]
        said = answer(postfix, *everybody, LOGIN="ann", ADDR="198.51.100.1")
        assert [each[:3] for each in said] == ["250"] * 3 + ["450"] * 2
        assert "Too many recipients from your account" in said[-1]
        (mail,) = sink.wait_for(1)
    assert mail.rcpt_to == tuple(everybody[:3])
    log = (tmp_path / "log").read_text()
    assert log.count("is its password stolen?") == 1, log


def test_rules_at_the_envelope(tmp_path):
    """Refused at RCPT, before the message."""
    (tmp_path / "policy.toml").write_text('[rules.gone]\nto = ["old@*"]\naction = "reject"\n')
    more = f'[judge]\npolicy = ["{tmp_path / "policy.toml"}"]\n[delivery]\ncontact = "help@example.org"\n'
    with standing(tmp_path, more) as (postfix, _):
        (said,) = answer(postfix, "old@example.org")
    assert said.startswith("554 5.7.1 ")
    assert said.endswith("Refused by a rule of this site; questions to help@example.org")


def test_every_step_and_every_answer():
    """Asked at RCPT, DATA and the end: the gate hears of each recipient once; a gate that breaks is 450."""
    needed()
    gate = ToldGate(early=lambda envelope: RuntimeError("no") if envelope.rcpt_to[-1] == CARL else Early(Action.ACCEPT))
    with serving(Policy(gate)) as (host, port):
        at = f"inet:{host}:{port}"
        steps = dict.fromkeys(
            ("smtpd_data_restrictions", "smtpd_end_of_data_restrictions"), f"check_policy_service {at}"
        )
        with Sink() as sink, Postfix(sink, policy=at, settings=steps) as postfix:
            with postfix.smtp(NAME="mail.example.net", ADDR="192.0.2.7") as client:
                refused = client.sendmail(ANN, [BOB, CARL, "dan@example.org"], RAW)
                client.sendmail(ANN, [BOB], RAW)
            assert len(sink.wait_for(2)) == 2
    assert list(refused) == [CARL]
    assert refused[CARL][0] == 450
    assert [call[1].rcpt_to for call in gate.calls] == [(BOB,), (BOB, CARL), (BOB, "dan@example.org"), (BOB,)]


def test_nobody_is_lost_while_the_door_is_away():
    """Postfix's own answer then is 451: the client comes again."""
    needed()
    with Sink() as sink, Postfix(sink, policy=f"inet:{HOST}:{free_port()}") as postfix:
        assert answer(postfix, BOB)[0].startswith("451 4.3.5 ")
