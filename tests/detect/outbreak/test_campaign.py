"""What is asked of the index of campaigns, and how the answer is told."""

from datetime import UTC, datetime

from fyke.detect.outbreak.campaign import network, question, told
from fyke.mail import parse
from fyke.model import Envelope, Mail
from fyke.model.campaign import Copies

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
RAW = (
    b"From: a@www.shop.example\r\nSubject: The harbour\r\n\r\nThe harbour office has moved to the customs building.\r\n"
)


def test_what_is_asked():
    """The registered domain of the author, who gets it, the network that brought it."""
    asked = question(Mail(Envelope(client_ip="192.0.2.7", rcpt_to=("Anna@our.example",), received_at=AT), parse(RAW)))
    assert (asked.sender, asked.recipients, asked.network) == ("shop.example", ("anna@our.example",), "192.0.2")
    assert asked.at == AT
    assert asked.sketch.is_telling


def test_networks():
    """/24 and /48; nothing of nothing."""
    assert [network(each) for each in ("192.0.2.7", "2001:DB8:1:2::3", "")] == ["192.0.2", "2001:db8:1", ""]


def test_the_sentence():
    """The time of today, else the date."""
    today = Copies("c-1", 412, datetime(2026, 5, 4, 9, 10, tzinfo=UTC))
    assert told(today, AT) == "412 mails since 09:10 (c-1)"
    assert told(Copies("c-1", 1, datetime(2026, 4, 1, tzinfo=UTC)), AT) == "1 mail since 2026-04-01 (c-1)"
    assert told(Copies("c-1", 3), AT) == "3 mails (c-1)"
