"""What a scan leaves to be remembered: proved mail, and what users really wrote."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from fyke.house import build
from fyke.model import Envelope, Label
from fyke.model.auth import Auth, AuthResult, DkimResult
from fyke.model.known import Met, Sent, Traits
from fyke.store.correspondents import near_keys, remembered, tenant_of

AT = datetime(2026, 3, 1, tzinfo=UTC)
PROVED = Auth(dkim=(DkimResult(AuthResult.PASS, "", domain="their.example", headers=("from",)),))
TRAITS = Traits("cat@their.example", "their.example", "their", "Cat Ex", "cat ex", "1@their.example")
CAME = Envelope(client_ip="192.0.2.7", rcpt_to=("Ann@our.example", "bob@our.example"), received_at=AT)
SENT = Envelope(login="ann", mail_from="Ann@our.example", rcpt_to=("cat@their.example",), received_at=AT)
BLANK = build().scan(Envelope(), b"")


def scan(envelope=CAME, label=Label.HAM, traits=TRAITS, auth=PROVED):
    return replace(BLANK, envelope=envelope, traits=traits, auth=auth, verdict=replace(BLANK.verdict, label=label))


@pytest.mark.parametrize(
    ("label", "wanted"), [(Label.HAM, True), (Label.PHISHING, False), (Label.BULK, None), (Label.UNSURE, None)]
)
def test_mail_that_came(label, wanted):
    """To all its recipients, with its verdict's outcome."""
    met = remembered(scan(label=label))
    assert isinstance(met, Met)
    assert (met.sender, met.accounts, met.wanted) == (
        "cat@their.example",
        ("ann@our.example", "bob@our.example"),
        wanted,
    )
    assert ("signer", "their.example") in met.ways


def test_without_proof_nothing_is_remembered():
    """A forger neither feeds nor spoils what is known."""
    assert remembered(scan(auth=None)) is None
    assert remembered(scan(auth=Auth(dkim=()))) is None
    assert remembered(scan(traits=None)) is None
    assert remembered(scan(traits=replace(TRAITS, author=""))) is None
    assert remembered(scan(envelope=replace(CAME, rcpt_to=()))) is None


def test_mail_that_users_sent():
    """Whom they wrote to, and the number that answers will bear."""
    sent = remembered(scan(SENT, auth=None, traits=replace(TRAITS, author="ann@our.example")))
    assert isinstance(sent, Sent)
    assert (sent.account, sent.recipients, sent.is_opening) == ("ann@our.example", ("cat@their.example",), True)
    assert (sent.message_id, sent.name) == ("1@their.example", "Cat Ex")
    other = remembered(scan(SENT, traits=replace(TRAITS, refers_to=("x",))))
    assert (other.is_opening, other.name) == (False, "")


def test_machines_and_thieves_make_no_friends():
    """An answer by a machine is no word of a user's, and neither is spam from a stolen account."""
    assert remembered(scan(SENT, traits=replace(TRAITS, is_automatic=True))) is None
    assert remembered(scan(SENT, label=Label.SPAM)) is None
    assert remembered(scan(replace(SENT, mail_from=""))) is None


def test_near_names_share_a_key():
    """One letter more, less, other, or two that changed places."""
    for other in ("northwnd", "northwinnd", "northwand", "nortwhind"):
        assert set(near_keys("northwind")) & set(near_keys(other)), other
    assert not set(near_keys("northwind")) & set(near_keys("southward"))
    assert (tenant_of("a@b.example"), tenant_of("")) == ("@b.example", "")
