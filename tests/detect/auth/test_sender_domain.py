"""The domains of author and envelope: who is not there, and who takes no mail."""

import pytest

from fyke.detect.auth.sender_domain import SenderDomain
from fyke.detect.runner import run
from fyke.mail import parse
from fyke.model import UNKNOWN, Dns, Envelope, Mail, Records

RAW = b"From: <a@shop.example>\r\n\r\nx"


def look(answers, mail_from="", raw=RAW, **envelope):
    mail = Mail(Envelope(mail_from=mail_from, **envelope), parse(raw))
    looked = run([SenderDomain()], mail, lambda asked: {each: answers.get(each, Records()) for each in asked})
    assert not looked.faults
    return {finding.symbol.name: finding.detail for finding in looked.findings}


@pytest.mark.parametrize(
    ("said", "symbol"),
    [
        (Records(("10 mx.shop.example",)), ""),
        (Records(("0 .",)), "SENDER_NULL_MX"),
        (Records(exists=False), "SENDER_DOMAIN_MISSING"),
        (Records(), "SENDER_NO_HOST"),
        (UNKNOWN, ""),
    ],
)
def test_what_the_dns_says_of_a_domain(said, symbol):
    """A server, none, no domain, or no answer."""
    assert list(look({Dns("shop.example", "MX"): said})) == ([symbol] if symbol else [])


def test_each_symbol_is_told_once():
    """With the author's domain, where both have it."""
    gone = {Dns(name, "MX"): Records(exists=False) for name in ("shop.example", "bounce.example")}
    assert look(gone, "<x@bounce.example>") == {"SENDER_DOMAIN_MISSING": "shop.example (From)"}
    only = {Dns("bounce.example", "MX"): Records(("0 .",)), Dns("shop.example", "MX"): Records(("1 mx.example",))}
    assert look(only, "<x@bounce.example>") == {"SENDER_NULL_MX": "bounce.example (envelope)"}
    assert look(gone, "x@shop.example") == {"SENDER_DOMAIN_MISSING": "shop.example (From)"}


def test_who_has_no_domain_is_not_asked_about():
    """Nor a user of ours."""
    assert look({}, raw=b"Subject: x\r\n\r\nx") == {}
    assert look({Dns("shop.example", "MX"): Records(exists=False)}, login="ann") == {}


def test_offline_it_is_silent():
    """Nobody answers."""
    assert run([SenderDomain()], Mail(Envelope(), parse(RAW))).findings == ()
