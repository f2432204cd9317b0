"""A person's words: what holds of them."""

from datetime import UTC, datetime

import pytest

from fyke.lab.operations.decisions import barred, meant, standing
from fyke.model.gang import Decision

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def said(verb, left, right="", text=""):
    return Decision(NOW, "ann", verb, tuple(left), tuple(right), text)


def test_a_later_word_outranks_an_earlier_one():
    """On the same sites, in either order."""
    word = standing([said("join", "ab", "cd"), said("part", "cd", "ab")])
    assert (word.together, len(word.apart)) == ((), 1)
    assert barred(word) == [("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")]
    word = standing([said("confirm", "ab"), said("reject", "ab"), said("name", "ab", text="X"), said("name", "ab")])
    assert (word.confirmed, len(word.rejected), word.names) == ((), 1, ())


def test_a_word_is_about_what_has_most_of_its_sites():
    """A group that grew is meant still; half of one is not."""
    assert meant(frozenset("abc"), frozenset("abcdef"))
    assert not meant(frozenset("abcd"), frozenset("ab"))


def test_too_many_pairs_are_told():
    """Not silently dropped."""
    word = standing([Decision(NOW, "ann", "part", tuple(map(str, range(600))), tuple(map(str, range(600, 1_200))))])
    with pytest.raises(ValueError, match="pairs"):
        barred(word)
