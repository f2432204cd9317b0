"""The phrase language: what it accepts, what it refuses and how it says so."""

import pytest

from fyke.detect.lexicon.phrases import PhraseError, read
from fyke.mail.fold import fold


def test_words_are_folded():
    """Case, accents and apostrophes of a phrase are those of folded text."""
    phrase = read("Prix de l'Été", fold)
    assert phrase.words == (b"prix", b"de", b"l ete")


def test_signs_have_their_meaning():
    """An ending, a gap, a choice, a number and an absent word are places of their own."""
    phrase = read("buy (cheap)? (meds|pill*) * # mg", fold)
    bought, cheap, goods, gap, number, unit = phrase.items
    assert (cheap.optional, gap.is_gap, number.choices[0][0].is_number) == (True, True, True)
    assert [run[0].open for run in goods.choices] == [False, True]
    assert (bought.optional, unit.optional) == (False, False)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("* pills", "begins and ends"),
        ("pills (now)?", "begins and ends"),
        ("(a|b) of", "3 letters"),
        ("# mg", "3 letters"),
        ("buy (cheap|) pills", "empty choice"),
        ("(buy|(order|get)) pills", "do not nest"),
        ("(pill)s", "do not nest"),
        ("pi*lls", "ends a word"),
        ("no1 #1 pills", "stands alone"),
        ("--- pills", "no letters"),
        ("aaa * bbb * ccc * ddd", "2 gaps"),
        ("pill" * 200, "480"),
        ("(" + "|".join(f"pill{n}" for n in range(61)) + ") now", "60 choices"),
    ],
)
def test_what_breaks_a_rule_is_told(source, why):
    """A phrase outside the language is refused with the rule that it breaks."""
    with pytest.raises(PhraseError, match=why):
        read(source, fold)


def test_scripts_without_spaces_are_seen():
    """Ideographs and kana are matched anywhere, so their phrases are marked."""
    assert not read("無修正動画", fold).spaced
    assert read("порно видео", fold).spaced
