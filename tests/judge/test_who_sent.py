"""The shipped policy on who really sent a mail: proof answers words, forgery makes them worse, lists have a limit."""

import pytest

from fyke.detect import packaged
from fyke.detect.runner import run
from fyke.judge import judge, load
from fyke.mail import parse
from fyke.model import Dns, Envelope, Label, Listed, Listing, Mail, Records
from tests.detect.auth.driving import zone

DETECTORS = packaged(["own-house.example"], address_lists=["a.test", "b.test"], domain_lists=["d.test", "e.test"])
POLICY = load([symbol for detector in DETECTORS for symbol in detector.symbols])
FIRM, STRANGER, OTHER = "192.0.2.7", "198.51.100.9", "203.0.113.4"
DNS = {
    "paypal.com": f"v=spf1 ip4:{FIRM} -all",
    "_dmarc.paypal.com": "v=DMARC1; p=reject",
    "paypal.com MX": "10 mx.paypal.com",
    "evil.test": "v=spf1 +all",
    "evil.test MX": "10 mx.evil.test",
    "_dmarc.own-house.example": "v=DMARC1; p=reject",
    "own-house.example MX": "10 mx.own-house.example",
    "shop.example MX": "10 mx.shop.example",
    "shop.example": f"v=spf1 ip4:{FIRM} -all",
    "_dmarc.shop.example": "v=DMARC1; p=reject",
    "mx.paypal.com A": FIRM,
    "7.2.0.192.in-addr.arpa PTR": "mx.paypal.com",
    "9.100.51.198.in-addr.arpa PTR": "mx.evil.test",
    "mx.evil.test A": STRANGER,
}
ALARM = (
    "Dear customer,\r\n\r\nWe noticed unusual activity in your account and have limited it. Please verify your account "
    "and confirm your password within 24 hours, or your account will be suspended.\r\n\r\n"
    "Log in to your account: https://www.paypal.com/signin\r\n"
)
WORSE = ALARM + (
    "Your online banking access has been blocked. Update your bank details and confirm your card number and PIN now. "
    "Your mailbox is almost full. Verify your mailbox password to keep receiving mail. Your subscription payment "
    "failed, update your payment method or your subscription will be cancelled. Your tax refund is ready to claim.\r\n"
)
REFUND = (
    "Your order of Bitcoin for $ 549.99 was charged to your account. If you did not authorise this payment, call our "
    "support at +1 (808) 555-0134 immediately to cancel the order and to get a refund.\r\n"
)


def verdict(body, client=FIRM, sender="service@paypal.com", name="PayPal", *, mail_from="", listed=(), answers=DNS):
    """What the shipped policy makes of a mail, the DNS and the lists saying so."""
    told, kinds = zone(answers), dict(listed)

    def ask(questions):
        said = {each: told.get(each, Records(exists=False)) for each in questions if isinstance(each, Dns) and answers}
        for each in questions:
            if isinstance(each, Listed) and listed:
                said[each] = Listing(kinds.get(each.host) or kinds.get(each.name, ()), ("127.0.0.2",), each.zone)
        return said

    raw = (
        f"From: {name} <{sender}>\r\nTo: Bob <bob@own-house.example>\r\nSubject: Your account\r\nMIME-Version: 1.0\r\n"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1.{len(body)}@{sender.partition('@')[2]}>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}"
    ).encode()
    helo = {FIRM: "mx.paypal.com", STRANGER: "mx.evil.test"}.get(client, "")
    envelope = Envelope(client_ip=client, helo=helo, mail_from=mail_from or sender, rcpt_to=("bob@own-house.example",))
    looked = run(DETECTORS, Mail(envelope, parse(raw), raw=raw), ask)
    assert not looked.faults
    return judge(looked.findings, POLICY)


def names(found):
    return {contribution.name for contribution in found.contributions}


def test_a_firm_may_speak_of_its_customers_accounts():
    """The words of phishing, proved to be the firm's own: no phishing; the same words unproved are."""
    proved, unproved = verdict(ALARM), verdict(ALARM, answers={})
    assert proved.label in (Label.HAM, Label.BULK)
    assert {"ALIGNED_BRAND", "BRAND_ITSELF"} <= names(proved)
    assert unproved.bits > proved.bits + 6
    assert verdict(WORSE).label in (Label.HAM, Label.BULK, Label.UNSURE)
    assert verdict(WORSE, answers={}).label is Label.PHISHING


def test_who_forges_the_firm_phishes():
    """The firm's own address and links, from elsewhere."""
    found = verdict(ALARM, STRANGER, mail_from="x@evil.test")
    assert found.label is Label.PHISHING
    assert {"SPOOFED_BRAND", "SPOOFED_AND_ASKS"} <= names(found)


def test_who_uses_the_firms_servers_is_not_freed():
    """A bill that a stranger wrote into the firm's own form: proved, and fraud all the same."""
    found = verdict(REFUND)
    assert "BRAND_ITSELF" not in names(found)
    assert found.bits > verdict("Thank you for your payment.\r\n").bits + 3


def test_the_proof_of_a_stranger_is_no_praise():
    """A domain of one's own, signed and aligned, saves nobody who phishes."""
    dns = DNS | {"_dmarc.evil.test": "v=DMARC1; p=reject"}
    found = verdict(ALARM, STRANGER, sender="service@evil.test", answers=dns)
    assert "DMARC_PASS" in names(found)
    assert found.label is Label.PHISHING


def test_our_own_name_from_elsewhere():
    """The boss, who did not write this."""
    body = "Please transfer 24,500 EUR to the account below today and keep this confidential.\r\n"
    found = verdict(body, STRANGER, "boss@own-house.example", "The boss", mail_from="x@evil.test")
    assert "SPOOFED_OWN" in names(found)
    assert found.label in (Label.PHISHING, Label.SCAM)


@pytest.mark.parametrize("kinds", [("spam-source",), ("hijacked-network", "exploited-host", "spam-source", "snowshoe")])
def test_lists_have_a_limit_together(kinds):
    """Two lists that agree are hardly more than one; all kinds together stay within the group's cap."""
    plain = verdict("Hello Bob\r\n", OTHER, "ann@shop.example", "Ann", answers={})
    listed = {OTHER: kinds, "shop.example": ("spam-domain", "phishing", "malware")}
    found = verdict("Hello Bob\r\n", OTHER, "ann@shop.example", "Ann", listed=listed.items(), answers={})
    assert found.bits - plain.bits <= POLICY.rules.groups["lists"].most + 0.01
    assert found.label in (Label.SPAM, Label.PHISHING, Label.MALWARE)


def test_an_honest_name_that_is_abused_decides_nothing():
    """A shortener in a plain mail that is proved."""
    listed = {"short.example": ("abused-redirector",)}.items()
    found = verdict("See https://short.example/x\r\n", FIRM, "ann@shop.example", "Ann", listed=listed)
    assert "LISTED_DOMAIN_ABUSED" in names(found)
    assert found.label is Label.HAM
