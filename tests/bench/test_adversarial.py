"""What an attacker knows, and how an attack is told."""

from collections import Counter

from bench import adversarial, poison
from fyke.learn import base
from fyke.learn.features import Reader
from fyke.learn.model import Learner
from tests.learn.mails import mail


def test_who_reads_the_weights_finds_the_words_of_wanted_mail(tmp_path):
    """The best word first; a word of spam last."""
    learner = Learner(tmp_path / "table", base.empty())
    for number in range(20):
        text = f"minutes committee agenda {number}" if number % 2 else f"cheap pills online {number}"
        poison.teach(learner, number + 1, poison.Read(Reader().read(mail(text), ()), 0.0), spam=not number % 2)
    found = adversarial.good_words(learner, [b"pills", b"garden", b"committee"], public=False)
    assert found == ["committee", "garden", "pills"]


def test_who_has_other_mail_takes_what_is_frequent_there():
    """And not what stands in their own spam."""
    words = adversarial.outside_words(Counter({b"agenda": 9, b"offer": 9, b"rare": 1}), Counter({b"offer": 9}))
    assert words[0] == "agenda"
    assert words[-1] == "offer"


def test_words_of_a_mail_count_once():
    """However often it says them."""
    raw = b"Subject: Offer\n\nminutes minutes of the committee\n"
    assert adversarial.words_of(raw) == Counter([b"offer", b"minutes", b"the", b"committee"])


def test_the_table_shows_recall_and_shift(capsys):
    """A row an attack, a column a filter."""
    adversarial.show([adversarial.Row("50 words", 8, {"fyke": 0.5}, {"fyke": -1.25})])
    assert "50.0%  -1.25" in capsys.readouterr().out
