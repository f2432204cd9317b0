"""Corrections are counted on what was not corrected."""

from pathlib import Path

from bench.corrections import CORRECTIONS, Kind, effect, kinds
from bench.manifest import Row
from bench.runs import Fyke, Read
from fyke.learn.features import Reader
from tests.learn.mails import mail

WORDS = "agenda budget cellar dinner errand farmer garden harbour island jacket kitchen lantern meadow needle".split()


def read(number, text, group="hard-ham-1", sender="example.com"):
    """A mail of the corpus that the rules know nothing of."""
    features = Reader().read(mail(f"{text} {WORDS[number % len(WORDS)]} {number}"), ())
    row = Row(Path(f"{number}.eml"), group, False, f"{number:04}", number, True, True)
    return Read(row, row.sha256, features, -3.0, (), sender)


LETTERS = [read(number, "the newsletter with offers of this week, read on") for number in range(40)]
NOTES = [read(100 + number, "see you at noon by the boat house", "easy-ham-1", "example.net") for number in range(20)]


def test_the_rest_of_a_kind_follows_its_first_mails():
    """A newsletter is unwanted after a few words, none of which is counted as rest."""
    found = effect(Kind("letters", tuple(LETTERS), is_spam=True), [*LETTERS, *NOTES], Fyke)
    assert 1 <= found.corrections <= CORRECTIONS
    assert found.mistakes_before == len(LETTERS) - found.corrections
    assert found.mistakes_after == 0
    assert found.unrelated == len(NOTES)
    assert found.others_most_bits < 1


def test_a_kind_is_found_where_mistakes_are_many():
    """One sender of newsletters has enough that a user may not want; the notes are no newsletter."""
    found = list(kinds([*LETTERS, *NOTES], lambda each: each.rules_bits))
    assert [kind.name for kind in found] == ["a newsletter is unwanted: example.com", "hard wanted mail was flagged"]
    assert len(found[0].members) == len(LETTERS)
