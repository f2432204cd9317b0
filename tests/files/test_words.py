"""Words that may open a locked file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.words import COMMON, MOST, candidates, reasons


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The archive password is: 8412", "8412"),
        ("Use 9931 as password for the archive", "9931"),
        ("Passwort lautet „Sommer2026!“.", "Sommer2026!"),
        ("Le mot de passe : Lune77", "Lune77"),
        ("La contraseña es sol.2026", "sol.2026"),
        ("Пароль к архиву: qwe77", "qwe77"),
        ("密码：abc888", "abc888"),
        ("パスワードは１２３４です", "1234"),
        ("Password:\n\n   X_y1\n", "X_y1"),
        ("PW=Kd82", "Kd82"),
        ("pass\u200bword: a\u200bb12", "ab12"),
        ("비밀번호: zip55", "zip55"),
    ],
)
def test_a_told_word_comes_among_the_first(text, word):
    """What stands beside the word for password, in many languages, is tried before what is in common use."""
    assert word in candidates(["Invoice", text])[:4]


def test_words_that_nobody_calls_a_password_are_tried_too():
    """Quoted words, numbers, what mixes letters and digits, names of files, domains of addresses."""
    found = candidates(["Order 4711", "Type *opensesame* or Kx77a. ann@shop.example.org"], ["Bill_2211.zip"])
    assert {"4711", "opensesame", "Kx77a", "Bill_2211", "2211", "shop.example.org"} <= set(found)


def test_each_word_has_its_reason():
    """The reason says where a word was found."""
    found = reasons(["", "password: 8412"], ["scan.zip"])
    assert found["8412"] == "told as the password"
    assert found["scan"] == "the name of a file"
    assert found["infected"] == "in common use"


def test_common_words_are_always_tried():
    """A mail full of numbers does not crowd out what is in common use."""
    text = " ".join(f'password "{number}"' for number in range(1_000, 9_000))
    found = candidates([text] * 5, [f"{number}.zip" for number in range(500)])
    assert len(found) <= MOST
    assert set(COMMON[:30]) <= set(found)


@pytest.mark.parametrize("evil", ["password ", "a1", '"', "@a.", "x", "pass:", "\u5bc6\u7801"])
def test_repetition_ends(evil):
    """A text of one cue after the other costs no more than its length."""
    assert len(candidates([evil * 20_000] * 60, [evil * 20_000] * 60)) <= MOST  # 0.15 s; quadratic would be hours


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=3), st.lists(st.text(max_size=50), max_size=3))
def test_any_text_gives_words(texts, names):
    """Whatever the text, the words are bounded, not empty, and each there once."""
    found = candidates(texts, names)
    assert 0 < len(found) == len(set(found)) <= MOST
    assert all(found)
