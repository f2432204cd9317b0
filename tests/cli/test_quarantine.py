"""`fyke quarantine`: what is held, one mail as far as it is safe, released once, deleted."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from fyke.model import Label
from fyke.store.quarantine import State
from tests.desk.test_quarantine import room
from tests.doors.hops import NextHop
from tests.store.journals import handled

NOW = datetime.now(UTC).replace(microsecond=0)
ANN, BOB = "ann@example.org", "bob@example.org"
MAIL = b"From: Evil <e@example.net>\nTo: ann@example.org\nSubject: \x1b[2Jgold\n\nCheap gold \x1b[31mtoday\nhttp://x.example/\n"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A quarantine with two mails, and a mail server that takes what is released."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path))
    hop = NextHop()
    monkeypatch.setenv("FYKE_QUARANTINE_SUBMIT", hop.address)
    desk = room(tmp_path)
    desk.hold(handled("old", label=Label.PHISHING).scan, [ANN], MAIL + b"1", NOW - timedelta(hours=5))
    desk.hold(handled("new", subject="\x1b[2Jgold").scan, [ANN, BOB], MAIL, NOW - timedelta(hours=1))
    desk.book.close()
    return hop


def cases(ran):
    return [json.loads(line)["case"] for line in ran.out.splitlines()]


def test_what_is_held_is_listed(fyke, site):
    """Newest first; by options; 1 where nothing fits."""
    new, old = cases(fyke("quarantine", "--json"))
    assert cases(fyke("quarantine", "list", "--since", "3h", "--json")) == [new]
    assert cases(fyke("quarantine", "list", "--recipient", "bob@", "--json")) == [new]
    assert cases(fyke("quarantine", "list", "--label", "phishing", "--json")) == [old]
    assert fyke("quarantine", "list", "--subject", "no such thing").code == 1
    shown = fyke("quarantine")
    assert shown.code == 0
    assert "\x1b[2J" not in shown.out
    assert new[:12] in shown.out


def test_one_mail_is_shown_as_far_as_it_is_safe(fyke, site, tmp_path):
    """Its reasons, its head and its text, with nothing that a terminal would obey; the message on request."""
    new = cases(fyke("quarantine", "--json"))[0]
    shown = fyke("quarantine", "show", new[:10])
    assert "bob@example.org: held" in shown.out
    assert "Cheap gold" in shown.out
    assert "\x1b" not in shown.out
    assert fyke("quarantine", "show", new, "--raw", tmp_path / "mail.eml").code == 0
    assert (tmp_path / "mail.eml").read_bytes() == MAIL


def test_a_copy_is_released_once(fyke, site):
    """To whom it was said; then it is gone; and learned as wanted, unless that is not wanted."""
    new = cases(fyke("quarantine", "--json"))[0]
    ran = fyke("quarantine", "release", new, "--to", BOB.upper(), "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["outcome"], told["learned"]) == (0, "released", True)
    ((_, recipients, raw),) = site.taken
    assert recipients == (BOB,)
    assert b"X-Fyke-Released: 1" in raw
    assert fyke("quarantine", "release", new, "--to", BOB).code == 1
    assert len(site.taken) == 1
    assert "unwanted" not in fyke("labels").out
    assert json.loads(fyke("quarantine", "release", new, "--no-learn", "--json").out)["learned"] is False
    assert fyke("quarantine", "release", new).code == 2


def test_a_server_that_is_not_there_keeps_it_held(fyke, site, monkeypatch):
    """Nothing is lost."""
    monkeypatch.setenv("FYKE_QUARANTINE_SUBMIT", "127.0.0.1:1")
    new = cases(fyke("quarantine", "--json"))[0]
    ran = fyke("quarantine", "release", new)
    assert ran.code == 1
    assert "refused" in ran.out
    held = json.loads(fyke("quarantine", "show", new, "--json").out)
    assert {copy["state"] for copy in held["copies"]} == {State.HELD}


def test_a_copy_is_deleted(fyke, site):
    """Then there is nothing left of it."""
    new = cases(fyke("quarantine", "--json"))[0]
    assert fyke("quarantine", "delete", new, "--to", ANN).code == 0
    assert "1 copy deleted" in fyke("quarantine", "delete", new).out
    assert fyke("quarantine", "delete", new).code == 1
    assert cases(fyke("quarantine", "--json")) != [new]
    assert "not kept any more" in fyke("quarantine", "show", new).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lisst",), "list"),
        (("show",), "takes a case"),
        (("show", "ffff"), "no such case"),
        (("release", "6e65", "--to", "nobody@example.org"), "no copy"),
        (("list", "--since", "soon"), "--since"),
        (("list", "6e65"), "show"),
    ],
)
def test_a_wrong_word_is_a_sentence(fyke, site, words, said):
    """And exit code 2."""
    ran = fyke("quarantine", *words)
    assert ran.code == 2
    assert said in ran.err
