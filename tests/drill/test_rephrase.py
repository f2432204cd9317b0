"""Lines in other words."""

import random

from fyke.drill.rephrase import SYNONYMS, rephrased


def test_a_line_is_said_in_other_words():
    """Some words are others that mean the same, and no macro or number is lost."""
    line = "Buy 12 watches, nobody sees the difference"
    said = {rephrased(line, "en", random.Random(at)) for at in range(40)}
    assert len(said) > 10
    assert all("12" in each for each in said)
    assert any(each.startswith("Purchase 12 timepieces") for each in said)
    assert any(each.startswith(("nobody", "no one")) for each in said)


def test_what_has_no_synonyms_stays():
    """Another language, or words that no row has."""
    assert rephrased("Скидки только на этой неделе", "ru", random.Random(1)) == "Скидки только на этой неделе"
    assert rephrased("zzz yyy", "en", random.Random(1)) == "zzz yyy"
    assert rephrased("", "en", random.Random(1)) == ""


def test_a_word_is_in_one_row():
    """So that it has one set of words that stand for it."""
    for rows in SYNONYMS.values():
        words = [word for row in rows for word in row]
        assert len(words) == len(set(words))
