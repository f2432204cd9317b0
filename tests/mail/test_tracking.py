"""Accounts of counters and affiliates."""

import pytest

from fyke.mail.tracking import of_html, of_link
from fyke.model import Html, Link


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("aff=123&x=y", ["aff=123"]),
        ("x=y&AffID=ab12", ["affid=ab12"]),
        ("utm_campaign=spring&utm_medium=email", ["utm_campaign=spring example.com"]),
        ("clickid=abc123&sub_id=7f", ["clickid=abc123", "sub_id=7f"]),
        ("tid=UA-12345-1", ["UA-12345-1"]),
        ("id=GTM-ABC123", ["GTM-ABC123"]),
        ("idsite=4&rec=1", ["matomo=4 www.example.com"]),
        ("page=1&staff=me", []),
    ],
)
def test_links(query, found):
    """The account in a link's query is found; a name that anybody uses comes with the domain."""
    link = Link("", "href", "http", "www.example.com", "example.com", "/", query)
    assert list(of_link(link)) == found


def test_pixels():
    """The account of a pixel is in its address."""
    facebook = Link("", "image", "https", "www.facebook.com", "facebook.com", "/tr", "id=1234567890123&ev=PageView")
    yandex = Link("", "image", "https", "mc.yandex.ru", "yandex.ru", "/watch/1234567")
    assert list(of_link(facebook)) == ["facebook=1234567890123"]
    assert list(of_link(yandex)) == ["yandex=1234567"]


def test_scripts():
    """The account of a script is in its call."""
    scripts = (
        "fbq('init', '1234567890123');",
        "_paq.push(['setSiteId', '3']);",
        "ym(1234567, 'init')",
        "gtag('G-ABCDEFGH12')",
    )
    found = list(of_html(Html(scripts=scripts, script_srcs=("https://example.com/gtag/js?id=AW-123456789",))))
    assert found == ["facebook=1234567890123", "matomo=3", "yandex=1234567", "G-ABCDEFGH12", "AW-123456789"]
