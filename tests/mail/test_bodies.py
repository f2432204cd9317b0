"""Which texts a mail program shows."""

import pytest

from fyke.mail.structure import read_structure

HEAD = b"Content-Type: multipart/mixed; boundary=b\n\n"


def bodies(raw):
    made = read_structure(raw)
    return made.html, made.plain, [defect.kind for defect in made.defects]


def test_both_alternatives_are_given():
    """In order, each in its list."""
    html, plain, _ = bodies(HEAD + b"--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>html\n--b\n\nmore\n--b--")
    assert (html, plain) == (["<p>html"], ["plain", "more"])


def test_files_are_no_text():
    """What is attached or named is a file, be it of type text."""
    raw = (
        HEAD
        + b"--b\n\ntext\n--b\nContent-Disposition: attachment\n\nfile\n--b\nContent-Type: text/html; name=x\n\nfile"
    )
    assert bodies(raw)[:2] == ([], ["text"])


def test_an_inner_message_is_not_the_text():
    """Its words are another's; it stays in the tree."""
    assert bodies(HEAD + b"--b\n\ntext\n--b\nContent-Type: message/rfc822\n\nA: b\n\ninner\n--b--")[1] == ["text"]


@pytest.mark.parametrize(
    "raw",
    [b"Content-Type: text/plain; name=x\n\ntext", HEAD + b"--b\nContent-Disposition: attachment\n\ntext\n--b--"],
)
def test_the_only_text_is_the_text(raw):
    """A name or a disposition does not hide it."""
    assert bodies(raw)[1] == ["text"]


def test_a_message_that_is_a_message_is_read():
    """A mail that is nothing but another one shows that one."""
    assert bodies(b"Content-Type: message/rfc822\n\nSubject: x\n\ninner")[1] == ["inner"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"begin 644 x.exe\n#86)C\n`\nend\n", "uuencode"),
        (b"hello\n=ybegin line=128 size=3 name=x.exe\nabc\n", "yenc"),
        (b"x" * 1_000_001, "text-cut"),
    ],
)
def test_oddities_are_noted(body, kind):
    """Files in the text itself, and what was not looked at."""
    assert bodies(b"Content-Type: text/plain\n\n" + body)[2] == [kind]


def test_text_of_an_unknown_subtype_is_shown():
    """RFC 2046 4.1.4: as plain text; calendars and the like are data."""
    raw = HEAD + b"--b\nContent-Type: text/x-odd\n\nshown\n--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--b--"
    assert bodies(raw)[1] == ["shown"]


def test_line_ends_are_one():
    """Texts have LF alone."""
    assert bodies(b"A: b\r\n\r\none\r\ntwo")[1] == ["one\ntwo"]
