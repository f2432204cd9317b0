"""The learner without defences differs from fyke's in that alone."""

import pytest

from bench import poison
from bench.bare import FORMS, SAME, Bare, bag_of, typical
from fyke.learn import base
from fyke.learn.features import HEAD_BYTES, TAIL_BYTES, Family, Reader
from fyke.learn.model import Learner
from tests.learn.mails import mail

TEXTS = [("minutes of the committee meeting", False), ("buy cheap pills online now", True)] * 10


def test_with_all_defences_it_says_about_what_fyke_says(tmp_path):
    """Other hashes, the same arithmetic: within a bit after twenty labels."""
    learner, bare = Learner(tmp_path / "table", base.empty()), Bare(SAME, [1.0] * len(Family))
    for number, (text, spam) in enumerate(TEXTS, 1):
        poison.teach(learner, number, poison.Read(Reader().read(mail(text), ()), 0.0), spam=spam)
        bare.learn(bag_of(mail(text), ()), spam=spam, rules_bits=0.0)
    for text in ("cheap pills of the committee", "minutes of the meeting", "pills now"):
        fykes = learner.weigh(Reader().read(mail(text), ())).shared
        assert bare.weigh(bag_of(mail(text), ())) == pytest.approx(fykes, abs=1.0)


def test_counts_and_window_are_kept():
    """How often a word is there, and what of a long text is read."""
    bag = bag_of(mail("pills " * 50), ())
    assert max(bag.window[Family.WORDS][1]) == 50
    long = bag_of(mail(" ".join(f"word{number}" for number in range(2000))), ())
    assert len(long.window[Family.WORDS][0]) < (HEAD_BYTES + TAIL_BYTES) / 6 < len(long.whole[Family.WORDS][0])


@pytest.mark.parametrize("form", [SAME, *FORMS], ids=lambda form: form.name)
def test_every_form_learns(form):
    """Each tells the two kinds apart, so what differs under attack is the defence."""
    bags = [(bag_of(mail(text), ()), spam) for text, spam in TEXTS]
    learner = Bare(form, typical([bag for bag, _ in bags]))
    for bag, spam in bags:
        learner.learn(bag, spam=spam, rules_bits=0.0)
    assert learner.weigh(bags[1][0]) > 1 > -1 > learner.weigh(bags[0][0])
