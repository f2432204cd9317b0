"""Imitations of the user's own domains, as a site names them."""

import pytest

from fyke.detect.sender.lookalike import Lookalike
from fyke.mail import parse
from fyke.model import Envelope, Mail


def found(sender, own=("northwind.example", "fabrikam.example")):
    mail = Mail(Envelope(), parse(f"From: a@{sender}\r\nTo: b@elsewhere.test\r\n\r\n".encode()))
    return [finding.symbol.name for finding in Lookalike(own).look(mail)]


@pytest.mark.parametrize(
    "sender",
    [
        "northw1nd.example",
        "north-wind.test",
        "nortwind.example",
        "northwindd.test",
        "northwind-helpdesk.test",
        "fabrikarn.test",
        "n\u043erthwind.test",
    ],
)
def test_imitations_of_the_sites_domains(sender):
    """A digit for a letter, a hyphen, a letter less or more, a word at the side, and foreign letters are seen."""
    assert "LOOKALIKE_OWN" in found(sender)


@pytest.mark.parametrize(
    "sender",
    ["northwind.example", "mail.fabrikam.example", "northwind.test", "southwind.example", "example.org", "gmail.com"],
)
def test_others_are_left_alone(sender):
    """The domains themselves, the same name elsewhere, and other words are no imitations."""
    assert "LOOKALIKE_OWN" not in found(sender)


def test_hostile_domains_cost_nothing():
    """A host that no server would take is not looked at."""
    assert found("a." * 5000 + "paypa1.com") == []
