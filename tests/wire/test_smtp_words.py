"""The words of SMTP: paths, parameters, xtext, replies, dots and line ends."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.wire.smtp_words import (
    ASSUMED,
    FORWARDED,
    PARAMETERS,
    Parameter,
    attributes,
    decoded,
    encoded,
    has_bare_ends,
    path,
    plain_address,
    reply,
    stuffed,
    unstuffed,
    with_whole_ends,
)
from tests.cheap import seconds

LINE = re.compile(rb"[2-5]\d\d[ -][\x20-\x7e]*\r\n")


@pytest.mark.parametrize(
    ("text", "address", "parameters"),
    [
        ("<a@example.net>", "a@example.net", ()),
        ("<>", "", ()),
        (" <a@b> SIZE=7  BODY=8BITMIME smtputf8", "a@b", (("SIZE", "7"), ("BODY", "8BITMIME"), ("SMTPUTF8", None))),
        ("<@relay.example,@other.example:a@b>", "a@b", ()),
        ('<"a b>c"@d>', '"a b>c"@d', ()),
        ("a@b X=y", "a@b", (("X", "y"),)),
        ("<jürgen@exämple.de>", "jürgen@exämple.de", ()),
    ],
)
def test_paths(text, address, parameters):
    """With and without brackets, of before and of today."""
    assert path(text) == (address, tuple(Parameter(*each) for each in parameters))


@pytest.mark.parametrize(
    "text",
    ["", "<a@b", "a@b>", "<a b@c>", "<a@b>x", "<<a@b>>", "<a@b> =x", "<a@b> X=", "<a@b> X=1 x=2", f"<{'a' * 1_001}>",
     "<a@b>" + " X1" * (PARAMETERS + 1), '<"a@b>', "<a@b> -X"],
)  # fmt: skip
def test_what_is_no_path(text):
    """A sentence says what is wrong."""
    with pytest.raises(ValueError, match=r"bad|too"):
        path(text)


def test_attributes():
    """Of XCLIENT and XFORWARD: known names in any case, and a word for what nobody knows."""
    assert attributes("name=a+20b ADDR=[unavailable] proto=ESMTP", FORWARDED) == {
        "NAME": "a b",
        "ADDR": "",
        "PROTO": "ESMTP",
    }
    for text, known in (("", ASSUMED), ("LOGIN=x", FORWARDED), ("NAME", FORWARDED)):
        with pytest.raises(ValueError, match="attribute"):
            attributes(text, known)


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_xtext_there_and_back(text):
    """What can be printed comes back; on the way it is ASCII without spaces."""
    assert re.fullmatch(r"[!-~]+", encoded(text))
    assert decoded(encoded(text)) == text.replace("\ufffd", "?")


@given(st.text(max_size=40))
def test_what_xtext_stands_for_can_be_printed(text):
    """Control characters and halves of characters become question marks."""
    assert decoded(text).isprintable()
    assert decoded(encoded(text)).isprintable() if not any("\ud800" <= char <= "\udfff" for char in text) else True


def test_addresses_of_xclient():
    """As everybody writes them."""
    assert (plain_address("IPv6:2001:db8::1"), plain_address("192.0.2.1")) == ("2001:db8::1", "192.0.2.1")


def test_replies():
    """On one line or more, each with an enhanced code of its class."""
    assert reply(250, ("Ok",)) == b"250 2.0.0 Ok\r\n"
    assert reply(550, ("5.7.1 no", "more")) == b"550-5.7.1 no\r\n550 5.7.1 more\r\n"
    assert reply(450, ("5.7.1 later",)) == b"450 4.0.0 later\r\n"
    assert reply(250, ("x", "SIZE"), has_enhanced=False) == b"250-x\r\n250 SIZE\r\n"
    assert reply(354, ("go",)) == b"354 go\r\n"
    assert reply(250, ()) == b"250 2.0.0 \r\n"


@given(st.sampled_from([220, 250, 354, 421, 550]), st.lists(st.text(max_size=600), max_size=4), st.booleans())
def test_no_text_breaks_a_reply(code, lines, has_enhanced):
    """So many lines as there are texts, none too long."""
    said = reply(code, tuple(lines), has_enhanced=has_enhanced)
    found = LINE.findall(said)
    assert b"".join(found) == said
    assert len(found) == max(1, len(lines))
    assert all(len(line) <= 512 for line in found)


@given(st.lists(st.sampled_from([b".", b"..", b"\r\n", b"x", b"\r", b"\n"]), max_size=12).map(b"".join))
def test_dots_there_and_back(raw):
    """Only at its end stands what ends a message, whatever is in it."""
    sent = stuffed(raw)
    whole = raw if raw.endswith(b"\r\n") or not raw else raw + b"\r\n"
    assert (b"\r\n" + sent).find(b"\r\n.\r\n") == len(sent) - 3
    assert unstuffed(b"\r\n" + sent[:-3]) == whole


@given(st.lists(st.sampled_from([b"\r\n", b"x", b"\r", b"\n"]), max_size=12).map(b"".join))
def test_line_ends_become_whole(raw):
    """What was whole stays as it is."""
    assert not has_bare_ends(with_whole_ends(raw))
    if not has_bare_ends(raw):
        assert with_whole_ends(raw) == raw


def test_long_words_cost_linear_time():
    """Of quotes, of routes, of parameters."""
    for text in ('<"' + "\\a" * 50_000, "<@" + "a" * 100_000, "<a@b>" + " X" * 50_000, "<" * 100_000, '"' * 100_000):

        def read(text=text):
            with pytest.raises(ValueError):  # noqa: PT011
                path(text)

        assert seconds(read) < 0.5
