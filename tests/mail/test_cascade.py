"""Which colours and sizes hold at an element."""

import pytest

from fyke.mail.cascade import Cascade
from fyke.mail.colour import BLACK, LINK, PICTURE, WHITE
from fyke.mail.page import Page
from fyke.mail.sheet import read_sheet

RED = 0xFF0000


def cascade_of(source, sheet=""):
    """The cascade of a source, and its element with the id x."""
    page = Page(source)
    return Cascade(page, read_sheet(sheet)), page.document.select_one("#x")


@pytest.mark.parametrize(
    ("source", "sheet", "colour"),
    [
        ("<p id=x>", "", BLACK),
        ("<font color=red><p id=x>", "", RED),
        ("<body text=red><p id=x>", "", RED),
        ("<div style='color:red'><p><b id=x>", "", RED),
        ("<p id=x class=a>", ".a{color:red}", RED),
        ("<font id=x color=white>", "font{color:red}", RED),
        ("<p id=x style='color:red'>", "#x{color:white}", RED),
        ("<div style='color:red'><p id=x style='color:inherit'>", "", RED),
    ],
)
def test_colour(source, sheet, colour):
    """Own style over rules over attributes, and all of them over the ancestors'."""
    cascade, element = cascade_of(source, sheet)
    assert cascade.colour(element) == colour


@pytest.mark.parametrize(
    ("source", "ground"),
    [
        ("<p id=x>", WHITE),
        ("<body bgcolor=red><p id=x>", RED),
        ("<div style='background:red'><p id=x>", RED),
        ("<table background=x.png><tr><td id=x>", PICTURE),
        ("<div style='background:red'><p style='background:transparent' id=x>", RED),
    ],
)
def test_ground(source, ground):
    """The nearest ground that is not transparent is what lies behind."""
    cascade, element = cascade_of(source)
    assert cascade.ground(element) == ground


def test_look():
    """A link has the colour of links, a sized font a size, unless something else is declared."""
    cascade, element = cascade_of("<a id=x href=u>")
    assert cascade.look(element).colour == LINK
    cascade, element = cascade_of("<font id=x size=2>")
    assert cascade.look(element).font_px > 0
    cascade, element = cascade_of("<p id=x style='display:block'>", "p{visibility:hidden}")
    assert (cascade.look(element).shows, cascade.look(element).visibility) == (True, "hidden")
