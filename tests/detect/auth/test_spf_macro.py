"""Macros: the examples of RFC 7208 7.4, and what a bomb of them costs."""

import time
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.detect.auth.spf_macro import (
    EXPLANATION_CHARS,
    NAME_CHARS,
    BadMacroError,
    dotted,
    expand_name,
    expand_text,
    is_name,
    read_macros,
    read_name,
)

VALUES = {
    "s": "strong-bad@email.example.com", "l": "strong-bad", "o": "email.example.com", "d": "email.example.com",
    "i": "192.0.2.3", "c": "192.0.2.3", "v": "in-addr", "h": "mx.example.org", "p": "mx.example.org", "r": "unknown",
    "t": "0",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expanded"),
    [("%{s}", "strong-bad@email.example.com"), ("%{o}", "email.example.com"), ("%{d4}", "email.example.com"),
     ("%{d3}", "email.example.com"), ("%{d2}", "example.com"), ("%{d1}", "com"), ("%{dr}", "com.example.email"),
     ("%{d2r}", "example.email"), ("%{l}", "strong-bad"), ("%{l-}", "strong.bad"), ("%{lr}", "strong-bad"),
     ("%{lr-}", "bad.strong"), ("%{l1r-}", "strong"), ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
     ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
     ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
     ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"), ("%{D2}", "example.com"),
     ("%%.%_.%-.com", "%. .%20.com")],
)  # fmt: skip
def test_the_examples_of_the_specification_expand_as_written(text, expanded):
    """RFC 7208 7.4."""
    assert expand_name(read_name(text), VALUES) == expanded


def test_an_ipv6_address_is_32_digits():
    """RFC 7208 7.4: in the order of its digits, "r" reverses them."""
    values = VALUES | {"i": dotted(ip_address("2001:db8::cb01")), "v": "ip6"}
    name = expand_name(read_name("%{ir}.%{v}._spf.%{d2}"), values)
    assert name == "1.0.b.c" + ".0" * 20 + ".8.b.d.0.1.0.0.2.ip6._spf.example.com"


def test_capitals_escape_as_in_a_url():
    """RFC 7208 7.3: all but unreserved characters."""
    assert expand_text(read_macros("%{L}"), VALUES | {"l": "~a&b=c-d_e.f g/h"}) == "~a%26b%3Dc-d_e.f%20g%2Fh"


def test_a_long_name_loses_labels_on_its_left():
    """RFC 7208 7.3: at most 253 characters are left, and whole labels."""
    name = expand_name(read_name("%{d}." * 30 + "%{d}"), VALUES)
    assert len(name) <= NAME_CHARS
    assert set(name.removesuffix(".email.example.com").split(".")) == {"email", "example", "com"}
    assert expand_name(read_name("x." + "y" * 300 + ".com"), VALUES) == "com"
    assert expand_name(read_name("%{l}.com"), VALUES | {"l": "y" * 64}) == ""


@pytest.mark.parametrize("name", ["", ".", "a..b", "a.", "\u00e4.com", "a\n.com", "x" * 64, "x." * 127 + "x"])
def test_what_the_dns_cannot_have_is_no_name(name):
    """Empty and long labels, control characters, other scripts."""
    assert not is_name(name)


def test_a_bomb_of_macros_costs_its_cap():
    """8 kB of macros, each of them a value of 1 kB, expand in a moment to what is allowed."""
    values = dict.fromkeys(VALUES, "a.b-c_" * 170)
    begin = time.process_time()
    pieces = read_macros("%{L999r.-+,/_=}" * 540, with_spaces=True)
    assert len(expand_text(pieces, values)) <= EXPLANATION_CHARS
    assert len(expand_name(pieces, values)) <= NAME_CHARS
    read_macros("%{d" + "-+" * 4_000 + "}")
    assert time.process_time() - begin < 0.1


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="%{}slodipvhcrtSL09r.-+,/_= a\u00e4\x00", max_size=60), st.text(max_size=30))
def test_any_text_is_read_or_refused(text, value):
    """Nothing but BadMacroError is raised, and what comes out is safe."""
    values = dict.fromkeys(VALUES, value)
    try:
        pieces = read_macros(text, with_spaces=True)
    except BadMacroError:
        return
    shown = expand_text(pieces, values)
    assert shown == "" or (shown.isascii() and shown.isprintable())
    name = expand_name(pieces, values)
    assert name == "" or is_name(name)
