"""Greylisting: who waits, how long, and who never does."""

from datetime import UTC, datetime

import pytest

from fyke.desk.greylist import Greylist, knows, waits
from fyke.desk.senders import networks
from fyke.model import UNKNOWN, Action, Envelope
from fyke.model.gate import Early
from fyke.model.known import Acquaintance, Tie, Way
from fyke.store.sqlite.counters import SqliteCounters

AT = 1_800_000_000.0
DAY = 86_400
BOB = "bob@example.org"
MAIL = Envelope(client_ip="192.0.2.7", client_name="mx.example.net", mail_from="ann@example.net", rcpt_to=(BOB,))
TERMS = Greylist(
    nets=networks(("10.0.0.0/8",)), names=("*.example.com",), recipients=("abuse@*",), senders=("*@gov.example",)
)
GO_ON = Early(Action.ACCEPT)


@pytest.fixture
def counters(tmp_path):
    counters = SqliteCounters(tmp_path / "counters.db")
    yield counters
    counters.close()


def envelope(**changed):
    fields = {name: getattr(MAIL, name) for name in MAIL.__struct_fields__}
    return Envelope(**{**fields, **changed})


def ask(counters, at, mail=MAIL, recipient=BOB):
    return waits(TERMS, counters, mail, recipient, at)


def test_first_later_then_welcome(counters):
    """It is told how long; retries before do not begin anew; who passed is known for long."""
    assert ask(counters, AT) == Early(
        Action.TEMPFAIL, "Greylisted: an unknown sender's first mail, please try again in 300 s"
    )
    assert "again in 1 s" in ask(counters, AT + 299.5).reply
    assert ask(counters, AT + 312) == Early(Action.ACCEPT, note="delayed 312 seconds by fyke")
    assert ask(counters, AT + 313) == GO_ON
    assert ask(counters, AT + 312 + 34 * DAY) == GO_ON
    assert ask(counters, AT + 312 + (34 + 36) * DAY).action is Action.TEMPFAIL


def test_another_machine_of_the_network_and_another_bounce_address_are_the_same(counters):
    ask(counters, AT)
    again = envelope(client_ip="192.0.2.99", mail_from="prvs=0123456abc=ann@example.net")
    assert ask(counters, AT + 301, again).action is Action.ACCEPT


def test_another_sender_recipient_or_network_waits(counters):
    ask(counters, AT)
    for mail, recipient in (
        (envelope(mail_from="carl@example.net"), BOB),
        (envelope(client_ip="198.51.100.7"), BOB),
        (MAIL, "carl@example.org"),
    ):
        assert ask(counters, AT + 301, mail, recipient).action is Action.TEMPFAIL


def test_who_comes_too_late_begins_anew(counters):
    ask(counters, AT)
    assert ask(counters, AT + 14_401).action is Action.TEMPFAIL


def test_a_network_that_passed_five_times_does_not_wait(counters):
    """Each sender and recipient counts once, however often they pass, at how many doors."""
    for number in range(5):
        mail = envelope(mail_from=f"{'abcdef'[number]}@example.net")
        assert ask(counters, AT + number, mail).action is Action.TEMPFAIL, number
        for later in (400, 401, 402):
            assert ask(counters, AT + number + later, mail).action is Action.ACCEPT
    stranger = envelope(mail_from="stranger@example.com", client_ip="192.0.2.200")
    assert ask(counters, AT + 500, stranger) == GO_ON
    assert ask(counters, AT + 500 + 34 * DAY, stranger) == GO_ON


@pytest.mark.parametrize(
    ("changed", "recipient"),
    [
        ({"mail_from": ""}, BOB),
        ({"login": "ann"}, BOB),
        ({"client_ip": ""}, BOB),
        ({"client_ip": "10.1.2.3"}, BOB),
        ({"client_name": "Out-1.Example.COM"}, BOB),
        ({"mail_from": "clerk@gov.example"}, BOB),
        ({}, "abuse@example.org"),
    ],
)
def test_who_never_waits(changed, recipient):
    """Bounces, users, our own machines, who is named."""
    assert TERMS.passes_by(envelope(**changed), recipient)


def test_who_does():
    """A name is believed only where it resolves back."""
    assert not TERMS.passes_by(MAIL, BOB)
    assert not Greylist(names=("*",)).passes_by(envelope(client_name="unknown"), BOB)


WHEN = datetime(2026, 11, 1, tzinfo=UTC)
HOME = Way("network", "192.0.2.0/24", 3, WHEN, WHEN)


@pytest.mark.parametrize(
    ("found", "is_known"),
    [
        (Acquaintance(), False),
        (Acquaintance(own=Tie(began=1)), True),
        (Acquaintance(site=Tie(answered=1)), True),
        (Acquaintance(own=Tie(wanted=3), ways=(HOME,)), True),
        (Acquaintance(own=Tie(wanted=1, unwanted=3), ways=(HOME,)), False),
        (Acquaintance(own=Tie(wanted=3)), False),
        (UNKNOWN, False),
    ],
)
def test_who_is_known(found, is_known):
    """Whom we wrote to; and who was proved to write from there. Not whoever bears the name."""
    ask = knows(lambda questions: dict.fromkeys(questions, found))
    assert ask("ann@example.net", BOB, "192.0.2.7") is is_known
    assert not knows(lambda _questions: {})("ann@example.net", BOB, "192.0.2.7")
