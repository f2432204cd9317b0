"""Rates: what a recipient or a transaction adds, for whom."""

import pytest

from fyke.desk.rates import KINDS, Rates, first_over, rate, shares
from fyke.desk.senders import networks
from fyke.model import Envelope

ALL = Rates(
    tuple(rate(kind, f"10 {what} an hour") for kind in KINDS for what in ("messages", "recipients")),
    networks(("10.0.0.0/8",)),
)
MAIL = Envelope(client_ip="192.0.2.7", mail_from="ann@example.net", rcpt_to=("bob@example.org",))


def counted(envelope, rates=ALL):
    return [(each.kind, each.counts, share.amount) for each, share in shares(rates, envelope, "policy")]


@pytest.mark.parametrize("text", ["10 messages an hour", "1 recipients per minute", "999 messages a day"])
def test_rates_as_sites_write_them(text):
    assert rate("client", text).text == text
    assert text in rate("client", text).reply


@pytest.mark.parametrize("text", ["", "0 messages an hour", "ten messages an hour", "10 mails an hour", "10 messages"])
def test_what_is_no_rate(text):
    with pytest.raises(ValueError, match="100 messages an hour"):
        rate("client", text)


def test_a_transaction_is_counted_with_its_first_recipient():
    """Further ones are recipients more; to each of them it is a message."""
    assert counted(MAIL) == [
        ("client", "messages", 1), ("client", "recipients", 1), ("sender", "messages", 1), ("sender", "recipients", 1),
        ("recipient", "messages", 1), ("recipient", "recipients", 1),
    ]  # fmt: skip
    more = Envelope(client_ip="192.0.2.7", mail_from="ann@example.net", rcpt_to=("bob@example.org", "c@example.org"))
    assert [each for each in counted(more) if each[1] == "messages"] == [("recipient", "messages", 1)]


def test_without_a_recipient_it_is_a_transaction():
    """As Postfix asks at DATA."""
    bare = Envelope(client_ip="192.0.2.7", mail_from="ann@example.net")
    assert counted(bare) == [("client", "messages", 1), ("sender", "messages", 1)]


def test_who_logged_in_is_counted_as_that():
    """Wherever they are; the recipient's rates hold for them too."""
    logged = Envelope(client_ip="192.0.2.7", mail_from="ann@example.net", rcpt_to=("bob@example.org",), login="Ann")
    assert {kind for kind, _, _ in counted(logged)} == {"login", "recipient"}
    own = Envelope(client_ip="10.0.0.1", mail_from="ann@example.net", rcpt_to=("bob@example.org",), login="ann")
    assert {kind for kind, _, _ in counted(own)} == {"login"}
    assert counted(Envelope(client_ip="10.0.0.1", rcpt_to=("bob@example.org",))) == []
    keys = {share.key for _, share in shares(ALL, logged, "policy")} & {s.key for _, s in shares(ALL, own, "policy")}
    assert len(keys) == 2, "case does not tell logins apart"


def test_the_null_sender_is_nobody():
    assert "sender" not in {kind for kind, _, _ in counted(Envelope(client_ip="192.0.2.7", rcpt_to=("b@example.org",)))}


def test_each_kind_of_door_counts_apart():
    """So that a mail that two doors are asked about counts once for each."""
    at_two = [{share.key for _, share in shares(ALL, MAIL, door)} for door in ("policy", "milter")]
    assert not at_two[0] & at_two[1]


def test_the_first_that_is_exceeded():
    asked = shares(ALL, MAIL, "policy")
    assert first_over(asked, [10.0] * len(asked)) is None
    assert first_over(asked, [10.0, 10.5] + [99.0] * 4).counts == "recipients"
