"""Things seen in a message, normalised so that equal things are equal strings."""

import hashlib

import pytest

from fyke.mail import links, observables
from fyke.mail.defects import KINDS
from fyke.mail.html import Anchor
from fyke.model import Address, Html, Part, Received, Text
from fyke.model.observable import KINDS as OBSERVABLE_KINDS


def _seen(*anchors, visible="", hidden="", html=None, **headers):
    text, html = Text(visible=visible, current=visible, hidden=hidden), html or Html()
    found = observables.read(links.read(text, anchors, html), text, html, **headers).observables
    return {(one.kind, one.value, one.where) for one in found}


def test_links():
    """A link gives its registered domain and its URL without user and fragment; so does its goal."""
    seen = _seen(Anchor("http://me@www.google.com/url?q=http%3A%2F%2Fwww.EXAMPLE.org%2Fx%23y", "href"))
    assert seen >= {
        ("domain", "google.com", "link"), ("domain", "example.org", "link"),
        ("url", "http://www.example.org/x", "link"),
        ("url", "http://www.google.com/url?q=http%3A%2F%2Fwww.EXAMPLE.org%2Fx%23y", "link"),
    }  # fmt: skip


def test_ip_hosts_and_opaque_links():
    """An address as host is an address; mailto: and tel: name their owners; a broken URL names nobody."""
    seen = _seen(
        Anchor("http://0x08080808/x", "href"), Anchor("mailto:Me@Example.com?subject=x", "href"),
        Anchor("tel:+1-555-234-5678", "href"), Anchor("http://a b.com/", "href"),
        Anchor("http://[2001:db8::1]/x", "href"),
    )  # fmt: skip
    assert seen >= {("ip", "8.8.8.8", "link"), ("email", "me@example.com", "link"), ("phone", "5552345678", "link")}
    assert ("url", "http://[2001:db8::1]/x", "link") in seen
    assert not any(value.endswith("b.com") for _, value, _ in seen)


def test_text_and_hidden_text():
    """Contacts come from the text, and it is said where they were hidden."""
    seen = _seen(visible="Call 555-234-5678 or Me@Example.com", hidden="P.O. Box 12")
    assert seen == {("phone", "5552345678", "text"), ("email", "me@example.com", "text"), ("po_box", "12", "hidden")}


def test_headers():
    """Senders, reply addresses and the newest public hops are kept; private hops are skipped."""
    hops = [Received(ip=ip) for ip in ("10.0.0.1", "8.8.8.8", "192.168.1.1", "9.9.9.9", "1.1.1.1", "4.4.4.4")]
    sender = Address("", "a@mail.example.com", "a", "mail.example.com")
    reply = Address("", "Me@example.org", "Me", "example.org")
    seen = _seen(
        senders=[sender], reply_to=[reply], received=hops, message_id="20240102030405.1a2b3c4d@mail.example.com"
    )
    assert seen == {
        ("domain", "example.com", "header"), ("domain", "example.org", "header"), ("email", "me@example.org", "header"),
        ("ip", "8.8.8.8", "header"), ("ip", "9.9.9.9", "header"), ("ip", "1.1.1.1", "header"),
        ("message_id_form", "9{14}.h{8}@a.", "header"),
    }  # fmt: skip


def test_unsubscribe_without_the_recipient():
    """Where a list is left is kept without what names the one who leaves."""
    value = "<mailto:leave-12345@lists.example.com?subject=x>, <https://www.example.com/u/a1b2c3d4e5f6/out?id=7>"
    seen = _seen(unsubscribe=value)
    assert seen == {
        ("unsubscribe", "*@lists.example.com", "header"), ("unsubscribe", "www.example.com/a/a/a", "header"),
    }  # fmt: skip


def test_templates_and_accounts():
    """The page's skeleton, the shape of its paths and its accounts are kept."""
    html = Html(size_chars=10, skeleton="abc", scripts=("fbq('init', '1234567890123')",))
    seen = _seen(Anchor("http://example.com/go/12345?aff=77", "href"), html=html)
    assert {("template", "dom:abc", "text"), ("tracking_id", "facebook=1234567890123", "text")} <= seen
    assert ("tracking_id", "aff=77", "link") in seen
    assert any(kind == "template" and value.startswith("path:") for kind, value, _ in seen)


def test_attachments():
    """A file gives its digest and its name."""
    part = Part("1", "application/pdf", "", "", "attachment", "Invoice.PDF", "", (), b"x", 1)
    seen = _seen(attachments=[part])
    digest = hashlib.sha256(b"x").hexdigest()
    assert seen == {("attachment", f"sha256:{digest}", "attachment"), ("attachment", "name:invoice.pdf", "attachment")}


def test_limits_are_said():
    """What is over a limit is dropped, and said."""
    text = Text(visible=" ".join(f"user{number}@example.com" for number in range(200)))
    reading = links.read(text, (), Html())
    found = observables.read(reading, text, Html())
    assert len(found.observables) == observables.LIMITS["email"]
    assert [defect.kind for defect in found.defects] == ["observables-cut"]
    assert "observables-cut" in KINDS


def test_kinds_are_the_models():
    """Every kind with a limit is declared; what else is declared is seen in files, not in the text of mail."""
    assert set(observables.LIMITS) < set(OBSERVABLE_KINDS)


@pytest.mark.parametrize("value", ["", "<", "<>", "<mailto:>", "x" * 10_000, "<http://>," * 5_000, "<\x00>"])
def test_broken_headers_do_not_raise(value):
    """A broken List-Unsubscribe or Message-ID gives nothing, or something, but no error."""
    _seen(unsubscribe=value, message_id=value, received=[Received(ip="999.1")])
