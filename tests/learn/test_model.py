"""Learning: from the first label, for one account without harm to others, the same bytes from the same labels."""

import pytest

from fyke.learn import base
from fyke.learn.features import Reader
from fyke.learn.model import SITE_LEAST, Learner, Lesson, Model
from fyke.learn.table import Table
from tests.learn.mails import mail

NOTHING = base.empty()


def read(text, **more):
    return Reader().read(mail(text, **more), ())


@pytest.fixture
def learner(tmp_path):
    return Learner(tmp_path / "t", NOTHING)


def test_it_learns_from_the_first_label(learner):
    """One label of each kind, and unseen mail of either kind leans the right way."""
    learner.learn(1, read("buy cheap pills online now"), spam=True)
    learner.learn(2, read("minutes of the committee meeting"), spam=False)
    assert learner.weigh(read("cheap pills")).shared > 0 > learner.weigh(read("committee minutes")).shared


def test_a_correction_turns_the_mail_for_its_reader(learner):
    """Rules of ten bits against it, and the reader's word stands."""
    letter = read("our weekly offer of garden tools")
    learner.learn(1, letter, spam=False, account="ann@example.org", rules_bits=10.0)
    own = learner.weigh(letter, "ann@example.org")
    assert 10.0 + own.shared + own.own < 1.5


def test_other_readers_stay_where_they_were(learner):
    """Twenty corrections by one reader move the same mail by less than half a bit for all others."""
    letters = [read(f"weekly offer of garden tools number {number}") for number in range(20)]
    for number, letter in enumerate(letters, 1):
        learner.learn(number, letter, spam=False, account="ann@example.org", rules_bits=8.0)
    others = [learner.weigh(letter, "bob@example.org") for letter in letters]
    assert all(abs(each.shared + each.own) <= 0.5 for each in others)


def test_accounts_are_told_apart_whatever_their_case(learner):
    """An address is one account in capitals too."""
    letter = read("weekly offer")
    learner.learn(1, letter, spam=False, account="Ann@Example.org", rules_bits=8.0)
    assert learner.weigh(letter, "ann@example.org").own == learner.weigh(letter, "ANN@example.org").own < -1


def test_the_same_labels_in_the_same_order_give_the_same_bytes(tmp_path):
    """Two learners, one history, one file."""
    history = [
        (f"text {number % 7} word{number}", number % 3 == 0, "" if number % 4 else "a@b") for number in range(60)
    ]
    for name in ("one", "other"):
        learner = Learner(tmp_path / name, NOTHING)
        for number, (text, spam, account) in enumerate(history, 1):
            learner.learn(number, read(text), spam=spam, account=account, rules_bits=0.5)
        learner.table.flush()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_the_file_does_not_grow(learner):
    """After many labels it has the size it began with."""
    before = learner.table.path.stat().st_size
    for number in range(1, 200):
        learner.learn(number, read(f"word{number} and word{number * 31}"), spam=number % 2 == 0)
    assert learner.table.path.stat().st_size == before


def test_workers_see_a_label_as_soon_as_it_is_learned(learner):
    """A model mapped before the label weighs it after."""
    worker = Model(Table(learner.table.path), NOTHING)
    letter = read("buy cheap pills online now")
    assert worker.weigh(letter).shared == 0
    learner.learn(1, letter, spam=True)
    assert worker.weigh(letter).shared == learner.weigh(letter).shared > 1
    assert worker.id.endswith("+1")


def test_a_label_that_was_foreseen_teaches_nothing(learner):
    """Beyond the margin nothing moves: it does not feed on its own certainty."""
    letter = read("buy cheap pills online now")
    learner.learn(1, letter, spam=True)
    for number in range(2, 40):
        learner.learn(number, letter, spam=True)
    before = learner.table.shared.copy()
    learner.learn(40, letter, spam=True)
    assert (learner.table.shared == before).all()


def test_an_earlier_label_can_be_looked_at_again(tmp_path):
    """What was learned first is firmer where later labels bring it back."""
    first, models = read("minutes of the committee"), []
    for name in ("once", "again"):
        learner = Learner(tmp_path / name, NOTHING)
        learner.learn(1, first, spam=False)
        back = Lesson(first, spam=False) if name == "again" else None
        for number in range(2, 12):
            learner.learn(number, read(f"offer {number} of the committee"), spam=True, again=back)
        models.append(learner)
    once, again = (model.weigh(first).shared for model in models)
    assert again < once


def test_a_correction_holds_against_all_that_the_site_learned(learner):
    """Forty labels of the site say ham; the reader says spam, and spam it is."""
    for number in range(1, 41):
        learner.learn(number, read(f"weekly offer of garden tools {number}"), spam=False, rules_bits=-3.0)
    letter = read("weekly offer of garden tools 7")
    learner.learn(41, letter, spam=True, account="ann@example.org", rules_bits=-3.0)
    found = learner.weigh(letter, "ann@example.org")
    assert -3.0 + max(SITE_LEAST, found.shared) + found.own > 4.0
