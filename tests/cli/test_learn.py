"""`fyke learn`: what is said of mail stays said, and is learned."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.teaching import ANN, BOB, bits, lines


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


def test_own_verdicts_are_learned_only_where_that_is_allowed(fyke, box, monkeypatch):
    """Off by one knob; and where it is on, one loud fact is not enough."""
    ran = fyke("learn", "--auto", box)
    assert (ran.code, ran.out) == (2, "")
    assert "learn.auto" in ran.err
    monkeypatch.setenv("FYKE_LEARN_AUTO", "true")
    ran = fyke("learn", "--auto", box)
    assert (ran.code, ran.out) == (0, "Of 2 messages fyke is not sure enough to learn from its own verdict\n")


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
