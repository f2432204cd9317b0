"""A word at a door is a label on the disk, and later a lesson."""

from datetime import UTC, datetime

import pytest

from fyke import house
from fyke.config import Config, Site
from fyke.learn.study import study
from fyke.model import Envelope, Label, Source
from fyke.teacher import Teacher

RAW = b"From: a@example.org\r\nSubject: our garden party\r\n\r\nBring chairs, cake and a good mood to the garden.\r\n"
ANN = "ann@example.org"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def config(tmp_path):
    """A site with a folder of its own."""
    return Config(site=Site(folder=str(tmp_path)))


def teacher(config):
    """Who takes words there."""
    return Teacher(house.build(config), lambda: house.labels(config), lambda: NOW)


def said(config):
    """What was said of the mail, oldest first."""
    labels = house.labels(config)
    try:
        return [(label.account, label.spam, label.source) for label in labels.last(9)]
    finally:
        labels.close()


def test_a_word_is_written_down_once(config):
    """The same word again is known; another one is a new word."""
    mind = teacher(config)
    assert mind.teach(RAW, "Ann@Example.org ", Label.SPAM)
    assert not mind.teach(RAW, ANN, Label.SPAM)
    assert said(config) == [(ANN, True, Source.HUMAN)]
    assert mind.teach(RAW, ANN, Label.HAM)
    assert said(config)[0] == (ANN, False, Source.HUMAN)


def test_a_word_of_nobody_holds_for_all_and_is_no_humans(config):
    """A mail server that teaches without a name is a source like a list."""
    teacher(config).teach(RAW, "", Label.PHISHING)
    assert said(config) == [("", True, Source.IMPORT)]


def test_a_word_can_be_taken_back(config):
    """And what was never said cannot."""
    mind = teacher(config)
    mind.teach(RAW, ANN, Label.SPAM)
    assert mind.teach(RAW, ANN, None)
    assert not mind.teach(RAW, ANN, None)
    assert said(config) == []


def test_what_was_said_holds_once_it_is_learned(config):
    """For her, by what she said."""
    before = house.build(config).scan(Envelope(rcpt_to=(ANN,)), RAW).verdict.bits
    teacher(config).teach(RAW, ANN, Label.SPAM)
    labels = house.labels(config)
    study(house.learned(config), labels, house.base(config))
    labels.close()
    after = house.build(config).scan(Envelope(rcpt_to=(ANN,)), RAW).verdict
    assert after.bits > before + 2
    assert any(each.name == "LEARNED_OWN" for each in after.contributions)
