"""`fyke log`: what came and why, as a list and one by one."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from fyke.model import Action, Envelope, Fate, Label
from fyke.store.folder.journal import FolderJournal
from tests.store.journals import handled

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A journal with three mails of the last hours."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path))
    journal = FolderJournal(tmp_path / "journal")
    fates = (Fate("Ann@example.org", Action.ACCEPT), Fate("bob@example.org", Action.QUARANTINE))
    queued = replace(handled().scan.envelope, queue_id="4Zk1vM5")
    for hours, entry in (
        (5, handled("old", label=Label.HAM, action=Action.ACCEPT)),
        (2, handled("evil", subject="\x1b[2JGold \u202ehere", label=Label.PHISHING, action=Action.REJECT)),
        (1, handled("new", fates=fates, envelope=queued, campaign="c-0123456789")),
    ):
        journal.append(replace(entry, at=NOW - timedelta(hours=hours))).result(9)
    journal.close()


def subjects(ran):
    return [json.loads(line)["subject"] for line in ran.out.splitlines()]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), 3),
        (("--since", "3h"), 2),
        (("--until", "3h"), 1),
        (("--since", "3h", "--until", "90m"), 1),
        (("--sender", "NEW@"), 1),
        (("--recipient", "bob@"), 3),
        (("--subject", "gold"), 3),
        (("--label", "ham,phishing"), 2),
        (("--action", "quarantine"), 1),
        (("--symbol", "test_lure"), 3),
        (("--campaign", "c-0123456789"), 1),
        (("--queue-id", "4Zk1vM5"), 1),
        (("--case", b"evil".hex()), 1),
        (("nobody HAS",), 2),
        (("4zk1vm5",), 1),
        (("nothing of that kind",), 0),
        (("--limit", "2"), 2),
    ],
)
def test_what_is_asked_is_found(fyke, kept, words, found):
    """Each option, and free text; 1 where nothing fits."""
    ran = fyke("log", *words, "--json")
    assert len(subjects(ran)) == found
    assert ran.code == (0 if found else 1)


def test_the_list_is_safe_to_look_at(fyke, kept):
    """No byte of an enemy's reaches the terminal raw; copies that differ have a star."""
    out = fyke("log").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    head, new, evil, old = out.splitlines()
    assert "strongest reason" in head
    assert "tag*" in new
    assert "Ann@example.org +1" in new
    assert "phishing" in evil
    assert "ham" in old


def test_one_mail_is_shown_whole(fyke, kept):
    """By the beginning of its id: who, what became of each copy, and a waterfall that adds up."""
    ran = fyke("log", b"new".hex())
    for text in ("SCAM, unwanted", "Queue id   4Zk1vM5", "bob@example.org: quarantine", "Campaign   c-0123456789"):
        assert text in ran.out
    assert "It promises what nobody has: gold" in ran.out
    assert "+4.50 in total" in ran.out
    told = json.loads(fyke("log", b"new".hex(), "--json").out)
    assert told["scan"]["verdict"]["findings"][0]["symbol"]["name"] == "TEST_LURE"


def test_several_that_begin_so_are_told(fyke, kept, tmp_path):
    """An id that is too short is no case."""
    journal = FolderJournal(tmp_path / "journal")
    for end in "12":
        journal.append(replace(handled(id="abcdef" + end * 26), at=NOW)).result(9)
    journal.close()
    ran = fyke("log", "abcdef")
    assert ran.code == 2
    assert "2 cases begin so; fyke log --case abcdef lists them" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "soon"), "--since: 'soon' is no time"),
        (("--label", "hum"), "did you mean ham?"),
        (("--action", "eject"), "did you mean reject?"),
    ],
)
def test_what_is_wrong_is_told(fyke, kept, words, said):
    """With the nearest right name."""
    ran = fyke("log", *words)
    assert ran.code == 2
    assert said in ran.err


def test_without_a_journal(fyke, tmp_path, monkeypatch):
    """It is told where it would be, and nothing is made."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path / "no"))
    ran = fyke("log")
    assert ran.code == 2
    assert "no journal in" in ran.err
    assert not (tmp_path / "no").exists()


def test_follow_tells_each_once(fyke, kept, monkeypatch, tmp_path):
    """What comes while it runs too, until it is stopped."""
    rounds = []

    def sleep(_seconds):
        rounds.append(1)
        if len(rounds) == 3:
            raise KeyboardInterrupt
        journal = FolderJournal(tmp_path / "journal")
        journal.append(replace(handled(f"come{len(rounds)}"), at=datetime.now(UTC))).result(9)
        journal.close()

    monkeypatch.setattr("fyke.cli.log.time.sleep", sleep)
    ran = fyke("log", "--follow", "--since", "90m", "--json")
    assert subjects(ran) == ["Gold for new", "Gold for come1", "Gold for come2"]
    assert ran.code == 130


def test_an_envelope_without_anybody(fyke, kept, tmp_path):
    """A mail of a file, say."""
    journal = FolderJournal(tmp_path / "journal")
    journal.append(replace(handled("bare", envelope=Envelope(), sender=""), at=NOW)).result(9)
    journal.close()
    assert fyke("log", "--case", b"bare".hex()).code == 0
    assert fyke("log", b"bare".hex()).code == 0
