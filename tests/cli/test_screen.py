"""What reaches the terminal."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.cli.screen import Screen, cells, clean, fit, fit_end, legible, percent, wrap


@given(st.text())
def test_clean_leaves_nothing_that_a_terminal_obeys(text):
    """Whatever the enemy writes, it is printable, and on one line."""
    assert clean(text).isprintable()
    assert legible(text).isprintable()


def test_clean_shows_what_it_took_away():
    """Escapes, not silence."""
    assert clean("a\x1b[2Jb\u202ec\x9bd\te") == "a\\x1b[2Jb\\u202ec\\x9bd e"
    assert legible("p\u200bay\u00adpal") == "paypal"


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"])), st.integers(3, 30))
def test_fit_fills_exactly_its_columns(text, width):
    """Wide and combining characters too: the columns line up."""
    assert cells(fit(text, width)) == width
    assert cells(fit_end(text, width)) == width


def test_wide_characters_take_two_columns():
    """East Asian letters and emoji."""
    assert cells("日本") == 4
    assert fit("日本語", 4) == "日… "
    assert fit_end("a/b/c.eml", 6) == "…c.eml"


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Z"])), st.integers(10, 40))
def test_wrap_loses_nothing(text, width):
    """All characters come out, in lines that fit."""
    lines = wrap(text, width)
    assert "".join(lines) == text
    assert all(cells(line) <= width for line in lines)


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("environ", "stream", "coloured"),
    [
        ({}, Terminal(), True),
        ({"NO_COLOR": "1"}, Terminal(), False),
        ({"TERM": "dumb"}, Terminal(), False),
        ({}, io.StringIO(), False),
        ({"FORCE_COLOR": "1"}, io.StringIO(), True),
    ],
)
def test_colours_where_they_are_wanted(environ, stream, coloured):
    """A terminal without NO_COLOR, or whoever asks for them."""
    assert ("\x1b" in Screen(stream, environ).style("x", "bold")) is coloured


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0 %"), (1.0, "100 %"), (0.00001, "<0.1 %"), (0.99999, ">99.9 %"), (0.5, "50.0 %")]
)
def test_percent_is_never_surer_than_it_is(share, said):
    """Nearly all is not all."""
    assert percent(share) == said
