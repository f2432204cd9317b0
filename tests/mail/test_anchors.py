"""Where HTML leads, what it loads, and its images."""

import pytest

from fyke.mail.anchors import ANCHORS
from fyke.mail.html import read_html
from fyke.model import Image


@pytest.mark.parametrize(
    ("source", "anchor"),
    [
        ("<a href=' http://example.org/&amp;x '>go <b>there</b></a>", ("http://example.org/&x", "href", "go there")),
        ("<a href=u><div>one</div>two</a>", ("u", "href", "one two")),
        ("<map><area href=u></map>", ("u", "href", "")),
        ("<form action=u></form>", ("u", "form", "")),
        ("<button formaction=u>x</button>", ("u", "form", "")),
        ("<img src=u>", ("u", "image", "")),
        ("<img srcset='u 1x'>", ("u", "srcset", "")),
        ("<script src=u></script>", ("u", "script", "")),
        ("<iframe src=u></iframe>", ("u", "frame", "")),
        ("<embed src=u>", ("u", "frame", "")),
        ("<link rel=stylesheet href=u>", ("u", "style", "")),
        ("<table background=u></table>", ("u", "style", "")),
        ("<p style='background:url(\"u\")'>", ("u", "style", "")),
        ("<style>p{background:url( u )}</style>", ("u", "style", "")),
        ("<meta http-equiv=Refresh content='0; URL=u'>", ("u", "refresh", "")),
        ("<svg><a xlink:href=u><text>x</text></a></svg>", ("u", "href", "x")),
    ],
)
def test_anchor(source, anchor):
    """Each way to lead somewhere is found, with its kind and the text that the reader sees."""
    assert [(found.url, found.source, found.text) for found in read_html(source).anchors] == [anchor]


def test_no_anchor():
    """A link without a target, an empty image and a form without an action lead nowhere."""
    assert not read_html("<a name=x>x</a><img src=''><form></form>").anchors


def test_image():
    """Sizes come from the style first; a share of the window is no size; the link around it is known."""
    source = "<a href=l><img src=u width=600 height=50% alt='Hi there' style='width:1px'></a><img src=v width=x>"
    images = read_html(source).html.images
    assert images[0] == Image("u", width=1, height=-1, alt="Hi there", link="l")
    assert images[1] == Image("v", width=0, height=-1)


def test_hidden_image():
    """An image in what is hidden is not shown, but still loaded."""
    reading = read_html("<div style='display:none'><img src=u></div>")
    assert reading.html.images == ()
    assert [(anchor.url, anchor.hidden) for anchor in reading.anchors] == [("u", True)]


def test_many_are_cut_and_said():
    """Thousands of links are kept up to a limit, and the cut is a defect."""
    reading = read_html("".join(f"<a href=http://example.org/{i}>x</a>" for i in range(5_000)))
    assert len(reading.anchors) == ANCHORS
    assert [defect.kind for defect in reading.defects] == ["html-links-cut"]
