"""Facts of HTML: forms, scripts, sizes, and the shape of its tags."""

import pytest

from fyke.mail.html import read_html
from fyke.mail.markup import together
from fyke.model import Form, Html

LETTER = "<table><tr><td><h1>{}</h1><p>{}</p><img src=a><p>{}</p></td></tr></table><hr><ul><li>{}</ul><div>{}</div>"


def facts(source):
    """The facts of a source."""
    return read_html(source).html


def test_form():
    """A form is known by where it sends, how, and whether it asks for a password."""
    source = "<form action=http://example.net method=POST><input name=a><input type=Password><select></select></form>"
    assert facts(source).forms == (Form("http://example.net", "post", password=True, fields=3),)
    assert facts("<input type=password>").forms == (Form("", password=True, fields=1),)
    assert facts("<p>no form").forms == ()


def test_scripts():
    """Scripts and event handlers are kept as they stand, cut to 4,000 characters."""
    found = facts("<script>alert(1)</script><p OnClick = 'go()'  onload=2><img onerror=x()>" + "<script>" + "y" * 9_000)
    assert found.scripts[:4] == ("alert(1)", "y" * 4_000, "go()", "2")
    assert "x()" in found.scripts[4:]
    assert facts("<script src=http://example.org/x.js></script>").script_srcs == ("http://example.org/x.js",)


def test_no_scripts():
    """Words that begin with "on" are no handlers."""
    assert facts("<p title='once = twice'>on top = good; online=1").scripts == ()


def test_head():
    """Title, base and refresh are read."""
    found = facts(
        "<title> A \n b</title><base href=http://example.org/><meta http-equiv=refresh content='1;url=\"u\"'>"
    )
    assert (found.title, found.base, found.refresh) == ("A b", "http://example.org/", "u")


def test_sizes():
    """Comments, styles, frames, tags and depth are counted."""
    found = facts("<!--12345--><style>p{}</style><div><p>x</div><iframe></iframe><!-- open")
    assert (found.comments_chars, found.styles_chars, found.iframes) == (12 + 9, 3, 1)
    assert (found.tags, found.depth) == (7, 4)


@pytest.mark.parametrize(
    ("source", "pixels"),
    [("<p>x", 0), ("<h1>x", 32), ("<font size=+3>x", 32), ("<font size=7>x", 48), ("<b style='font-size:60px'>", 60)],
)
def test_largest_font(source, pixels):
    """The largest font is found, whether styled, a heading, or an old size."""
    assert facts(source).largest_font_px == pixels


def test_broken():
    """An attribute twice and a tag that never ends are markup that no mail program writes."""
    assert facts("<a href=x href=y>z</a>").broken
    assert facts("x<a href=").broken
    assert not facts("<p>unclosed paragraphs are fine<p>all of them").broken


def test_unknown_tags():
    """Made-up elements are counted; those of Office (with a colon) are not."""
    assert facts("<xyzzy>a</xyzzy><qq>b</qq><qq><o:p>c</o:p>").unknown_tags == 3


def test_skeleton():
    """The same template with other words has the same skeleton; another template has another, a short text none."""
    one, other = LETTER.format(*"abcde"), LETTER.format("x <b>y</b>", "z<br>q", "", "<a href=u>v</a>", "w")
    assert facts(one).skeleton == facts(other).skeleton != ""
    assert facts(one + "<form><table></table></form>").skeleton not in {"", facts(one).skeleton}
    assert facts("<p>a<p>b").skeleton == ""


def test_together():
    """Facts of several bodies are added up."""
    both = together([Html(tags=1, depth=3, title=""), Html(tags=2, depth=2, title="t", broken=True)])
    assert (both.tags, both.depth, both.title, both.broken) == (3, 3, "t", True)
    assert together([]) == Html()
