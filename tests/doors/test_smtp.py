"""The SMTP door: between a client and the next hop, which has the last word on what is taken."""

import smtplib
import socket

import pytest

from fyke.doors.smtp import PassTerms, Smtp
from fyke.model import Action, Fate, Label
from fyke.model.gate import Change, Edit
from tests.doors.contract import check_door
from tests.doors.gates import ToldGate, handled, serving
from tests.doors.hops import NextHop

MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n.dot\r\n"
A, B = "a@example.net", "b@example.net"


@pytest.fixture
def hop():
    """The next hop."""
    server = NextHop()
    yield server
    server.close()


def sent(gate, hop, *recipients, raw=MAIL):
    """What the client hears in the end: the refused recipients, or the refusal of all."""
    with (
        serving(Smtp(gate, PassTerms(next_hop=hop.address))) as (host, port),
        smtplib.SMTP(host, port, timeout=20) as line,
    ):
        try:
            return line.sendmail("a@example.org", recipients, raw)
        except smtplib.SMTPResponseException as error:
            return error.smtp_code
        except smtplib.SMTPRecipientsRefused as error:
            return error.recipients


@pytest.mark.parametrize("is_local", [False, True])
def test_the_contract_of_doors(hop, tmp_path, is_local):
    """As every door, on loopback and over a local socket, of a client that pipelines all it has to say."""
    mail = b"EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\nS: x\r\n\r\nx\r\n.\r\nQUIT\r\n"
    path = tmp_path / "smtp" if is_local else None
    check_door(Smtp, mail, lambda said: b"250 2.0.0 taken" in said, terms=PassTerms(next_hop=hop.address), path=path)


def test_what_is_delivered_goes_on_with_its_edits(hop):
    """And is taken only when the next hop has taken it."""
    gate = ToldGate(handled(fates=(Fate(A, Action.ACCEPT),), edits=(Edit(Change.ADD, "X-Fyke", "ham"),)))
    assert sent(gate, hop, A) == {}
    [(_, recipients, body)] = hop.taken
    assert (recipients, body) == ((A,), b"X-Fyke: ham\r\n" + MAIL)
    assert gate.calls[-1][2] == MAIL


@pytest.mark.parametrize(
    ("action", "code"),
    [(Action.REJECT, 550), (Action.TEMPFAIL, 451), (Action.QUARANTINE, None), (Action.DISCARD, None)],
)
def test_what_is_not_delivered_does_not_go_on(hop, action, code):
    """A refusal is the client's to tell; what is set aside is ours."""
    gate = ToldGate(handled(Label.SPAM, 9.0, action, fates=(Fate(A, action),), reply="Refused"))
    assert sent(gate, hop, A) == (code or {})
    assert hop.taken == []


def test_only_those_who_get_it_get_it(hop):
    """The others' copies are in quarantine."""
    fates = (Fate(A, Action.QUARANTINE), Fate(B, Action.TAG))
    assert sent(ToldGate(handled(Label.SPAM, 9.0, Action.TAG, fates=fates)), hop, A, B) == {}
    assert [recipients for _, recipients, _ in hop.taken] == [(B,)]


def test_a_gate_that_fails_leaves_the_mail_with_the_client(hop):
    """It comes again."""
    assert sent(ToldGate(ValueError("a bug")), hop, A) in range(400, 500)
    assert hop.taken == []


@pytest.mark.parametrize(("end", "codes"), [(b"550 5.0.0 no", range(500, 600)), (b"", range(400, 500))])
def test_the_next_hops_word_is_the_clients(end, codes):
    """A refusal as it is; a hop that dies after the dot has taken nothing that we could know of."""
    server = NextHop(end)
    assert sent(ToldGate(handled(fates=(Fate(A, Action.ACCEPT),))), server, A) in codes
    server.close()


class Nowhere:
    """No mail server."""

    with socket.create_server(("127.0.0.1", 0)) as _taken:
        address = f"127.0.0.1:{_taken.getsockname()[1]}"


def test_nobody_behind_is_a_mail_that_comes_again():
    """Nothing is taken that cannot be handed on."""
    hop = Nowhere()
    found = sent(ToldGate(handled(fates=(Fate(A, Action.ACCEPT),))), hop, A)
    codes = [code for code, _ in found.values()] if isinstance(found, dict) else [found]
    assert codes
    assert all(400 <= code < 500 for code in codes)
