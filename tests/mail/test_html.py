"""One HTML source: text as a mail program lays it out, within bounds, and the second opinion of lxml."""

import os
import re
import statistics
from email import message_from_bytes
from pathlib import Path

import lxml.html
import pytest

from fyke.mail.defects import KINDS
from fyke.mail.html import read_html
from tests import cheap


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>one<p>two", ["one", "two"]),
        ("one<br>two", ["one", "two"]),
        ("<table><tr><td>one</td><td>two</td></tr></table>", ["one", "two"]),
        ("<center>one</center>two", ["one", "two"]),
        ("<ul>one<li>two</ul>", ["one", "two"]),
        ("<table><caption>one<tr><td>two</table>", ["one", "two"]),
        ("<b>o</b>ne <i>t</i>wo", ["one", "two"]),
        ("o<!-- x -->ne<wbr> two", ["one", "two"]),
        ("one&nbsp;two", ["one", "two"]),
        ("<script>x</script><style>y</style><title>z</title>one two", ["one", "two"]),
        ("<iframe>x</iframe>one <option>two", ["one", "two"]),
        ("&#111;ne tw&#x6f;", ["one", "two"]),
        ("one</html> two", ["one", "two"]),
        ("plain one two", ["plain", "one", "two"]),
        ("", []),
    ],
)
def test_visible(source, words):
    """Blocks part words and inline elements do not; what browsers do not show is not there."""
    assert read_html(source).visible.split() == words


def test_quotes_apart():
    """What quoting elements hold is quoted; what else there is, is current; all is visible."""
    reading = read_html("<p>new<div class=gmail_quote>Ann wrote:<blockquote type=cite>old</blockquote></div>")
    assert reading.visible.split() == ["new", "Ann", "wrote:", "old"]
    assert reading.current == "new"
    assert reading.quoted.split() == ["Ann", "wrote:", "old"]


def test_forwarded_is_current():
    """A forwarded message is what its sender says, by its subject or by the line above it."""
    cited = "<p>see<blockquote type=cite>below</blockquote>"
    assert read_html(cited, is_forward=True).current.split() == ["see", "below"]
    marked = "<p>see<div class=gmail_quote>---------- Forwarded message ---------<p>below</div>"
    assert not read_html(marked).quoted


def test_tables_do_not_grow():
    """A table with one long cell and many rows gives no more text than it has: no padding."""
    source = "<table><tr><td>" + "x" * 9_000 + "<td>y" + "<tr><td>a<td>b" * 9_000 + "</table>"
    assert len(read_html(source).visible) < len(source)


def test_failure_is_a_defect(monkeypatch):
    """Where the parser fails, the tags are removed, and the failure is said."""
    monkeypatch.setattr("fyke.mail.html.Page", lambda _source: 1 / 0)
    reading = read_html("<p>a<b>&amp;</b><script>x</script><style>y</style> c")
    assert reading.visible.split() == ["a", "&", "c"]
    assert [defect.kind for defect in reading.defects] == ["html-failed"]


@pytest.mark.parametrize("piece", ["<", "<script>", "<style>x</style>", "<a b", "&#", "</script>"])
def test_fallback_is_linear(monkeypatch, piece):
    """The fallback takes a megabyte of any piece in its stride."""
    monkeypatch.setattr("fyke.mail.html.Page", lambda _source: 1 / 0)
    assert cheap.seconds(lambda: read_html(piece * (1_000_000 // len(piece))), enough=1.0) < 1.0


HOSTILE = {
    "nested tags": "<div>" * 200_000 + "x",
    "nested formatting": "<i><p>" * 160_000,
    "formatting with attributes": "".join(f"<b id={i}>" for i in range(90_000)),
    "nested links": "<a href=x>w<table><tr><td>" * 40_000,
    "attributes": "<p " + " ".join(f"a{i}=1" for i in range(50_000)) + ">",
    "one attribute again": "<p " + "a=1 " * 250_000 + ">",
    "a huge attribute": '<p style="' + "a:b;" * 250_000 + '">',
    "an open comment": "<!--" + "x" * 1_000_000,
    "comments": "<!--" * 250_000,
    "less than": "<" * 1_000_000,
    "ten megabytes of one line": "x" * 10_000_000,
    "ten megabytes of tags": "<b>x</b>" * 1_250_000,
    "styles": "".join(f'<p style="color:#ffff{i % 255:02x};width:{i}px">x</p>' for i in range(22_000)),
    "a sheet": "<style>" + "p{color:white}b{display:none}" * 1_000 + "</style>" + "<p>x<b>y</b>" * 70_000,
    "colours": "".join(f"<font color=#{i * 7919 % 16777216:06x}>x" for i in range(50_000)),
    "tiny in large": "<p style='font-size:0'><p style='font-size:9px'>x" * 20_000,
    "images in a link": "<a href=x>" + "<img src=a>" * 90_000,
    "handlers": "<p" + "".join(f" on{'abcdefgh'[i % 8] * 9}{i}=x" for i in range(50_000)) + ">",
    "quotes": "<blockquote type=cite>x" * 45_000,
    "NUL": "\0" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name):
    """A source of up to 10 MB costs less than half a second, keeps in bounds, and says what was not read."""
    assert cheap.seconds(lambda: read_html(HOSTILE[name]), enough=0.5) < 0.5
    reading = read_html(HOSTILE[name])
    assert len(reading.anchors) <= 2_000
    assert len(reading.visible) <= len(HOSTILE[name])
    assert {defect.kind for defect in reading.defects} <= KINDS.keys() - {"html-failed"}


@pytest.mark.parametrize(
    "source", ["\ud800<p>\udfff</p>", "<a href='\ud800'>x</a>", "\x00<p\x00>", "<p style='\\d800'>"]
)
def test_odd_characters(source):
    """Surrogates and NUL are read like any character."""
    assert not read_html(source).defects


CORPORA = Path(os.environ.get("FYKE_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
BLOCKS = frozenset(
    "br caption center dd div dt fieldset form h1 h2 h3 h4 h5 h6 hr legend li option p pre td th tr".split()
)
UNSHOWN = frozenset("datalist head iframe noembed noframes script style template title".split())


def by_lxml(source):
    """All text of the tree that lxml makes, blocks apart."""
    pieces = []
    stack = [lxml.html.document_fromstring(source)]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        apart = " " if node.tag in BLOCKS else ""
        stack.append(apart + (node.tail or ""))
        if isinstance(node.tag, str) and node.tag not in UNSHOWN:
            stack += [*reversed(node), apart + (node.text or "")]
    return "".join(pieces)


def html_parts(folder):
    """The HTML parts of the even half of a pack, as far as they are UTF-8 or ASCII."""
    for path in sorted(folder.rglob("*.eml"))[::2]:
        for part in message_from_bytes(path.read_bytes()).walk():
            if part.get_content_type() == "text/html":
                yield part.get_payload(decode=True).decode("utf-8", "replace")


@pytest.mark.corpus
@pytest.mark.parametrize("pack", ["spamassassin", "csdmc2010", "modern_mixed", "nazario_early"])
def test_agrees_with_lxml(pack):
    """Of the words that lxml finds and of those found here, nine tenths and more are the same; mostly all."""
    if not (CORPORA / pack).is_dir():
        pytest.skip(f"needs the pack {pack}, unpacked")
    shares = []
    for source in html_parts(CORPORA / pack):
        try:
            theirs = set(re.findall(r"\w+", by_lxml(source)))
        except (lxml.etree.LxmlError, ValueError):
            continue
        reading = read_html(source)
        ours = set(re.findall(r"\w+", reading.visible + " " + reading.hidden))
        shares.append(len(ours & theirs) / max(1, len(ours | theirs)))
    assert statistics.mean(shares) >= 0.95
    assert statistics.median(shares) == 1.0
