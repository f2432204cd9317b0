"""The guess of how often words stand in mail."""

from fyke.detect.lexicon.frequency import RARE, frequency
from fyke.detect.lexicon.phrases import Word


def test_common_words_are_more_frequent():
    """Grammar is more frequent than content, and content than what no mail holds."""
    assert frequency([Word(b"the")]) > frequency([Word(b"account")]) > frequency([Word(b"zirconium")]) == RARE


def test_more_words_are_rarer():
    """A run is at most as frequent as its rarest word."""
    assert frequency([Word(b"the"), Word(b"account")]) < frequency([Word(b"account")])


def test_open_endings_sum_up():
    """A beginning is as frequent as all words that begin so."""
    assert frequency([Word(b"account", True)]) > frequency([Word(b"account")])
