"""Who really sent it, as findings: which symbol for which result, and silence where nobody answers."""

import pytest

from fyke.detect.auth.authentication import Authentication
from fyke.detect.runner import run
from fyke.mail import parse
from fyke.model import UNKNOWN, Dns, Envelope, Label, Mail, Records
from fyke.model.auth import AuthResult
from tests.detect.auth.driving import zone

SPF = "v=spf1 ip4:192.0.2.0/24 -all"
OTHERS = "198.51.100.9"


def look(domain="example.com", client="192.0.2.7", own=(), login="", **records):
    """The findings by name, with the zone `records` gives: `dmarc`, `spf` of the author's domain, and others."""
    raw = f"From: Ann <ann@{domain}>\r\nSubject: Hello\r\n\r\nHello\r\n".encode()
    envelope = Envelope(client_ip=client, helo="mx.example.net", mail_from=f"ann@{domain}", login=login)
    known = {domain: records.get("spf", SPF), f"_dmarc.{domain}": records.get("dmarc", "v=DMARC1; p=reject")}
    answers = zone({name: text for name, text in known.items() if text})
    looked = run([Authentication(own)], Mail(envelope, parse(raw), raw=raw), asked(answers))
    assert not looked.faults
    return {finding.symbol.name: finding for finding in looked.findings}, looked


def asked(answers):
    return lambda queries: {query: answers.get(query, Records(exists=False)) for query in queries}


def test_who_may_send_passes():
    """A client that the record names: SPF and DMARC pass, both for wanted mail, little."""
    found, looked = look()
    assert set(found) == {"SPF_PASS", "DMARC_PASS"}
    assert all(-1 <= finding.symbol.bits < 0 for finding in found.values())
    assert looked.auth.dmarc.result is AuthResult.PASS


@pytest.mark.parametrize(
    ("policy", "symbol"),
    [("none", "DMARC_FAIL"), ("quarantine", "DMARC_FAIL_QUARANTINE"), ("reject", "DMARC_FAIL_REJECT")],
)
def test_a_failure_weighs_what_its_domain_asks(policy, symbol):
    """Who asks to refuse is believed more than who only watches."""
    found, _ = look(client=OTHERS, dmarc=f"v=DMARC1; p={policy}")
    assert set(found) == {"SPF_FAIL", symbol}


def test_a_testing_domain_weighs_less():
    """t=y: one step milder."""
    found, _ = look(client=OTHERS, dmarc="v=DMARC1; p=reject; t=y")
    assert "DMARC_FAIL_QUARANTINE" in found
    found, _ = look(client=OTHERS, dmarc="v=DMARC1; p=quarantine; t=y")
    assert "DMARC_FAIL" in found


def test_doubt_is_weaker_than_no():
    """~all is a soft failure."""
    found, _ = look(client=OTHERS, spf="v=spf1 ~all", dmarc="")
    assert set(found) == {"SPF_SOFTFAIL", "DMARC_NONE"}


def test_strangers_may_send_for_themselves():
    """SPF passes for the envelope's domain, which is not the author's: DMARC fails all the same."""
    raw = b"From: Ann <ann@example.com>\r\n\r\nHello\r\n"
    envelope = Envelope(client_ip=OTHERS, helo="x.test", mail_from="a@evil.test")
    answers = zone({"evil.test": "v=spf1 +all", "_dmarc.example.com": "v=DMARC1; p=reject"})
    looked = run([Authentication()], Mail(envelope, parse(raw), raw=raw), asked(answers))
    names = {finding.symbol.name: finding.detail for finding in looked.findings}
    assert set(names) == {"SPF_PASS", "DMARC_FAIL_REJECT"}
    assert "evil.test" in names["DMARC_FAIL_REJECT"]


def test_a_firm_that_is_it():
    """A well-known firm's own domain, proved."""
    found, _ = look("paypal.com")
    assert found["ALIGNED_BRAND"].symbol.bits <= -4
    assert "SPOOFED_BRAND" not in found


@pytest.mark.parametrize(("dmarc", "weight"), [("v=DMARC1; p=reject", 1.0), ("v=DMARC1; p=none", 0.7), ("", 0.5)])
def test_a_firm_that_is_not(dmarc, weight):
    """The firm's address from elsewhere; surest where the firm says that all its mail is signed."""
    found, _ = look("paypal.com", client=OTHERS, dmarc=dmarc)
    assert found["SPOOFED_BRAND"].weight == weight
    assert found["SPOOFED_BRAND"].symbol.leans is Label.PHISHING


def test_a_free_mailbox_is_no_firm():
    """Anybody may write from a free mailbox: that it is proved says nothing of a firm."""
    found, _ = look("gmail.com")
    assert "ALIGNED_BRAND" not in found


def test_our_own_name():
    """From our own domain without proof, though not where the user logged in."""
    assert "SPOOFED_OWN" in look(client=OTHERS, own=["example.com"])[0]
    assert "SPOOFED_OWN" not in look(own=["example.com"])[0]
    assert look(client=OTHERS, own=["example.com"], login="ann")[0] == {}


LIST = "List-Id: <talk.example.org>\r\nList-Post: <mailto:talk@example.org>\r\n"
BROKEN = f"DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=s1; h=from;\r\n bh={43 * 'A'}=; b={86 * 'A'}==\r\n"
KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="  # of RFC 8463 A.2


def signed(headers):
    raw = f"From: Ann <ann@example.com>\r\n{headers}Subject: Hello\r\n\r\nHello\r\n".encode()
    envelope = Envelope(client_ip=OTHERS, helo="mx.example.org", mail_from="talk-bounces@example.org")
    answers = zone({"_dmarc.example.com": "v=DMARC1; p=reject", "s1._domainkey.example.com": KEY})
    looked = run([Authentication()], Mail(envelope, parse(raw), raw=raw), asked(answers))
    assert not looked.faults
    return {finding.symbol.name: finding for finding in looked.findings}


def test_a_list_breaks_signatures():
    """A broken signature in mail of a list is explained; the failure weighs little, for list headers are easily had."""
    found = signed(LIST + BROKEN)
    assert found["DMARC_FAIL_REJECT"].weight == 0.3
    assert {"LIST_BREAKS_DKIM", "DKIM_FAIL"} <= set(found)


def test_without_a_list_nothing_is_explained():
    """The same signature elsewhere is a failure in full, and so is a list's mail that nobody had signed."""
    assert signed(BROKEN)["DMARC_FAIL_REJECT"].weight == 1.0
    assert signed(LIST)["DMARC_FAIL_REJECT"].weight == 1.0


def test_offline_it_is_silent():
    """Nobody answers: no finding at all, not even that nobody did."""
    raw = f"From: <a@paypal.com>\r\n{BROKEN}\r\nx".encode()
    for envelope in (Envelope(), Envelope(client_ip=OTHERS, helo="x.test", mail_from="a@paypal.com")):
        looked = run([Authentication(["paypal.com"])], Mail(envelope, parse(raw), raw=raw))
        assert (looked.findings, looked.faults, looked.auth) == ((), (), None)


def test_some_silence_is_told():
    """Some answers came and others did not: told, without weight."""
    answers = {Dns("_dmarc.example.com", "TXT"): UNKNOWN}
    raw = b"From: Ann <ann@example.com>\r\n\r\nHello\r\n"
    looked = run([Authentication()], Mail(Envelope(client_ip=OTHERS, mail_from="a@b.test"), parse(raw)), asked(answers))
    [finding] = looked.findings
    assert (finding.symbol.name, finding.symbol.bits) == ("AUTH_UNKNOWN", 0.0)
    assert "_dmarc.example.com" in finding.detail


def test_an_endless_record_hides_nobody():
    """A stranger's SPF record without end costs only that record: the firm's name is still found to be borrowed."""
    zoned = {"n0.evil.test": "v=spf1 " + " ".join(f"mx:m{number}.evil.test" for number in range(10)) + " -all"}
    zoned |= {
        f"m{number}.evil.test MX": [f"1 {each}.m{number}.evil.test" for each in range(10)] for number in range(10)
    }
    answers = zone(zoned | {"_dmarc.paypal.com": "v=DMARC1; p=reject"})
    raw = b"From: <a@paypal.com>\r\n\r\nx"
    envelope = Envelope(client_ip=OTHERS, mail_from="a@n0.evil.test")
    looked = run([Authentication()], Mail(envelope, parse(raw), raw=raw), asked(answers))
    assert not looked.faults
    assert {"SPOOFED_BRAND", "AUTH_ENDLESS"} <= {finding.symbol.name for finding in looked.findings}
