"""The bodies of a message as one reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.mail.defects import KINDS
from fyke.mail.text import read_text
from tests import cheap


def test_plain():
    """A plain text is visible, divided into what is said and what is quoted, and folded section by section."""
    reading = read_text([], ["Yes, I will come.\n\n> Will you come?\n"], "Re: Lunch")
    assert reading.text.visible.startswith("Yes")
    assert reading.text.current == "Yes, I will come.\n\n"
    assert reading.text.quoted == "> Will you come?\n"
    assert reading.text.folded == b" re lunch \n yes i will come \n will you come "
    assert reading.text.plain == ""


def test_html_before_plain():
    """Where there is HTML it is what the reader sees; the plain text stands beside it."""
    text = read_text(["<p>rich"], ["poor"], "s").text
    assert (text.visible, text.plain) == ("rich", "poor")


def test_hidden_and_invisible():
    """What is hidden and what hides words is said once for all bodies."""
    text = read_text(["<p>a\u200bb<p hidden>x", "<p style='display:none'>y</p>c\u200bd"], [], "").text
    assert text.hidden_by == ("display-none", "hidden-attribute")
    assert text.hidden.split() == ["x", "y"]
    assert text.invisible_chars == 2
    assert text.visible.split() == ["ab", "cd"]


def test_quote_in_html_and_below():
    """What elements quote and what is quoted below it in words are both quoted."""
    html = "<p>new</p><p>-----Original Message-----</p><p>old</p><blockquote type=cite>older</blockquote>"
    text = read_text([html], [], "").text
    assert text.current.split() == ["new"]
    assert text.quoted.split()[-1] == "old"
    assert "older" in text.quoted


def test_all_quoted_is_current():
    """An HTML that is one quotation says what it quotes."""
    text = read_text(["<blockquote type=cite>buy</blockquote>"], [], "").text
    assert (text.current, text.quoted) == ("buy", "")


def test_language_of_quoted():
    """Where too little is said now, the thread tells the language."""
    body = "Ja.\n\n> Wir haben Ihre Bestellung erhalten und werden sie bald an Sie senden.\n"
    text = read_text([], [body], "Re: Bestellung").text
    assert (text.language, text.scripts) == ("de", ("Latin",))


def test_nothing():
    """A message without bodies has an empty text and no defects."""
    reading = read_text([], [], "")
    assert reading.text.visible == ""
    assert reading.text.folded == b" \n \n "
    assert reading.defects == ()


@pytest.mark.parametrize(
    ("html", "plain", "kind"),
    [
        ((), ("x" * 2_000_000,), "text-cut"),
        ((), ("word " * 100_000,), "text-cut"),
        (("<p>x" * 700_000,), (), "html-cut"),
        (("<p>" + "x" * 900_000,) * 5, (), "html-cut"),
    ],
)
def test_cut_is_said(html, plain, kind):
    """What is not read is a defect."""
    assert kind in {defect.kind for defect in read_text(html, plain, "").defects}


@pytest.mark.parametrize(
    "piece", ["word ", "привет viаgrа ", "é", "a\u0301", "a\u200b", ">\n", "👍\u200d", "\ud800", "!a", "\n", "1"]
)
def test_linear(piece):
    """Ten megabytes of any characters cost less than half a second."""
    body = piece * (10_000_000 // len(piece))
    assert cheap.seconds(lambda: read_text([], [body], ""), enough=0.5) < 0.5


@given(st.lists(st.text(), max_size=2), st.lists(st.text(), max_size=2), st.text(max_size=30))
def test_any_text(html, plain, subject):
    """Any strings give a reading with three folded sections and known defects."""
    reading = read_text(html, plain, subject)
    assert reading.text.folded.count(b"\n") == 2
    assert {defect.kind for defect in reading.defects} <= KINDS.keys() - {"html-failed"}
