"""Characters that nobody sees: which hide words, and which a script or an emoji needs."""

import pytest

from fyke.mail.invisible import take_invisible


@pytest.mark.parametrize(
    ("text", "clean", "hiding"),
    [
        ("plain", "plain", 0),
        ("v\u200bi\u200bagra", "viagra", 2),
        ("v\u00adiagra", "viagra", 1),
        ("p\u2060a\ufeffypal", "paypal", 2),
        ("па\u200bроль", "пароль", 1),
        ("Donau\u00addampf", "Donaudampf", 0),
        ("preview\u200c\u00a0\u200c\u00a0\u200c", "preview\u00a0\u00a0", 0),
        ("end\u200b of word", "end of word", 0),
        ("می\u200cخواهم", "می\u200cخواهم", 0),
        ("क्\u200dष", "क्\u200dष", 0),
        ("👩\u200d👧 ❤\ufe0f", "👩\u200d👧 ❤\ufe0f", 0),
        ("\ufeffstart", "start", 0),
        ("x\U000e0041\U000e0042y", "xy", 2),
    ],
)
def test_hiding(text, clean, hiding):
    """They count between letters of a word that needs none; hyphenation, previews, joined scripts and emoji do not."""
    assert take_invisible(text)[:2] == (clean, hiding)


@pytest.mark.parametrize(
    ("text", "turning"),
    [("\u202egnp.exe", 1), ("\u2066abc\u2069", 1), ("שלום \u2066abc\u2069", 0), ("\u202dשלום", 1), ("שלום", 0)],
)
def test_turning(text, turning):
    """Marks of direction are at home in right-to-left text; overrides are not even there."""
    clean, _, counted = take_invisible(text)
    assert counted == turning
    assert not set(clean) & set("\u202d\u202e\u2066\u2069")
