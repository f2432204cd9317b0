"""The LMTP door: an answer for each recipient, as the mail fared with that one."""

import smtplib
import socket

import pytest

from fyke.doors.lmtp import Lmtp
from fyke.doors.smtp import PassTerms
from fyke.model import Action, Fate, Label
from tests.doors.contract import check_door
from tests.doors.gates import ToldGate, handled, serving
from tests.doors.hops import NextHop

MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n.dot\r\n"
A, B = "a@example.net", "b@example.net"


@pytest.fixture
def hop():
    """A mailbox server."""
    server = NextHop(lmtp=True)
    yield server
    server.close()


def terms(hop):
    """What the door is told of it."""
    return PassTerms(next_hop=hop.address, next_protocol="lmtp")


def test_smtplib_delivers(hop):
    """A client that somebody else wrote."""
    gate = ToldGate(handled(fates=(Fate(A, Action.ACCEPT),)))
    with serving(Lmtp(gate, terms(hop))) as (host, port), smtplib.LMTP(host, port) as line:
        assert line.sendmail("a@example.org", [A], MAIL) == {}
    assert [(recipients, body) for _, recipients, body in hop.taken] == [((A,), MAIL)]


def test_smtp_is_not_spoken(hop):
    """RFC 2033 4.1: LHLO, neither EHLO nor HELO."""
    with serving(Lmtp(ToldGate(), terms(hop))) as place, socket.create_connection(place, 20) as client:
        lines = client.makefile("rb")
        lines.readline()
        client.sendall(b"EHLO x\r\nHELO x\r\n")
        assert [lines.readline()[:1], lines.readline()[:1]] == [b"5", b"5"]


@pytest.mark.parametrize("is_local", [False, True])
def test_the_contract_of_doors(hop, tmp_path, is_local):
    """As every door, on loopback and over a local socket, of a client that pipelines all it has to say."""
    mail = b"LHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\nS: x\r\n\r\nx\r\n.\r\nQUIT\r\n"
    path = tmp_path / "lmtp" if is_local else None
    check_door(Lmtp, mail, lambda said: b"250 2.0.0 taken" in said, terms=terms(hop), path=path)


def test_lmtp_answers_for_each_recipient():
    """As the mail fared with that one."""
    server = NextHop(lmtp=True)
    fates = (Fate(A, Action.REJECT), Fate(B, Action.ACCEPT))
    gate = ToldGate(handled(Label.SPAM, 9.0, Action.ACCEPT, fates=fates, reply="Refused"))
    door = Lmtp(gate, PassTerms(next_hop=server.address, next_protocol="lmtp"))
    with serving(door) as place, socket.create_connection(place, 20) as client:
        lines = client.makefile("rb")
        lines.readline()
        client.sendall(
            b"LHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<%b>\r\nRCPT TO:<%b>\r\nDATA\r\n"
            % (A.encode(), B.encode())
        )
        while not lines.readline().startswith(b"354"):
            pass
        client.sendall(MAIL.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        answers = [lines.readline()[:3], lines.readline()[:3]]
    assert answers == [b"550", b"250"]
    assert [recipients for _, recipients, _ in server.taken] == [(B,)]
    server.close()
