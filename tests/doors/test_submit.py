"""Mail handed to the mail server: a reply for each recipient, or an error that says whether it may have been taken."""

import pytest

from fyke.doors.submit import Submission, UnsureError, submit
from tests.doors.hops import NextHop

MAIL = b"From: a@example.net\nSubject: x\n\n.a line with a dot\nGr\xc3\xbc\xc3\x9fe"
ANN, BOB = "ann@example.org", "bob@example.org"


def test_a_mail_is_handed_over():
    """Line ends are made whole, and dots are doubled on the way."""
    hop = NextHop()
    assert submit(Submission(hop.address), "a@example.net", [ANN, BOB], MAIL) == {
        ANN: (250, "2.0.0 taken"),
        BOB: (250, "2.0.0 taken"),
    }
    ((sender, recipients, raw),) = hop.taken
    assert b"<a@example.net>" in sender
    assert b"BODY=8BITMIME" in sender
    assert recipients == (ANN, BOB)
    assert raw == MAIL.replace(b"\n", b"\r\n") + b"\r\n"


def test_a_refusal_is_told():
    """As the server said it."""
    hop = NextHop(end=b"554 5.7.1 no")
    assert submit(Submission(hop.address), "a@example.net", [ANN], MAIL) == {ANN: (554, "5.7.1 no")}


def test_a_server_that_hangs_up_after_the_whole_mail_may_have_taken_it():
    """Nobody knows."""
    hop = NextHop(end=b"")
    with pytest.raises(UnsureError):
        submit(Submission(hop.address), "a@example.net", [ANN], MAIL)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nonsense", "unix:/nowhere/at/all"])
def test_nobody_there(address):
    """It was not taken."""
    with pytest.raises(OSError, match=r"."):
        submit(Submission(address), "a@example.net", [ANN], MAIL)


def test_a_login_without_tls_is_not_sent():
    """The server offers none."""
    hop = NextHop()
    with pytest.raises(OSError, match="TLS"):
        submit(Submission(hop.address, user="ann", password="secret"), "a@example.net", [ANN], MAIL)
    assert hop.taken == []
