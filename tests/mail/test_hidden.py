"""What is not shown: found, named, taken out; and what only looks hidden."""

import pytest

from fyke.mail.html import read_html


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ('<p style="display:none">secret</p>', "display-none"),
        ("<p hidden>secret</p>", "hidden-attribute"),
        ("<template>secret</template>", "template"),
        ('<div style="visibility:hidden">secret</div>', "visibility"),
        ('<div style="font-size:0"><b>secret</b></div>', "zero-size"),
        ('<span style="font:1px arial">secret</span>', "zero-size"),
        ('<div style="opacity:0">secret</div>', "opacity"),
        ('<div style="position:absolute;left:-9999px">secret</div>', "off-screen"),
        ("<font color=white>secret</font>", "same-colour"),
        ('<p style="color:#fefefe">secret</p>', "same-colour"),
        ("<body bgcolor=#123456><font color=#123457>secret</font>", "same-colour"),
        ("<body text=white><p>secret</p><p style='color:red'>plain</p>", "same-colour"),
        ("<table bgcolor=black><tr><td>secret</table>", "same-colour"),
        ("<div style='color:white;background:black'><p style='background:#fff'>secret</p></div>", "same-colour"),
        ("<style>.x{display:none}</style><p class=x>secret</p>", "display-none"),
        ("<style>.x{color:#fff}</style><p class=x>secret</p>", "same-colour"),
        ("<style>p.x{font-size:0}</style><p class='y x'>secret</p>", "zero-size"),
        ("<ul style='display:none'>secret<li>x</ul>", "display-none"),
    ],
)
def test_hidden(source, how):
    """Hidden text is not in the visible text, and how it was hidden is said."""
    reading = read_html(f"{source}<p>shown</p>")
    assert "secret" not in reading.visible
    assert "secret" in reading.hidden
    assert reading.hidden_by == {how}


@pytest.mark.parametrize(
    "source",
    [
        "<div style='font-size:0'><p style='font-size:14px'>text</p></div>",
        "<div style='visibility:hidden'><p style='visibility:visible'>text</p></div>",
        "<table><tr><td bgcolor=#336699><font color=white>text</font></table>",
        "<div style='background:#000'><p style='color:#fff'>text</p></div>",
        "<div style='background:url(x.png)'><p style='color:#fff'>text</p></div>",
        "<table background=x.png><tr><td><font color=white>text</font></table>",
        "<body bgcolor=black text=white><p>text",
        "<style>.x{display:none}</style><p class=x style='display:block'>text</p>",
        "<style>@media (max-width:600px){.x{display:none}}</style><p class=x>text</p>",
        "<style>.dark{background:#000}</style><div class=dark><b style='color:#fff'>text</b></div>",
        "<p style='color:white'><a href=http://example.org/>text</a></p>",
        "<noscript>text</noscript>",
        "<p style='mso-hide:all'>text</p>",
        "<p style='color:#999'>text</p>",
    ],
)
def test_shown(source):
    """Text that a reader sees is visible, however near it came to being hidden."""
    reading = read_html(source)
    assert reading.visible.strip() == "text"
    assert not reading.hidden_by


def test_word_closes_over_what_was_hidden():
    """A word that hidden letters split is whole again."""
    assert read_html('V<span style="display:none">xyz</span>iag<font color=white>q</font>ra').visible == "Viagra"


def test_hidden_without_text():
    """A hidden element without text hides nothing from the reader; neither does a hidden style sheet."""
    source = '<img style="display:none" src=x><style style="display:none">p{margin:0}</style><div hidden> &nbsp;</div>'
    assert not read_html(source).hidden_by


def test_hidden_links():
    """Links that cannot be seen are told apart from those that can."""
    source = (
        "<div hidden><a href=a>x</a></div><font color=white><a href=b style='color:#fff'>y</a></font><a href=c>z</a>"
    )
    assert {anchor.url: anchor.hidden for anchor in read_html(source).anchors} == {"a": True, "b": True, "c": False}


@pytest.mark.parametrize(
    "piece",
    [
        "<p style='display:none'>x", "<div style='font-size:0'>x", "<font color=white>x", "<p hidden>x</p>",
        "<div style='color:#fff'>x<div style='background:#fff'>y", "<p style='visibility:hidden'>x</p>",
    ],
)  # fmt: skip
def test_much_hidden_is_said(piece):
    """Hiding a hundred thousand times ends soon, and that not all was looked at is a defect."""
    kinds = {defect.kind for defect in read_html(piece * 100_000).defects}
    assert kinds & {"html-cut", "html-styles-cut"}
