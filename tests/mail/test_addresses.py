"""Address headers: every mailbox that is there, however it is written."""

import pytest

from fyke.mail.addresses import read_addresses
from fyke.mail.defects import Notes


def read(raw):
    return [(address.name, address.address) for address in read_addresses(raw, Notes())]


@pytest.mark.parametrize(
    ("raw", "mailboxes"),
    [
        ("", []),
        ("jane@example.org", [("", "jane@example.org")]),
        ("<jane@example.org>", [("", "jane@example.org")]),
        ("Jane Doe <jane@example.org>", [("Jane Doe", "jane@example.org")]),
        ('"Doe, Jane" <jane@example.org>', [("Doe, Jane", "jane@example.org")]),
        ("'Jane' <jane@example.org>", [("Jane", "jane@example.org")]),
        (r'"Jane \"J\" Doe" <jane@example.org>', [('Jane "J" Doe', "jane@example.org")]),
        ("jane@example.org (Jane Doe)", [("Jane Doe", "jane@example.org")]),
        ("Jane (at home (really)) <jane@example.org>", [("Jane", "jane@example.org")]),
        (
            "a@example.org, B <b@example.org>,c@example.org",
            [("", "a@example.org"), ("B", "b@example.org"), ("", "c@example.org")],
        ),
        ("Team: a@example.org, b@example.org;", [("", "a@example.org"), ("", "b@example.org")]),
        ("undisclosed-recipients:;", []),
        ("Re: Jane <jane@example.org>", [("Re: Jane", "jane@example.org")]),
        ("<@a.example,@b.example:jane@example.org>", [("", "jane@example.org")]),
        ("root", [("", "root")]),
        ("Some Name", [("Some Name", "")]),
        ("=?utf-8?q?J=C3=A4n?= <jan@example.org>", [("Jän", "jan@example.org")]),
        ('"=?utf-8?q?a=40bank.example?=" <x@example.org>', [("a@bank.example", "x@example.org")]),
        ("=?utf-8?q?x=3Cy=40bank.example=3E=2C?= <x@example.org>", [("x<y@bank.example>,", "x@example.org")]),
        ('"help@bank.example" <x@example.org>', [("help@bank.example", "x@example.org")]),
        ("help@bank.example <x@example.org>", [("help@bank.example", "x@example.org")]),
        ("Doe, Jane <jane@example.org>", [("Doe, Jane", "jane@example.org")]),
        ("Jane <jane@example.org", [("Jane", "jane@example.org")]),
        ("<a@example.org><b@example.org>", [("", "a@example.org")]),
        ("Jane (open <jane@example.org>", [("Jane  open", "jane@example.org")]),
        ("Jane Doe jane@example.org", [("Jane Doe", "jane@example.org")]),
        ("jane@[192.0.2.1]", [("", "jane@[192.0.2.1]")]),
        ('"jane doe"@example.org', [("jane", "doe@example.org")]),
    ],
)
def test_every_mailbox_is_read(raw, mailboxes):
    """Names, comments, groups, routes, escapes, encoded words, and what is broken."""
    assert read(raw) == mailboxes


def test_the_domain_is_one_form():
    """Lower case, without the root's dot, in A-labels where it converts."""
    (first, second) = read_addresses("A <a@EXAMPLE.org>, b@b\xc3\xbccher.example.", Notes())
    assert (first.domain, first.local) == ("example.org", "a")
    assert second.domain == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("<a@example.org><b@example.org>", "address-broken"),
        ("Jane <jane@example.org", "address-broken"),
        ("Some Name, another", "address-broken"),
        ("a@example.org," * 1_001, "addresses-cut"),
        (", (x)" * 1_001, "addresses-cut"),
        ('"a" b, ' * 10_000, "addresses-cut"),
    ],
)
def test_oddities_are_noted(raw, kind):
    """What is broken or left out is a defect."""
    notes = Notes()
    read_addresses(raw, notes)
    assert kind in [defect.kind for defect in notes.defects]
