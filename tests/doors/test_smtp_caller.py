"""Who a client of SMTP is, by the word of a mail server that we trust."""

from datetime import UTC, datetime

import pytest

from fyke.doors.smtp_caller import Caller
from fyke.wire.smtp_words import FORWARDED, attributes, encoded

AT = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "name", "passed_on"),
    [
        ("mail.example.net", "mail.example.net", "mail.example.net"),
        ("[UNAVAILABLE]", "unknown", "[UNAVAILABLE]"),  # it has none
        ("[TEMPUNAVAIL]", "", "[UNAVAILABLE]"),  # nobody could find out
        ("unknown", "unknown", "[UNAVAILABLE]"),
    ],
)
def test_a_client_without_a_name(said, name, passed_on):
    """Is told from one whose name nobody knows; and what is handed on is what came."""
    caller = Caller("192.0.2.1", is_lmtp=False)
    caller.brings(attributes(f"NAME={said} ADDR=192.0.2.7 IDENT=4Zk1vM5 HELO=[UNAVAILABLE]", FORWARDED))
    envelope = caller.envelope("a@x.example", ("b@x.example",), AT)
    assert (envelope.client_name, envelope.helo, envelope.queue_id) == (name, "", "4Zk1vM5")
    assert encoded(caller.forwarded["NAME"]) == passed_on
    caller.is_done()
    assert caller.envelope("", (), AT).queue_id == ""
