"""The quarantine: what is acknowledged is there, and each recipient's copy goes out once, whatever dies meanwhile."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fyke.desk.quarantine import LostError, Room, Swept
from fyke.desk.released import is_released
from fyke.store.folder.blobs import FolderBlobs
from fyke.store.folder.keys import keys
from fyke.store.quarantine import Sought, State
from fyke.store.sqlite.quarantine import SqliteQuarantine
from tests.store.journals import handled

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"
MAIL = b"From: a@example.com\r\nSubject: gold\r\n\r\nbody\r\n"


def room(folder, keep_days=30):
    folder = Path(folder)
    secret = keys(folder / "keys")
    return Room(SqliteQuarantine(folder / "quarantine.db"), FolderBlobs(folder / "blobs", secret), secret, keep_days)


def clock():
    return AT


class Server:
    """A mail server that takes mail, or says what it is told."""

    def __init__(self, *said):
        self.said, self.taken = list(said), []

    def __call__(self, mail_from, recipients, raw):
        said = self.said.pop(0) if self.said else (250, "taken")
        if isinstance(said, Exception):
            raise said
        self.taken.append((mail_from, *recipients, raw))
        return dict.fromkeys(recipients, said)


def held(desk, *recipients, raw=MAIL):
    return desk.book.get(desk.hold(handled().scan, recipients, raw, AT))


def test_what_is_held_is_released_to_those_who_were_chosen(tmp_path):
    """Marked as ours, with a Message-ID; taught to those, once."""
    desk, server, taught = room(tmp_path), Server(), []
    mail = held(desk, ANN, BOB)
    (done,) = desk.release(mail, [ANN], server, lambda raw, who: taught.append((raw, who)), clock=clock)
    assert (done.outcome, done.detail, done.learned) == ("released", "250 taken", True)
    assert taught == [(MAIL, ANN)]
    ((mail_from, recipient, raw),) = server.taken
    assert (mail_from, recipient) == (mail.envelope.mail_from, ANN)
    assert raw.endswith(MAIL)
    assert b"Message-ID: <" in raw
    assert is_released(raw, [ANN], desk.keys, AT)
    assert [each.outcome for each in desk.release(mail, [ANN, BOB], server, clock=clock)] == ["gone", "released"]
    assert len(server.taken) == 2


def test_what_the_server_refuses_is_held_again(tmp_path):
    """Also where nobody answers."""
    desk, server = room(tmp_path), Server((550, "no"), ConnectionRefusedError("refused"))
    mail = held(desk, ANN)
    for said in ("550 no", "refused", "250 taken"):
        (done,) = desk.release(mail, [ANN], server, clock=clock)
        assert done.detail == said
    assert len(server.taken) == 2


def test_what_nobody_knows_is_sent_again_only_by_a_persons_word(tmp_path):
    """The server had the mail and said nothing: the second one is the same mail, told by its Message-ID."""
    desk, server = room(tmp_path), Server(LostError("gone"))
    mail = held(desk, ANN)
    assert desk.release(mail, [ANN], server, clock=clock)[0].outcome == "unknown"
    assert desk.release(mail, [ANN], server, clock=clock)[0].outcome == "busy"
    assert desk.sweep(AT).unconcluded == 1
    assert desk.release(mail, [ANN], server, again=True, clock=clock)[0].outcome == "released"
    assert len(server.taken) == 1


def test_many_who_release_at_once_send_one(tmp_path):
    """Each from its own thread and connection."""
    server, outcomes = Server(), []
    mail = held(room(tmp_path), ANN, BOB)

    def release():
        outcomes.extend(each.outcome for each in room(tmp_path).release(mail, [ANN, BOB], server, clock=clock))

    threads = [threading.Thread(target=release) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(recipient for _, recipient, _ in server.taken) == {ANN: 1, BOB: 1}
    assert outcomes.count("released") == 2


def test_raw_mail_goes_when_nobody_needs_it(tmp_path):
    """Deleted by hand, expired, or released; the same mail held for another stays."""
    desk = room(tmp_path)
    mail = held(desk, ANN, BOB)
    assert desk.delete(mail, [ANN], AT) == (ANN,)
    assert desk.raw(mail) == MAIL
    assert desk.sweep(AT) == Swept()
    assert desk.sweep(AT + timedelta(days=30)) == Swept(expired=1, removed=1)
    assert not list((tmp_path / "blobs").rglob("*.sealed"))
    again = held(desk, ANN)
    assert desk.raw(again) == MAIL


# Holds mails without end, or releases what is held to a file; tells each that was acknowledged.
WORKER = """
import itertools, json, os, sys
from datetime import UTC, datetime
from tests.desk.test_quarantine import room
from tests.store.journals import handled
from fyke.store.quarantine import Sought
folder, role = sys.argv[1:]
desk = room(folder)
def tell(*said): os.write(1, (json.dumps(said) + "\\n").encode())
def submit(mail_from, recipients, raw):
    with open(folder + "/sent", "ab", buffering=0) as out:
        out.write((json.dumps([desk_case, *recipients]) + "\\n").encode())
    return dict.fromkeys(recipients, (250, "taken"))
now = lambda: datetime.now(UTC)
for count in itertools.count():
    if role == "hold":
        name = f"{os.getpid()}x{count}"
        desk.hold(handled(name).scan, ["ann@example.org", "bob@example.org"], name.encode() * 99, now())
        tell("held", handled(name).scan.id)
    else:
        for mail in desk.book.search(Sought(limit=3)):
            desk_case = mail.case
            for done in desk.release(mail, [copy.recipient for copy in mail.copies], submit):
                if done.outcome == "released":
                    tell("released", mail.case, done.recipient)
"""


def test_killed_at_any_point(tmp_path):
    """What was held is there and opens; nobody got a mail twice; what was told as released is."""
    dice, told = random.Random(4), []
    for _ in range(6):
        running = [
            subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path), role], stdout=subprocess.PIPE)
            for role in ("hold", "release", "hold")
        ]
        time.sleep(1.2 + dice.random())
        for each in running:
            os.kill(each.pid, signal.SIGKILL)
            told += [json.loads(line) for line in each.communicate()[0].splitlines(keepends=True) if line[-1:] == b"\n"]
    desk = room(tmp_path)
    found = {mail.case: mail for mail in desk.book.search(Sought(states=(), limit=1_000_000))}
    acknowledged = {case for what, case, *_ in told if what == "held"}
    assert len(acknowledged) > 10
    assert acknowledged <= set(found)
    assert all(len(mail.copies) == 2 for mail in found.values())
    sent = Counter(tuple(json.loads(line)) for line in (tmp_path / "sent").read_text().splitlines())
    assert max(sent.values()) == 1
    states = {(mail.case, copy.recipient): copy.state for mail in found.values() for copy in mail.copies}
    assert all(states[case, who] is State.RELEASED for what, case, *rest in told if what == "released" for who in rest)
    assert {each for each, state in states.items() if state is State.RELEASED} <= set(sent)
    assert all(states[each] in {State.RELEASED, State.RELEASING} for each in sent)
    for mail in found.values():
        if State.HELD in {copy.state for copy in mail.copies}:
            assert desk.raw(mail)
