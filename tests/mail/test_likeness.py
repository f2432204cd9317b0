"""How one label imitates another."""

import pytest

from fyke.mail.likeness import likeness


@pytest.mark.parametrize(
    ("label", "how"),
    [
        ("paypa1", "homoglyph"), ("p\u0430ypal", "homoglyph"), ("xn--pypal-4ve", "homoglyph"), ("pay-pal", "hyphen"),
        ("paypla", "swap"), ("apypal", "swap"), ("paypall", "typo"), ("papal", "typo"), ("peypal", "typo"),
        ("paypal-login", "words"), ("secure-paypal", "words"), ("paypal", ""), ("example", ""), ("peipel", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_likeness(label, how):
    """Each way of imitating a name is told by its word; the name itself and other words are none."""
    assert likeness(label, "paypal") == how


def test_short_names_are_left_alone():
    """A short name stands in too many others by chance."""
    assert likeness("vis-a", "visa") == ""
    assert likeness("appel", "apple") == ""
