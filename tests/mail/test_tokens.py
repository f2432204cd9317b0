"""What stands in plain text: links, hosts, addresses."""

import pytest

from fyke.mail.tokens import find, is_host
from tests import cheap


def _found(text, *kinds):
    return [token.value for token in find(text).found if token.kind in kinds]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see http://example.com/x, or not", "http://example.com/x"),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)"),
        ("<http://example.com/>", "http://example.com/"),
        ("[text](http://example.com/b)", "http://example.com/b"),
        ("[http://example.com]Next", "http://example.com"),
        ("\u770bhttp://example.com/\u3002\u6b21", "http://example.com/"),
        (
            "http://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/x",
            "http://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/x",
        ),
        ("ftp://ftp.example.com/a.", "ftp://ftp.example.com/a"),
        ("HTTP://EXAMPLE.COM!", "HTTP://EXAMPLE.COM"),
    ],
)
def test_urls(text, url):
    """A URL ends where the sentence goes on."""
    assert _found(text, "text") == [url]


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("www.example.com/x and example.org.", ["www.example.com/x", "example.org"]),
        ("t.me/abc or bit.ly/xyz", ["t.me/abc", "bit.ly/xyz"]),
        ("192.0.2.1/login", ["192.0.2.1/login"]),
        ("\u8bbf\u95eewww.example.com\u67e5\u770b", ["www.example.com"]),
        ("file.txt setup.py e.g. this word.It end.so struct.name a.b.c 1.2.3 v2.0", []),
        ("network 192.0.2.0/24", []),
        ("me@example.com", []),
    ],
)
def test_bare_hosts(text, hosts):
    """A host without scheme is told from file names, abbreviations, code and missing spaces."""
    assert _found(text, "bare") == hosts


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("hxxp://bad[.]example[.]net/x", "http://bad.example.net/x"),
        ("bad [dot] example [dot] com now", "bad.example.com"),
        ("www.bad[.]com/path", "www.bad.com/path"),
        ("go to example dot com now", "example.com"),
        ("https[:]//example[.]com/x", "https://example.com/x"),
        ("example\u3002com", "example.com"),
    ],
)
def test_defanged(text, url):
    """What was made harmless, or hidden from filters, is found whole."""
    assert _found(text, "defanged") == [url]


def test_emails():
    """Addresses are found plain and disguised."""
    text = "mail me.too@example.com, <you@example.org>; or him [at] example [dot] net"
    assert _found(text, "email") == ["me.too@example.com", "you@example.org", "him@example.net"]


def test_host_words():
    """A word that is shown as a host is one; a file is none."""
    assert is_host("www.example.com/x")
    assert is_host("example.com")
    assert not is_host("readme.md")
    assert not is_host("Hello")


@pytest.mark.parametrize(
    "text",
    [
        "http://" * 143_000, "a.a.a.a." * 125_000, "aa.aa " * 160_000, "1" * 10_000_000, "555-234-5678 " * 77_000,
        "a@a.aa " * 140_000, "a[.]" * 250_000, " a [dot] " * 110_000, "po box 1 " * 111_000,
        "1 a a a a CA 12345 " * 50_000, "phone 1234567 " * 70_000, "http://a.test/" + ")" * 900_000,
        ("4" + "1" * 94 + " ") * 10_000, "www.a.com " * 100_000,
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed " * 23_000, ("a" * 4_000 + ".com ") * 250,
    ],
)  # fmt: skip
def test_hostile_text_costs_little(text):
    """A megabyte of nothing but candidates is looked at in a fraction of a second, or cut, and says so."""
    assert cheap.seconds(lambda: find(text), enough=1.0) < 1.0
    tokens = find(text)
    assert tokens.cut or len(tokens.found) < 5_000
