"""What every detector owes: a name, a question, sentences for users, and calm in the face of any mail."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fyke.detect import packaged
from fyke.detect.base import Detector
from fyke.detect.check import complaints
from fyke.detect.runner import run
from fyke.mail import parse
from fyke.model import Envelope, Mail, Symbol

DETECTORS = packaged()
DETAIL_CHARS = 200
LINES = st.sampled_from(
    [
        b"From: Service <a@example.org>",
        b"From: =?utf-8?B?w6nwnZWZ?= <b@xn--80ak6aa92e.example>",
        b"From: , <>, @,",
        b"To: b@example.net, c@example.net",
        b"Reply-To: x@gmail.com",
        b"Subject: =?utf-8?Q?=F0=9D=95=99?= #123456 RE:",
        b"Received: from [192.0.2.1] (HELO x) by mx.example.net with SMTP; Fri, 30 Feb 2024 25:00:00 +9999",
        b"Received: from a.b.c (host-192-0-2-9.example.com [192.0.2.9]) by mx.example.net; 1 Jan 2024 00:00:00 +0000",
        b"Message-ID: <@>",
        b"Date: Thu, 1 Jan 1970 00:00:00 +0000",
        b"X-Mailer: Microsoft Outlook Express 6.00.2600.0000",
        b"Content-Type: multipart/mixed; boundary=x",
        b"Content-Type: text/html; charset=koi8-r",
        b"Content-Transfer-Encoding: base64",
        b"",
        b"--x",
        b"--x--",
        b"<a href='http://[::1'>http://paypal.com</a>",
        b"> quoted",
        b"PHNjcmlwdD4=",
    ]
)
RAW = st.one_of(
    st.lists(st.one_of(LINES, st.binary(max_size=60)), max_size=30).map(b"\r\n".join), st.binary(max_size=500)
)


def look(detector, mail):
    looked = run([detector], mail)
    assert not looked.faults
    return list(looked.findings)


def test_all_keep_the_contract():
    """Names and symbols are unique, texts are sentences, groups are known, bits are sane."""
    assert complaints(DETECTORS) == []


def test_breaches_are_told():
    """A detector without a question, with a clashing symbol of an unknown group, is refused with reasons."""

    class Odd(Detector):
        name = "odd"
        symbols = (Symbol("lower", "no", "nowhere", 99.0), DETECTORS[0].symbols[0])

    told = " ".join(complaints([DETECTORS[0], Odd()]))
    for reason in ("no question", "not in capitals", "no sentence", "unknown group", "weighs", "declared by"):
        assert reason in told


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
@pytest.mark.parametrize("raw", [b"", b"\n", b"From:\n\n", b"\xff" * 2000], ids=["empty", "blank", "from", "junk"])
def test_runs_on_next_to_nothing(detector, raw):
    """An empty or senseless mail raises nothing."""
    look(detector, Mail(Envelope(), parse(raw)))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=RAW)
def test_any_mail_is_looked_at_calmly(raw):
    """No detector raises; each says the same twice, only what it declared, and briefly."""
    mail = Mail(Envelope(client_ip="192.0.2.7", helo="x", rcpt_to=("b@example.net",)), parse(raw))
    assert not run(DETECTORS, mail).faults
    for detector in DETECTORS:
        found = look(detector, mail)
        assert found == look(detector, mail)
        for finding in found:
            assert finding.symbol in detector.symbols
            assert len(finding.detail) <= DETAIL_CHARS
            assert 0 <= finding.weight <= 1
