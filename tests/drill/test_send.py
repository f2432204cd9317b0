"""Mail of a world through a server: all of it, in the order of time, no faster than is asked, refusals counted."""

import smtplib
import socket
import threading

import pytest

from fyke.doors.smtp import PassTerms, Smtp
from fyke.drill.send import Post
from fyke.model import Action, Fate
from fyke.model.gate import Change, Edit
from tests.doors.gates import ToldGate, handled, serving
from tests.doors.hops import NextHop
from tests.drill.worlds import sent

FEW = sent()[:12]


@pytest.fixture
def hop():
    """Where the door's mail goes on to."""
    server = NextHop()
    yield server
    server.close()


def posted(gate, hop, mails, **terms):
    with serving(Smtp(gate, PassTerms(next_hop=hop.address))) as (host, port):
        post = Post(host, port, **terms)
        for each in mails:
            post.put(each)
        post.close()
    return post.posted


def accepting():
    return ToldGate(handled(fates=(Fate("x@trap.example", Action.ACCEPT),), edits=(Edit(Change.ADD, "X-Fyke", "ham"),)))


def test_all_goes_through_the_door_in_order(hop):
    """To the byte, but for the ends of lines; the envelope is that of the mail's own fields."""
    gate = accepting()
    said = posted(gate, hop, FEW)
    assert (said.taken, said.refused) == (len(FEW), 0)
    assert [body.partition(b"\r\n")[2].replace(b"\r\n", b"\n") for _, _, body in hop.taken] == [e.raw for e in FEW]
    for (sender, recipients, _), each in zip(hop.taken, FEW, strict=True):
        assert sender.partition(b"<")[2].partition(b">")[0] in each.raw
        assert f"\nTo: <{recipients[0]}>\n".encode() in each.raw


def test_the_rate_is_kept(hop):
    """The next waits until its turn has come, by the clock; a slow server is not hurried after."""
    waited = []
    now = [100.0]

    def sleep(seconds):
        waited.append(seconds)
        now[0] += seconds

    posted(accepting(), hop, FEW[:5], rate=4.0, clock=lambda: now[0], sleep=sleep)
    assert now[0] == pytest.approx(101.0)
    assert waited == [0.0, *[pytest.approx(0.25)] * 4]


def _hangs_up(server, transactions):
    """A server that says goodbye after each so many mails."""
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line, line.makefile("rwb") as file:
            file.write(b"220 x\r\n")
            done = 0
            while done < transactions:
                file.flush()
                word = file.readline()[:4].upper()
                if not word:
                    break
                if word == b"DATA":
                    file.write(b"354 go\r\n")
                    file.flush()
                    while file.readline() not in (b".\r\n", b""):
                        pass
                    done += 1
                file.write(b"250 ok\r\n")
            file.flush()


def test_a_connection_that_is_lost_is_made_anew():
    """The mail that it was lost for is sent again."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_hangs_up, args=(server, 3), daemon=True).start()
        post = Post(*server.getsockname())
        for each in FEW[:8]:
            post.put(each)
        post.close()
    assert post.posted.taken == 8


def test_nobody_there():
    """OSError, before anything is written."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = server.getsockname()
    with pytest.raises((OSError, smtplib.SMTPException)):
        Post(*place)
