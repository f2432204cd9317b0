"""Matches of expressions as hits of phrases."""

import pytest

from fyke.detect.lexicon import hits, table
from fyke.detect.lexicon.hits import Hit
from fyke.mail import patterns
from fyke.mail.fold import fold
from tests.detect.lexicon.test_table import OWN

WORDS = """
[de]
strong = ["(lose|drop) # kilopounds (fast|now)", "(you|we) * (the|this) * (and|for) you"]
"""


@pytest.fixture
def find(tmp_path):
    (tmp_path / "own.toml").write_text(OWN.replace("[innocent]", WORDS + "[innocent]"))
    read = table.read_themes([tmp_path])
    made = table.build(read)
    rows = [(0, entry) for entry in read[0].entries]
    compiled = patterns.Patterns(patterns.compile(table.expressions(rows, table.TELLING)))
    names = [entry.phrase.source for _, entry in rows]

    def _find(text):
        data = fold(text)
        found = hits.hits(made, made.telling, compiled.scan(data), data)
        return {names[hit.phrase]: data[hit.start : hit.end] for hit in found}

    return _find


def test_literals_say_where_they_stand(find):
    """A hit is the words of the phrase, with the spaces at its ends."""
    assert find("Zirconium flanges!") == {"zirconium flanges": b" zirconium flanges ", "zirconium": b" zirconium "}


def test_anchors_are_confirmed(find):
    """A phrase with a gap needs its other words near: three words between, not four."""
    assert "your * zirconium" in find("your very very own zirconium")
    assert "your * zirconium" not in find("your very very very own zirconium")
    assert "your * zirconium" in find("zirconium, zirconium and your zirconium")


def test_numbers_are_of_any_form(find):
    """A number may have a sign and parts."""
    phrase = "(lose|drop) # kilopounds (fast|now)"
    assert all(phrase in find(f"lose {number} kilopounds now") for number in ("5", "1,500", "$20", "30%"))
    assert phrase not in find("lose many kilopounds now")


def test_expressions_without_literal_say_where_they_begin(find):
    """What hyperscan found whole begins with the nearest word that it may begin with."""
    assert (
        find("and we like the taste and you")["(you|we) * (the|this) * (and|for) you"] == b" we like the taste and you "
    )


def test_looking_around_has_an_end(find):
    """An anchor that comes thousands of times in vain is not looked around each time."""
    assert find("zirconium " * 20_000 + "your zirconium").keys() == {"zirconium"}


def test_hits_are_told_once():
    """A hit is a plain value."""
    assert Hit(1, 2, 3) == Hit(1, 2, 3)
