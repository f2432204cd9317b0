"""What one declaration block hides, colours and sizes."""

import pytest

from fyke.mail.colour import PICTURE, WHITE
from fyke.mail.css import PLAIN, over, read_style


@pytest.mark.parametrize(
    ("block", "how"),
    [
        ("display:none", "display-none"),
        ("DISPLAY : None !important", "display-none"),
        (r"dis\70lay:none", "display-none"),
        ("display:/* x */none", "display-none"),
        ("display:none!important; display:block", "display-none"),
        ("opacity:0", "opacity"),
        ("opacity: .01", "opacity"),
        ("filter:alpha(opacity=0)", "opacity"),
        ("color:transparent", "opacity"),
        ("height:0;overflow:hidden", "zero-size"),
        ("max-height:0px;overflow:hidden", "zero-size"),
        ("width:1px;height:1px;overflow:hidden", "zero-size"),
        ("line-height:0;overflow:hidden", "zero-size"),
        ("position:absolute;clip:rect(0,0,0,0)", "zero-size"),
        ("transform:scale(0)", "zero-size"),
        ("text-indent:-9999px", "off-screen"),
        ("text-indent:-99em", "off-screen"),
        ("position:absolute;left:-9999px", "off-screen"),
        ("position:fixed;top:-2000px", "off-screen"),
    ],
)
def test_hides(block, how):
    """Each way of hiding an element is named, however it is spelt."""
    assert read_style(block).hides == how


@pytest.mark.parametrize(
    "block",
    [
        "display:block", "opacity:1", "opacity:0.5", "filter:opacity(0.9)", "height:0", "max-height:0", "mso-hide:all",
        "left:-9999px", "position:relative;left:-9999px", "text-indent:-9px", "overflow:hidden",
        "height:20px;overflow:hidden", "position:absolute;left:-50%", "display:none;display:block",
        "visibility:visible", "", ";;:", "nonsense",
    ],
)  # fmt: skip
def test_shows(block):
    """What only looks like hiding is shown: a box that does not cut, Outlook's own property, a small indent."""
    assert read_style(block).hides == ""


@pytest.mark.parametrize(
    ("block", "pixels"),
    [
        ("font-size:0", 0.0),
        ("font-size: 12PX", 12.0),
        ("font:0px/0 arial", 0.0),
        ("font:bold 1px sans-serif", 1.0),
        ("font-size:1.5em", 24.0),
        ("font-size:xx-large", 32.0),
        ("font-size:12pt", 16.0),
        ("font:caption", -1.0),
    ],
)
def test_font_size(block, pixels):
    """Font sizes are read in pixels, from the property and from the shorthand."""
    assert read_style(block).font_px == pytest.approx(pixels)


def test_ground():
    """A ground is a colour, or a picture of which nobody knows the colour."""
    assert read_style("background:#fff").ground == WHITE
    assert read_style("background: no-repeat white").ground == WHITE
    assert read_style("background-color:white; background:url(x.png)").ground == WHITE
    assert read_style("background:url(x.png) white").ground == PICTURE
    assert read_style("background-image:linear-gradient(red,blue)").ground == PICTURE


def test_over():
    """The later block wins property by property, and `display:block` shows what `display:none` hid."""
    hidden, shown = read_style("display:none;color:white"), read_style("display:block")
    assert over(shown, hidden).hides == ""
    assert over(shown, hidden).colour == WHITE
    assert over(hidden, shown).hides == "display-none"


def test_long_block():
    """A block of a megabyte is cut, and costs no more than a long one."""
    assert read_style("a:b;" * 250_000 + "display:none") == PLAIN
