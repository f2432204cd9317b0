"""The SMTP door: between a client and the next hop, which has the last word on what is taken."""

import smtplib
import socket
import threading

import pytest

from fyke.doors.lmtp import Lmtp
from fyke.doors.smtp import PassTerms, Smtp
from fyke.model import Action, Fate, Label
from fyke.model.gate import Change, Edit
from tests.doors.gates import ToldGate, handled, serving

MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n.dot\r\n"
A, B = "a@example.net", "b@example.net"


class NextHop:
    """A mail server that keeps what it takes, and refuses whom it is told to."""

    def __init__(self, end=b"250 2.0.0 taken", lmtp=False):
        self.taken, self._end, self._lmtp = [], end, lmtp
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._listener.getsockname())
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client):
        lines = client.makefile("rb")
        client.sendall(b"220 next\r\n")
        recipients, sender = [], b""
        for line in lines:
            verb = line[:4].upper()
            if verb in (b"EHLO", b"LHLO"):
                client.sendall(b"250-next\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE\r\n")
            elif verb == b"MAIL":
                sender, recipients = line, []
                client.sendall(b"250 ok\r\n")
            elif verb == b"RCPT":
                recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
                client.sendall(b"250 ok\r\n")
            elif verb == b"DATA":
                client.sendall(b"354 go on\r\n")
                body = []
                for each in lines:
                    if each == b".\r\n":
                        if not self._end:
                            client.close()
                            return
                        self.taken.append((sender, tuple(recipients), b"".join(body)))
                        client.sendall((self._end + b"\r\n") * (len(recipients) if self._lmtp else 1))
                        break
                    body.append(each[1:] if each.startswith(b".") else each)
            elif verb == b"QUIT":
                client.sendall(b"221 bye\r\n")
                return
            else:
                client.sendall(b"250 ok\r\n")

    def close(self):
        self._listener.close()


@pytest.fixture
def hop():
    """The next hop."""
    server = NextHop()
    yield server
    server.close()


def sent(gate, hop, *recipients, raw=MAIL, kind=Smtp, client=smtplib.SMTP):
    """What the client hears in the end: the refused recipients, or the refusal of all."""
    terms = PassTerms(next_hop=hop.address, next_protocol="lmtp" if kind is Lmtp else "smtp")
    with serving(kind(gate, terms)) as (host, port), client(host, port, timeout=20) as line:
        try:
            return line.sendmail("a@example.org", recipients, raw)
        except smtplib.SMTPResponseException as error:
            return error.smtp_code
        except smtplib.SMTPRecipientsRefused as error:
            return error.recipients


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
