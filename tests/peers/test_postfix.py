"""The private Postfix itself: what goes in comes out, and a test can see it."""

import pytest

from tests.peers.postfix import Delivered, Postfix, Sink, needed

RAW = b"From: Ann <ann@example.net>\r\nSubject: Minutes\r\nX-Folded: one\r\n two\r\n\r\n.The minutes.\r\n"


@pytest.mark.peer
def test_mail_comes_out_as_it_went_in():
    """From a stranger by XCLIENT, to two recipients: the bytes are the same but for Postfix's own field."""
    needed()
    with Sink() as sink, Postfix(sink) as postfix:
        with postfix.smtp(NAME="mail.example.net", ADDR="192.0.2.7") as client:
            client.sendmail("ann@example.net", ["bob@example.org", "carl@example.org"], RAW)
        assert postfix.source("-d", count=20, sessions=5).returncode == 0
        assert len(sink.wait_for(21)) == 21
        assert postfix.wait_empty()
        assert postfix.pids()
        (mail,) = [mail for mail in sink.mails() if mail.raw.endswith(RAW)]
    assert mail[:2] == Delivered("ann@example.net", ("bob@example.org", "carl@example.org"), b"")[:2]
    assert mail.raw.startswith(b"Received: from client.example.net (mail.example.net [192.0.2.7])\r\n")
