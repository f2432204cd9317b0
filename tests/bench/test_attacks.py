"""Attacks change the texts of a mail and nothing else."""

import pytest

from bench import attacks
from fyke.mail import parse

PLAIN = b"From: a@example.org\nSubject: Offer\nContent-Type: text/plain\n\nCheap pills online now\n"
PAGE = (
    b"From: a@example.org\nSubject: Offer\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
    b"PGh0bWw+PGJvZHk+Q2hlYXAgcGlsbHMgb25saW5lIG5vdzwvYm9keT48L2h0bWw+\n"
)


def text(raw, change):
    return parse(attacks.changed(raw, change)).text


@pytest.mark.parametrize("raw", [PLAIN, PAGE], ids=["plain", "page"])
def test_words_stand_where_the_attack_puts_them(raw):
    """Above, below, or where nobody sees them; header and encoding stay."""
    assert text(raw, attacks.in_front("minutes committee")).visible.split()[:3] == ["minutes", "committee", "Cheap"]
    assert text(raw, attacks.at_end("minutes committee")).visible.split()[-3:] == ["now", "minutes", "committee"]
    unseen = text(raw, attacks.hidden("minutes committee"))
    assert "minutes" in unseen.hidden
    assert "minutes" not in unseen.visible
    assert parse(attacks.changed(raw, attacks.same)).root.encoding == parse(raw).root.encoding


def test_wanted_mail_beside_is_as_long_as_asked():
    """Ten times the text, not less than a screenful."""
    before = len(text(PLAIN * 3, attacks.same).visible)
    after = len(text(PLAIN * 3, attacks.beside("The minutes of the committee. ", 10, front=False)).visible)
    assert 8 * before < after < 14 * before


@pytest.mark.parametrize("raw", [PLAIN, PAGE], ids=["plain", "page"])
def test_split_words_are_read_whole(raw):
    """A character without width between letters hides no word from the learner's text."""
    assert b"cheap pills online now" in text(raw, attacks.split).folded


def test_a_dressed_mail_is_an_answer():
    """It has one subject, a thread and quoted turns."""
    dressed = parse(attacks.answering(PLAIN, "We should meet about the minutes of the committee. " * 4))
    assert dressed.subject == "Re: Offer"
    assert dressed.first("in-reply-to")
    assert dressed.text.visible.count("> We should meet") >= 2


def test_what_cannot_be_changed_is_told():
    """A mail that Python cannot write again is None or bytes, never an error."""
    for raw in (b"", b"\xff" * 50, b"Content-Type: text/plain; charset=\xff\n\nx", b"Content-Type: multipart/x\n\n--"):
        found = attacks.changed(raw, attacks.same)
        assert found is None or isinstance(found, bytes)
