"""The normal form: one plain phrase for all its spellings."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.mail.fold import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", " "),
        (" \n\t .,;:", " "),
        ("Hello, World!", " hello world "),
        ("50% OFF - only $99.95!!!", " 50% off only $99 95 "),
        ("c@sh pa$$word fr33 v|agra l!ke", " c@sh pa$$word fr33 v|agra l!ke "),
        ("a | b! c", " a b c "),
        ("don't re-read_it", " don t re read it "),
        ("Größe naïve ÉTÉ Łódź Ærø", " grosse naive ete lodz aero "),
        ("“quoted” – it’s… fine", " quoted it s fine "),
        ("€5 £6 ¥7 ½", " €5 £6 ¥7 1 2 "),
        ("soft\u00adhyphen zero\u200bwidth bi\u202edi", " softhyphen zerowidth bidi "),
        ("ＶＩＡＧＲＡ 𝐕𝐢𝐚𝐠𝐫𝐚 Ⓥⓘⓐⓖⓡⓐ 🅥🅘🅐 ᴠɪᴀɢʀᴀ", " viagra viagra viagra via viagra "),
        ("v\u0336i\u0336a\u0336g\u0336r\u0336a", " viagra "),
        ("İstanbul ﬁne", " istanbul fine "),
        ("Привет, Мир! Ёлка", " привет мир елка "),
        ("vіаgrа Раypal", " viagra paypal "),
        ("пpивeт", " привет "),
        ("日本語、カタカナ。", " 日本語 カタカナ "),
        ("שלום עולם", " שלום עולם "),
        ("مُحَمَّد", " محمد "),
        ("👍 great 🎉🎉", " great "),
        ("\ud800x", " x "),
    ],
)
def test_fold(text, folded):
    """Case, width, accents, styles, invisible characters and punctuation make no difference; scripts do."""
    assert fold(text).decode() == folded


@given(st.text())
def test_any_text(text):
    """Any text gives UTF-8 words with one space between them and at both ends, on one line."""
    folded = fold(text)
    folded.decode()
    assert folded.startswith(b" ")
    assert folded.endswith(b" ")
    assert b"  " not in folded
    assert not set(folded) & set(b"\n\t\r\x00ABCXYZ.,;<>")


@given(st.text(alphabet=string.ascii_letters + string.digits + " .,!?@$%|-éüñ", max_size=200))
def test_folding_is_stable(text):
    """What is folded does not change by folding it again."""
    once = fold(text)
    assert fold(once.decode()) == once


@given(st.text(max_size=50), st.text(max_size=50))
def test_lines_fold_apart(one, other):
    """Two lines fold to the words of the one and the words of the other."""
    assert fold(f"{one}\n{other}").split() == fold(one).split() + fold(other).split()
