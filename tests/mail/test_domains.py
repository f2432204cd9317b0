"""Registered domains, addresses, both spellings of names, and skeletons."""

import pytest

from fyke.mail import domains
from tests import cheap


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("me.github.io", "me.github.io"),
        ("x.me.github.io", "me.github.io"),
        ("www.ck", "www.ck"),
        ("a.b.c.ck", "b.c.ck"),
        ("www.xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("a.b.nosuchtld", "b.nosuchtld"),
        ("a.b.c.d.e.f.g.h.i.j.example.org", "example.org"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("com", "com"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_registered(host, domain):
    """The registered domain is the public suffix and one label; an address is itself."""
    assert domains.registered(host) == domain


def test_shared_suffix():
    """A suffix under which strangers get names is told from a registry's."""
    assert domains.shared_suffix("x.me.github.io") == "github.io"
    assert domains.shared_suffix("www.example.co.uk") == ""
    assert domains.suffix("www.example.co.uk") == "co.uk"
    assert domains.is_public_suffix("co.uk")
    assert not domains.is_public_suffix("example.co.uk")


@pytest.mark.parametrize(
    ("ip", "is_ip"),
    [("192.0.2.1", True), ("192.0.2.256", False), ("1.2.3", False), ("::1", True), ("a:b", False), ("1.2.3.4.", False)],
)
def test_is_ip(ip, is_ip):
    """Four decimal parts or IPv6, and nothing else, is an address."""
    assert domains.is_ip(ip) is is_ip


@pytest.mark.parametrize(
    ("ip", "is_public"),
    [
        ("8.8.8.8", True), ("10.1.2.3", False), ("192.168.1.1", False), ("192.1.1.1", True), ("172.16.0.1", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("127.0.0.1", False), ("2a00:1450::1", True), ("fe80::1", False),
    ],
)  # fmt: skip
def test_is_public_ip(ip, is_public):
    """Only an address that strangers can have is public."""
    assert domains.is_public_ip(ip) is is_public


def test_both_spellings():
    """Names go to A-labels and back; what IDNA forbids gives nothing."""
    assert domains.to_ascii("EX\u00c4mple.com") == "xn--exmple-cua.com"
    assert domains.to_unicode("xn--exmple-cua.com") == "ex\u00e4mple.com"
    assert domains.to_unicode("www.example.com") == "www.example.com"


@pytest.mark.parametrize(
    ("label", "trusted"),
    [
        ("rnicrosoft", "microsoft"), ("micr0s0ft", "microsoft"), ("m\u0456crosoft", "microsoft"), ("paypa1", "paypal"),
        ("pay-pal", "paypal"), ("\u0430\u0440\u0440\u04cf\u0435", "apple"), ("xn--80ak6aa92e", "apple"),
        ("vvindows", "windows"), ("\u00e5pple", "apple"),
    ],
)  # fmt: skip
def test_skeletons_of_lookalikes_are_equal(label, trusted):
    """A label that a hasty reader takes for another has the same skeleton."""
    assert domains.skeleton(label) == domains.skeleton(trusted)


def test_skeletons_of_others_differ():
    """Other words keep other skeletons."""
    assert domains.skeleton("example") != domains.skeleton("sample")
    assert domains.skeleton("\u043f\u0440\u0438\u043c\u0435\u0440") != domains.skeleton("npumep")


def test_mixed_scripts():
    """Latin with Cyrillic in one label is odd; Latin beside Cyrillic labels, or with Japanese, is not."""
    assert domains.is_mixed("p\u0430ypal.com")
    assert not domains.is_mixed("\u043f\u0440\u0438\u043c\u0435\u0440.com")
    assert not domains.is_mixed("\u65e5\u672c\u8a9ex.jp")


def test_long_hosts_cost_little():
    """A host of a million labels is answered at once."""
    host = "a." * 1_000_000 + "example.com"
    assert domains.registered(host) == "example.com"
    assert cheap.seconds(lambda: domains.registered(host), enough=0.5) < 0.5
