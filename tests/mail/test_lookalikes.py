"""Single characters in plain form, and words of one script."""

import unicodedata

import pytest

from fyke.mail.lookalikes import plain, to_one_script


@pytest.mark.parametrize(
    ("char", "shown"),
    [("é", "e"), ("ß", "ss"), ("Æ", "ae"), ("ﬁ", "fi"), ("²", "2"), ("٣", "3"), ("𝟗", "9"), ("🇻", "v"), ("\u200b", ""),
     ("\u00ad", ""), ("\u0301", ""), ("\u00a0", " "), ("—", " "), ("€", "€"), ("％", "%"), ("ж", "ж"), ("Ё", "е"),
     ("漢", "漢"), ("ά", "α"), ("\U000e0041", ""), ("\ufffd", " "), ("ˆ", " ")],
)  # fmt: skip
def test_plain(char, shown):
    """Letters lose width, style and accent; marks and invisible characters vanish; signs are a space, money stays."""
    assert plain(char) == shown


def test_every_character_has_a_plain_form():
    """Whatever Unicode holds gives a short form, in lower case, that is not itself invisible."""
    for point in range(128, 0x30000):
        shown = plain(chr(point))
        assert len(shown) <= 18
        assert not any(unicodedata.category(char) in {"Cc", "Cf", "Lu"} for char in shown), hex(point)


@pytest.mark.parametrize(
    ("word", "one"),
    [("vіаgrа", "viagra"), ("раypal", "paypal"), ("сasіno", "casino"), ("пpивeт", "привет"), ("suвscribe", "subscribe"),
     ("αpple", "apple"), ("mba课程", "mba课程")],
)  # fmt: skip
def test_to_one_script(word, one):
    """A word of mixed scripts is read in the script of most of its letters; others than lookalikes stay."""
    assert to_one_script(word) == one
