"""Colours as written in mail, and which of them an eye cannot tell apart."""

import pytest

from fyke.mail.colour import BLACK, CLEAR, UNKNOWN, WHITE, css_colour, html_colour, near


@pytest.mark.parametrize(
    ("written", "colour"),
    [
        ("#fff", WHITE),
        ("#ffffff", WHITE),
        ("white", WHITE),
        ("rgb(255, 255, 255)", WHITE),
        ("rgb(100%,100%,100%)", WHITE),
        ("hsl(0, 0%, 100%)", WHITE),
        ("rgba(255,255,255,.9)", WHITE),
        ("hsl(120, 100%, 50%)", 0x00FF00),
        ("rebeccapurple", 0x663399),
        ("transparent", CLEAR),
        ("rgba(0,0,0,0)", CLEAR),
        ("#00000000", CLEAR),
        ("inherit", UNKNOWN),
        ("#ggg", UNKNOWN),
        ("rgb(1)", UNKNOWN),
    ],
)
def test_css_colour(written, colour):
    """Names, hexadecimal digits and functions are read; what is no colour is unknown."""
    assert css_colour(written) == colour


@pytest.mark.parametrize(
    ("written", "colour"),
    [("#FFFFFF", WHITE), ("ffffff", WHITE), (" White ", WHITE), ("#fff", WHITE), ("f", 0x0F0000), ("", UNKNOWN)],
)
def test_html_colour(written, colour):
    """Attributes follow the rules for legacy colours: a missing sign is forgiven, missing digits are zero."""
    assert html_colour(written) == colour


def test_near():
    """Nearly white on white is not seen; light grey on white and any unknown colour are."""
    assert near(WHITE, WHITE)
    assert near(0xFDFDFD, WHITE)
    assert near(0x0A0A0A, BLACK)
    assert not near(0xCCCCCC, WHITE)
    assert not near(0x0000FF, BLACK)
    assert not near(UNKNOWN, UNKNOWN)
