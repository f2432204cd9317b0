"""One URL: what a browser opens, and what was odd about how it was written."""

import pytest

from fyke.mail.urls import ODDITIES, URL_CHARS, read, refang


@pytest.mark.parametrize(
    ("written", "host", "odd"),
    [
        ("http://www.example.com/a?b=c", "www.example.com", ()),
        ("HTTPS://WWW.Example.COM", "www.example.com", ()),
        ("www.example.com/x", "www.example.com", ()),
        ("example.com:8080/x", "example.com", ("port-odd",)),
        ("git.example.com:a/b", "git.example.com", ()),
        ("http://192.0.2.1/x", "192.0.2.1", ("ip-host",)),
        ("http://0x7f.1/", "127.0.0.1", ("ip-disguised", "ip-host")),
        ("http://3221225985/", "192.0.2.1", ("ip-disguised", "ip-host")),
        ("http://0300.0.02.01/", "192.0.2.1", ("ip-disguised", "ip-host")),
        ("http://[2001:db8::1]/", "2001:db8::1", ("ip-host",)),
        ("http://[fe80::1%25eth0]/", "fe80::1", ("ip-host", "zone-id")),
        ("http://bank.example@evil.test/", "evil.test", ("userinfo",)),
        ("http:\\\\example.com\\x", "example.com", ("backslash",)),
        ("http:example.com", "example.com", ("few-slashes",)),
        ("http:////example.com", "example.com", ("many-slashes",)),
        ("//example.com/x", "example.com", ("scheme-missing",)),
        ("http://ex%61mple.com/", "example.com", ("escaped-host",)),
        ("http://example\u3002com/", "example.com", ("fullwidth-dot",)),
        ("http://\uff45xample.com/", "example.com", ("styled-host",)),
        ("http://exam\u00adple.com/", "example.com", ("styled-host",)),
        ("http://p\u0430ypal.example/", "xn--pypal-4ve.example", ("mixed-script", "punycode")),
        ("http://xn--e1afmkfd.example/", "xn--e1afmkfd.example", ("punycode",)),
        ("http://example.com./", "example.com", ("trailing-dot",)),
        ("ht\ntp://exam\tple.com/", "example.com", ("newline-inside",)),
        ("http://example.com/\x01x", "example.com", ("control-char",)),
        ("&#104;ttp://example.com/", "example.com", ("encoded-scheme",)),
        ("%68ttp://example.com/", "example.com", ("encoded-scheme",)),
        ("http://example.org\\@example.com/", "example.org", ("at-in-path-trick", "backslash", "parser-disagreement")),
        ("http://example.org#@example.com/", "example.org", ("at-in-path-trick",)),
        ("http://a.b.c.d.e.f.example.com/", "a.b.c.d.e.f.example.com", ("many-subdomains",)),
        ("http://" + "a" * 60 + "." + "b" * 60 + ".com/", "a" * 60 + "." + "b" * 60 + ".com", ("very-long-host",)),
        ("http://exa mple.com/", "", ("unreadable",)),
        ("http://example.com:99999/", "example.com", ("unreadable",)),
    ],
)
def test_host_is_the_browsers(written, host, odd):
    """The host is what a browser opens, whatever was written, and the disguise is named."""
    url = read(written)
    assert (url.host, url.oddities) == (host, odd)
    assert set(odd) <= ODDITIES.keys()


def test_parts():
    """Scheme, domain, path, query, user and port stand apart; the fragment is dropped."""
    url = read("http://me:pw@www.example.co.uk:81/a/../b?c=d#e")
    assert (url.scheme, url.domain, url.path, url.query) == ("http", "example.co.uk", "/b", "c=d")
    assert (url.userinfo, url.port) == ("me:pw", 81)


@pytest.mark.parametrize("written", ["hxxp://example.com/", '\\"http://example.com/\\"', "(https://example.com/"])
def test_clumsy_urls_are_read(written):
    """What templates and cautious people leave around a URL does not hide it."""
    assert read(written).host == "example.com"


@pytest.mark.parametrize(
    ("written", "scheme", "path"),
    [
        ("mailto:me@example.com?subject=x", "mailto", "me@example.com"),
        ("java\nscript:alert(1)", "javascript", "alert(1)"),
        ("data:text/html;base64,PGh0bWw+", "data", "text/html;base64"),
        ("tel:+1-555", "tel", "+1-555"),
    ],
)
def test_opaque_urls_have_no_host(written, scheme, path):
    """A URL without a place in the network keeps its scheme and what it is about."""
    url = read(written)
    assert (url.scheme, url.host, url.path) == (scheme, "", path)


@pytest.mark.parametrize(
    "written", ["", "#top", "images/x.gif", "/a/b", "?x=y", "setup.nosuchtld", "http://", "//", ":"]
)
def test_paths_are_no_hosts(written):
    """A path beside the page is not taken for a host."""
    assert read(written).host == ""


def test_long_urls_are_cut_and_keep_their_host():
    """A URL that no browser would show whole still says where it leads."""
    url = read("http://example.com/" + "a" * 100_000)
    assert url.host == "example.com"
    assert len(url.written) == URL_CHARS


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("hxxps://bad[.]example[.]net/x", "https://bad.example.net/x"),
        ("hxxp[:]//bad(.)example(dot)net", "http://bad.example.net"),
        ("me [at] example [dot] com", "me@example.com"),
        ("192[.]0[.]2[.]1", "192.0.2.1"),
        ("http://example.com/a(b)", "http://example.com/a(b)"),
    ],
)
def test_refang(written, plain):
    """What was made harmless is made whole, and nothing else is touched."""
    assert refang(written) == plain
