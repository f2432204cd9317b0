"""`fyke learn`, `fyke forget`, `fyke labels`: what is said of mail stays said, and is learned."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fyke.cli import scribe
from tests.cli.conftest import mail

ANN, BOB = "ann@example.org", "bob@example.net"
PITCH = "Your exclusive voucher for the spring fair, dear reader: twelve stalls, one ticket, free soup.\n" * 4


@pytest.fixture
def pitch(tmp_path):
    """A mail that the rules take for wanted."""
    path = tmp_path / "pitch.eml"
    path.write_bytes(mail("The spring fair", PITCH, "fair@example.com"))
    return path


def lines(ran):
    return [json.loads(line) for line in ran.out.splitlines()]


def bits(fyke, path, user=""):
    words = ["--rcpt", user] if user else []
    return lines(fyke("scan", "--json", path, *words))[0]["bits"]


def test_a_correction_sticks_and_is_shown(fyke, pitch):
    """One word of its reader turns the verdict; the command shows it before and after."""
    before, of_bob = bits(fyke, pitch, ANN), bits(fyke, pitch, BOB)
    (told,) = lines(fyke("learn", "--spam", "--user", "Ann@Example.org", "--json", pitch))
    assert (told["event"], told["label"], told["source"], told["account"]) == ("learned", "spam", "human", ANN)
    assert told["bits"] == before < 0
    assert told["now"] == bits(fyke, pitch, ANN) >= 4
    assert told["holds"]
    assert abs(bits(fyke, pitch, BOB) - of_bob) < 0.5


def test_without_a_user_it_is_an_import(fyke, pitch):
    """Nobody has looked at each mail of a folder; whoever has says so."""
    assert lines(fyke("learn", "--ham", "--json", pitch))[0]["source"] == "import"
    (told,) = lines(fyke("learn", "--category", "drugs", "--source", "trap", "--note", "seen", "--json", pitch))
    assert (told["label"], told["category"], told["source"], told["note"]) == ("spam", "drugs", "trap", "seen")


def test_the_same_word_again_is_known(fyke, pitch):
    """A nightly import of one folder writes each mail down once."""
    fyke("learn", "--ham", pitch)
    ran = fyke("learn", "--ham", pitch)
    assert ran.out == "Of 1 message the same was said before\n"
    assert len(lines(fyke("labels", "--json"))) == 1


def test_nothing_automatic_undoes_a_human(fyke, pitch):
    """A trap's word on a mail that its reader wants is written down, shown, and not learned."""
    fyke("learn", "--ham", "--source", "human", pitch)
    before = bits(fyke, pitch)
    ran = fyke("learn", "--spam", "--source", "trap", pitch)
    assert "1 of them a human, or a better source, has said something else of, and that stands" in ran.out
    assert bits(fyke, pitch) == before
    assert [row["source"] for row in lines(fyke("labels", "--contradictory", "--json"))] == ["human", "trap"]


def test_forgetting_leaves_no_trace(fyke, pitch):
    """As if it had never been said; but that it was said is kept."""
    before = bits(fyke, pitch, ANN)
    fyke("learn", "--spam", "--user", ANN, pitch)
    ran = fyke("forget", "--user", ANN, pitch)
    assert ran.code == 0
    assert "Forgot 1 label; 0 labels that stand were learned anew" in ran.out
    assert bits(fyke, pitch, ANN) == before
    assert lines(fyke("labels", "--json")) == []
    assert "0 labels shown; 1 ever given" in fyke("labels").out


@pytest.mark.parametrize("word", ["{seq}", "{digest}", "{digest:.8}", "{path}"])
def test_a_label_is_named_by_number_digest_or_mail(fyke, pitch, word):
    """As `fyke labels` shows it, or as it lies there."""
    (told,) = lines(fyke("learn", "--spam", "--json", pitch))
    gone = lines(fyke("forget", "--json", word.format(**told)))
    assert [row["seq"] for row in gone] == [told["seq"]]


def test_a_correction_that_is_broken_is_told(fyke, pitch, tmp_path):
    """Learn says which earlier word of a human it breaks; the check finds it; said again it is learned last."""
    box = tmp_path / "box"
    box.mkdir()
    for at in range(12):
        (box / f"{at}.eml").write_bytes(mail(f"The spring fair {at}", PITCH + f"Stall {at}\n", "fair@example.com"))
    fyke("learn", "--spam", "--user", ANN, pitch)
    assert "The verdict keeps to 1 correction by humans" in fyke("labels", "--check").out
    ran = fyke("learn", "--ham", box)
    assert ran.code == 1
    assert "This breaks 1 earlier correction by a human:" in ran.out
    check = fyke("labels", "--check", "--json")
    assert (check.code, [row["account"] for row in lines(check)]) == (1, [ANN])
    again = fyke("learn", "--spam", "--user", ANN, "--json", pitch)
    assert lines(again)[0]["event"] == "learned"


def test_own_verdicts_are_learned_only_where_that_is_allowed(fyke, box, monkeypatch):
    """Off by one knob; and where it is on, one loud fact is not enough."""
    ran = fyke("learn", "--auto", box)
    assert (ran.code, ran.out) == (2, "")
    assert "learn.auto" in ran.err
    monkeypatch.setenv("FYKE_LEARN_AUTO", "true")
    ran = fyke("learn", "--auto", box)
    assert (ran.code, ran.out) == (0, "Of 2 messages fyke is not sure enough to learn from its own verdict\n")


def test_a_mail_that_lies_there_twice_is_one(fyke, tmp_path, monkeypatch):
    """And many are written down batch after batch."""
    monkeypatch.setattr(scribe, "BATCH", 3)
    for at in range(8):
        (tmp_path / f"{at}.eml").write_bytes(mail(f"Number {at // 2 if at < 2 else at}"))
    told = lines(fyke("learn", "--ham", "--json", tmp_path))
    assert [row["seq"] for row in told] == [1, 2, 3, 4, 5, 6, 7]
    assert len({row["digest"] for row in told}) == 7


@pytest.mark.parametrize("raw", [b"", b"\0" * 100, b"\xff\xfe", b"Subject: \xed\xb3\xa4\n\n", b"From: \x1b[2J\n\n"])
def test_any_bytes_can_be_learned(fyke, raw):
    """Bad mail is evidence; and none of its bytes reaches the terminal raw."""
    assert fyke("learn", "--spam", "-", stdin=raw).code == 0
    ran = fyke("labels")
    assert ran.code == 0
    assert all(char.isprintable() or char == "\n" for char in ran.out)


def test_a_path_that_is_not_there_stops_nothing_else(fyke, box, pitch):
    """The rest is learned; the error is told at the end."""
    ran = fyke("learn", "--ham", pitch, box / "3.eml")
    assert ran.code == 2
    assert "Learned 1 message" in ran.out
    assert ran.err == f"fyke: {box}/3.eml: no such file or folder; did you mean {box}/2.eml?\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["learn", "x"], "needs to be told what the mail is: --ham, --spam or --category NAME"),
        (["learn", "--ham", "--spam", "x"], "not allowed with"),
        (["learn", "--category", "drgus", "x"], "did you mean drugs?"),
        (["learn", "--ham", "--source", "trp", "x"], "did you mean trap?"),
        (["learn", "--ham", "--source", "auto", "x"], "use --auto"),
        (["learn", "--auto", "--source", "trap", "x"], "--auto"),
        (["learn", "--ham", "--user", " ", "x"], "takes one address"),
        (["labels", "--source", "humna"], "did you mean human?"),
        (["forget", "7"], "7: no label has that number (see fyke labels)"),
        (["forget", "cafe0123"], "cafe0123: no label on that mail"),
        (["forget", "nothing"], "no such file or folder, and neither a digest nor a number"),
    ],
)
def test_a_mistake_is_one_sentence(fyke, words, sentence):
    """What was wrong, and what was probably meant; exit 2, and nothing is written down."""
    ran = fyke(*words)
    assert ran.code == 2
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
    assert lines(fyke("labels", "--json")) == []


def test_whose_label_it_is_is_told(fyke, pitch):
    """Who forgets for the wrong account learns for which one there is a label."""
    fyke("learn", "--spam", "--user", ANN, pitch)
    assert f"labelled for {ANN}, not for all accounts; add --user {ANN}" in fyke("forget", pitch).err
    fyke("learn", "--spam", pitch)
    assert fyke("forget", pitch).code == 0
    assert [row["account"] for row in lines(fyke("labels", "--json"))] == [ANN]


def test_labels_of_one_account_or_source(fyke, pitch, box):
    """The last ones, oldest of them first."""
    fyke("learn", "--spam", "--user", ANN, pitch)
    fyke("learn", "--ham", "--user", BOB, pitch, box / "1.eml")
    fyke("learn", "--spam", "--source", "trap", box / "2.eml")
    assert [row["seq"] for row in lines(fyke("labels", "--json", "--user", BOB))] == [2, 3]
    assert [row["seq"] for row in lines(fyke("labels", "--json", "--source", "trap"))] == [4]
    assert [row["seq"] for row in lines(fyke("labels", "--json", "-n", "2"))] == [3, 4]
    assert [row["account"] for row in lines(fyke("labels", "--contradictory", "--json", "--user", ANN))] == [ANN, BOB]


def test_many_at_once(box, pitch, tmp_path):
    """Several commands at the same time: every word is kept, and all of them are learned."""
    environ = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    words = [[sys.executable, "-m", "fyke", "learn", "--ham", "--user", f"u{at}@example.org", pitch] for at in range(4)]
    running = [subprocess.Popen(each, env=environ, stdout=subprocess.DEVNULL) for each in words]
    assert [each.wait(60) for each in running] == [0, 0, 0, 0]
    folder = tmp_path / "state" / "fyke"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / "learned.lock").read_text().split()[1] == "4"
    assert not list(Path(folder).glob("learned.fyke.*"))
