"""Reading SPF records: the grammar to the letter."""

import pytest

from fyke.detect.auth import spf_record
from fyke.detect.auth.spf_record import RECORD_CHARS, BadRecordError, choose, read


def test_a_record_begins_with_its_version_and_a_space():
    """RFC 7208 4.5: other texts, longer versions and strings glued without a space are none."""
    texts = ["v=spf1", "V=SPF1 -all", "v=spf1-all", "v=spf10 -all", " v=spf1", "spf2.0/pra", "", "\x96"]
    assert choose(texts) == ["v=spf1", "V=SPF1 -all"]


@pytest.mark.parametrize(
    "term",
    ["all", "-ALL", "a", "A/24", "a//64", "a/24//64", "a:foo.example.com/24", "a:foo:bar/baz.example.com", "mx/0",
     "a:%{d}/24//64", "a:x.museum.", "ip4:192.0.2.0/24", "ip6:::1.1.1.1/0", "ip6:2001:DB8::/32", "ptr", "ptr:a.com",
     "include:%{d2}", "exists:%{ir}.%{v}._x.%{d2}", "exists:a.%%", "exists:%{L12R.-+,/_=}", "x=%{c}%{r}%{t}",
     "moo.cow-far_out=man:dog/cat", "redirect=a.b", "exp=%{d}", "a:foo.example.xn--zckzah", "a=b", "x="],
)  # fmt: skip
def test_what_the_grammar_allows_is_read(term):
    """Every mechanism, prefix length, macro and unknown modifier of RFC 7208 12."""
    assert read(f"v=spf1 {term}").text


@pytest.mark.parametrize(
    "term",
    ["all.", "all:x", "all/8", "+", "-", "=all", "1up=x", "+x=y", "moo", "a/24/64", "a//129", "a/33", "a/032", "a/",
     "a//", "a:", "a:museum",
     "a:museum.", "a:1.2.3.4", "a:abc.123", "a:example.-com", "a:example.com-", "a:example.com:8080",
     "a:x.com///3", "mx:", "ptr/0", "ptr:", "include", "include:", "include:a.b/24", "exists", "exists:", "ip4",
     "ip4:1.2.3", "ip4:1.2.3.4//32", "ip4:1.2.3.4/33", "ip4:1.2.3.4:25", "ip4:01.2.3.4", "ip4:1.2.3.4/032",
     "ip4:1.2.3.4\n", "ip6:", "ip6::CAFE::BABE", "ip6:::1//33", "ip6:::/129", "ip6:fe80::1%eth0", "a:%{x}.com", "a:%{d",
     "a:%(d)", "a:%{c}.com", "exp=", "exp=-all", "redirect=-all", "redirect=", "redirect:a.b", "exists:%{i0}.a.com",
     "exists:a.%%-", "exists:a.%", "x=%abc", "a\tmx", "a:b\x00.com", "a:caf\u00e9.com", "\u00ef\u00bb\u00bfa", "x=\x7f",
     "redirect=a.b redirect=a.b", "exp=a.b exp=c.d"],
)  # fmt: skip
def test_a_mistake_anywhere_makes_the_record_void(term):
    """RFC 7208 4.6: also behind what would have matched."""
    with pytest.raises(BadRecordError):
        read(f"v=spf1 +all {term}")


@pytest.mark.parametrize("digits", ["9" * 5_000, "0" * 5_000 + "1", "\u0663"])
def test_huge_and_odd_numbers_are_mistakes_or_harmless(digits):
    """No number of a record is turned into one before its length is known."""
    for term in ("a/{}", "a//{}", "ip4:192.0.2.0/{}", "ip6:2001:db8::/{}", "ip4:{}.2.3.4"):
        with pytest.raises(BadRecordError):
            read("v=spf1 " + term.format(digits))
    if digits.isascii():
        read(f"v=spf1 exists:%{{i{digits}}}.example.com")


def test_the_length_of_a_record_is_bounded():
    """A record of 8 kB is read, a longer one is void; what is remembered is short."""
    terms = (RECORD_CHARS - 6) // 3
    assert len(read("v=spf1" + " mx" * terms).terms) == terms
    with pytest.raises(BadRecordError, match="too long"):
        read("v=spf1" + " mx" * terms + " " * 10)
    spf_record._known.cache_clear()
    read("v=spf1 " + "x" * 2_000 + "=y")
    assert spf_record._known.cache_info().currsize == 0


def test_a_repeated_term_is_kept_once():
    """Thousands of equal terms take the room of one."""
    first, second = read("v=spf1 mx:example.com mx:example.com").terms
    assert first is second


def test_records_are_remembered_with_their_mistakes():
    """The same text is not read twice, whether it is good or bad."""
    assert read("v=spf1 a mx -all") is read("v=spf1 a mx -all")
    for _ in range(2):
        with pytest.raises(BadRecordError, match="moo"):
            read("v=spf1 moo")
