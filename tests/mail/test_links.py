"""Links of a message: where they stood, how they were shown, where they lead."""

import pytest

from fyke.mail import links
from fyke.mail.defects import KINDS
from fyke.mail.html import Anchor
from fyke.model import Html, Text
from tests import cheap


def _read(*anchors, visible="", hidden="", plain="", subject="", base=""):
    text = Text(visible=visible, hidden=hidden, plain=plain)
    return links.read(text, anchors, Html(base=base), subject)


def test_sources():
    """Each link says where it stood."""
    found = _read(
        Anchor("http://a.example.com/", "href", "here"),
        Anchor("http://b.example.com/x.gif", "image"),
        Anchor("http://c.example.com/", "form", hidden=True),
        visible="http://d.example.com/ www.e.example.com hxxp://f[.]example[.]com/",
        hidden="http://g.example.com/",
        plain="http://a.example.com/ http://h.example.com/",
        subject="see http://i.example.com/",
    ).links
    assert [(link.host[0], link.source, link.hidden) for link in found] == [
        ("a", "href", False), ("b", "image", False), ("c", "form", True), ("d", "text", False), ("w", "bare", False),
        ("f", "defanged", False), ("g", "text", True), ("i", "header", False), ("h", "plain", False),
    ]  # fmt: skip


def test_equal_links_are_one():
    """A link that stands five times is kept once, with its count and the first text that says something."""
    found = _read(*[Anchor("http://example.com/", "href", text) for text in ("", "Click", "www.example.org", "x", "")])
    (link,) = found.links
    assert (link.count, link.text, link.shown_host) == (5, "www.example.org", "www.example.org")


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://www.example.org/login", "www.example.org"),
        ("Go to www.example.org now", "www.example.org"),
        ("example.org", "example.org"),
        ("http://192.0.2.1/", "192.0.2.1"),
        ("me@example.org", ""),
        ("Click here.", ""),
        ("readme.md", ""),
        ("Price: 12.50", ""),
    ],
)
def test_shown_host(text, host):
    """The host that a link's text names is known, where it names one."""
    assert _read(Anchor("http://example.com/", "href", text)).links[0].shown_host == host


def test_shown_urls_are_no_links():
    """A URL that is only the text of a link leads where the link leads, not where it says."""
    found = _read(Anchor("http://evil.test/", "href", "http://bank.test/"), visible="Log in: http://bank.test/ now")
    assert [link.host for link in found.links] == ["evil.test"]


def test_goal():
    """A link behind a redirector says where it leads, and whether that is a guess."""
    known, guess, plain = _read(
        Anchor("https://www.google.com/url?q=http%3A%2F%2Fwww.example.org%2Fx", "href"),
        Anchor("https://any.test/r?url=http%3A%2F%2Fwww.example.org", "href"),
        Anchor("https://example.com/", "href"),
    ).links
    assert (known.target, known.target_domain, known.hops) == ("http://www.example.org/x", "example.org", 1)
    assert known.oddities == ()
    assert (guess.target_host, guess.oddities) == ("www.example.org", ("nested-url",))
    assert (plain.target, plain.target_host, plain.hops) == ("", "example.com", 0)


def test_goal_of_scripts():
    """A script that names where it goes is followed."""
    (link,) = _read(Anchor("javascript:location='http:\\/\\/www.example.org\\/x'", "href")).links
    assert (link.scheme, link.host, link.target_host) == ("javascript", "", "www.example.org")


def test_base_and_places_inside():
    """A page's base makes its links whole; anchors, parts of the message and pictures in it are no links."""
    anchors = [Anchor(url, source) for url, source in (
        ("a/b", "href"), ("#top", "href"), ("cid:1@example", "image"), ("data:image/png;base64,x", "image"),
        ("", "href"),
    )]  # fmt: skip
    found = _read(*anchors, base="http://www.example.com/x/").links
    assert [link.url for link in found] == ["http://www.example.com/x/a/b"]


def test_srcset_and_style():
    """Every size of an image, and what a style loads, is a link."""
    found = _read(
        Anchor("http://a.test/1 1x, http://b.test/2 2x", "srcset"),
        Anchor("background: url('http://c.test/3')", "style"),
    ).links
    assert [link.host for link in found] == ["a.test", "b.test", "c.test"]


def test_bare_links_have_no_scheme():
    """What was written without a scheme is kept so."""
    (link,) = _read(visible="www.example.com/x").links
    assert (link.scheme, link.host, link.path) == ("", "www.example.com", "/x")


def test_oddities_are_declared():
    """Every oddity has a sentence."""
    found = _read(Anchor("http://a@0x7f.1\\x", "href"), Anchor("https://any.test/?u=http://b.test/", "href"))
    assert {odd for link in found.links for odd in link.oddities} <= links.ODDITIES.keys()


def _many(count, url, text=""):
    return tuple(Anchor(url.format(number), "href", text) for number in range(count))


@pytest.mark.parametrize(
    ("text", "anchors", "base"),
    [
        ("", _many(50_000, "http://www{0}.example{0}.com/path/{0}?x={0}", "www.example.org click"), ""),
        ("", _many(50_000, "http://us\u0435r@www{0}.ex\u0430mple{0}.com:81/http%253a%252f%252fa.com?x={0}"), ""),
        ("", _many(50_000, "http://example.com/", "www.example.org"), ""),
        ("", _many(250, "http://a{}.test/" + "/http://b.test" * 280), ""),
        ("", _many(250, "http://a.test/{}?" + "u=http%3a&" * 390), ""),
        ("", _many(250, "https://www.google.com/url?q={}" + "https://www.google.com/url?q=" * 130), ""),
        ("", _many(250, "http://{}" + "\u0430." * 1_990 + "com"), ""),
        ("", _many(250, "{}" + "&#104;" * 600), ""),
        ("", _many(250, "{}" + "../" * 1_300), "http://example.com/" + "b/" * 1_900),
        ("\n".join(f"http://www.example{number}.com/path" for number in range(50_000)), (), ""),
    ],
)
def test_hostile_links_cost_little(text, anchors, base):
    """Tens of thousands of links, or a megabyte of odd ones, are read in a fraction of a second, or cut, and say so."""
    assert cheap.seconds(lambda: links.read(Text(visible=text), anchors, Html(base=base)), enough=1.0) < 1.0
    found = links.read(Text(visible=text), anchors, Html(base=base))
    assert len(found.links) <= links.LINKS
    assert found.defects or sum(link.count for link in found.links) == len(anchors)
    assert all(defect.kind in KINDS for defect in found.defects)
