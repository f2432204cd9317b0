"""Sketches of pages: likeness of sets is likeness of sketches."""

from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.sites.sketch import LEAST, PLACES, runs, sketch


def same(one, two):
    """The share of places that are equal."""
    return sum(one[at : at + 4] == two[at : at + 4] for at in range(0, len(one), 4)) / PLACES


def words(first, last):
    return [f"word{at}" for at in range(first, last)]


def test_likeness_is_that_of_the_sets():
    """Half in common of all is a third; strangers share nothing; order does not count."""
    assert same(sketch(words(0, 400)), sketch(reversed(words(0, 400)))) == 1.0
    assert abs(same(sketch(words(0, 400)), sketch(words(200, 600))) - 1 / 3) < 0.2
    assert same(sketch(words(0, 400)), sketch(words(1_000, 1_400))) < 0.1


def test_it_is_the_same_for_ever():
    """What was kept years ago is compared with what comes today."""
    assert sketch(words(0, 20))[:16] == sketch(words(0, 20))[:16]
    assert len(sketch(words(0, LEAST))) == PLACES * 4
    assert sketch(words(0, LEAST - 1)) == ""


@given(st.lists(st.text(max_size=20), max_size=60))
def test_any_shingles(shingles):
    """A sketch or none."""
    assert len(sketch(shingles)) in {0, PLACES * 4}


def test_runs_of_words():
    """Each run once, in order; none of too few."""
    assert list(runs(["a", "b", "c"], 2)) == ["a b", "b c"]
    assert list(runs(["a"], 2)) == []
