"""Lessons: mail as a learner needs it, and the model of the house behind the protocols."""

import pytest

from fyke.cli import lessons
from fyke.cli.given import Given
from fyke.cli.lessons import Lesson, Pupil
from fyke.cli.mailbox import Slot
from fyke.cli.progress import Silent
from fyke.house import build
from fyke.learn.base import empty
from fyke.model import Envelope
from tests.cli.conftest import SPAM, mail


@pytest.fixture(scope="module")
def engine():
    return build()


def given(*raws, is_spam=False):
    return [Given(Slot(f"{at}.eml", data=raw), is_spam, "box") for at, raw in enumerate(raws)]


def read(engine, mail, jobs=1):
    return lessons.read(engine, mail, jobs, Silent(None, 0))


def test_a_lesson_has_what_the_rules_say(engine):
    """Its bits are those of the verdict without what was learned."""
    engine_bits = engine.study(Envelope(), SPAM).rules_bits
    lesson = read(engine, given(SPAM))[0]
    assert (lesson.rules_bits, lesson.size_bytes, lesson.when) == (engine_bits, len(SPAM), 1762164000.0)


def test_a_message_that_cannot_be_read_is_a_sentence(engine, tmp_path):
    """The others are read all the same, by one process and by several."""
    gone = Given(Slot("gone.eml", bytes(tmp_path / "gone.eml")), False, "box")
    for jobs in (1, 2):
        found = read(engine, [gone, *given(mail())], jobs)
        assert found[0] == "gone.eml: No such file or directory"
        assert isinstance(found[1], Lesson)


def test_a_bug_costs_one_message(engine, monkeypatch):
    """And is told."""
    monkeypatch.setattr(engine, "study", lambda *_: 1 / 0)
    assert read(engine, given(mail())) == ["0.eml: could not be read: ZeroDivisionError: division by zero"]


def test_an_unlearned_pupil_says_what_the_engine_says(engine, tmp_path):
    """The score is the whole verdict: rules, prior, and what was learned within its caps."""
    pupil = Pupil(tmp_path, engine.opinion.model.base, engine.policy)
    for raw in (mail(), SPAM, b""):
        assert pupil.score(read(engine, given(raw))[0]) == engine.scan(Envelope(), raw).verdict.bits


def test_a_lesson_has_the_categories_of_the_engine(engine):
    """Words of a trade name it, whoever judges."""
    raw = mail("Viagra Cialis Levitra", "Buy cheap Viagra and Cialis without prescription, online pharmacy.\n" * 3)
    said = engine.scan(Envelope(), raw).verdict.categories
    assert "drugs" in said
    assert read(engine, given(raw))[0].categories == said


def test_a_pupil_learns(engine, tmp_path):
    """What it was told of, it calls so; and a learned group counts no more than its cap."""
    pupil = Pupil(tmp_path, empty(), engine.policy)
    lesson = read(engine, given(mail("Dinner", "Shall we dine on turnips?\n")))[0]
    before = pupil.score(lesson)
    for _ in range(200):
        pupil.learn(lesson, spam=True)
    assert before < before + 3 < pupil.score(lesson) <= before + engine.policy.rules.groups["learned"].most
