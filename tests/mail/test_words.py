"""Encoded words: decoded as mail programs decode them, however senders break them."""

import pytest

from fyke.mail.defects import Notes
from fyke.mail.words import decode_words


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?caf=C3=A9_au_lait?=", "café au lait"),
        ("=?UTF-8?B?Y2Fmw6k=?= x", "café x"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\t =?iso-8859-1?q?=E9?=", "aé"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("=?utf-8*en?q?hello?=", "hello"),
        ("=?utf-8?q?really??=", "really?"),
        ("=?utf-8?q?with space in it?=", "with space in it"),
        ("=?utf-8?b?Y2Fmw6k?=", "café"),
        ("=?iso-8859-1?q?=80_100?=", "€ 100"),
        ("=?gb2312?b?xOO6ww==?=", "你好"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("x=?utf-8?q?y?=z", "xyz"),
        ("=?utf-8?q?folded=0A_inside?=", "folded inside"),
    ],
)
def test_words_are_decoded(raw, text):
    """RFC 2047, and what senders write instead."""
    assert decode_words(raw, Notes()) == text


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("=?utf-8?b?YWJjZ?=", "encoded-word-broken"),
        ("=?klingon?q?abc?=", "encoded-word-broken"),
        ("=?utf-8?q?a=0D=0ATo:_x?=", "encoded-word-control"),
        ("caf\xe9", "header-8bit"),
    ],
)
def test_oddities_are_noted(raw, kind):
    """A word that lies or hides something is a defect."""
    notes = Notes()
    decode_words(raw, notes)
    assert [defect.kind for defect in notes.defects] == [kind]


def test_a_hidden_line_break_forges_no_header():
    """A decoded value is one line."""
    assert "\n" not in decode_words("=?utf-8?q?a=0D=0ATo:_x?=", Notes())


def test_words_beyond_the_budget_stay_as_they_are():
    """The budget is of a whole message; what is left of it is counted in the notes."""
    notes = Notes()
    notes.words = 1
    assert decode_words("=?utf-8?q?a?= b =?utf-8?q?c?=", notes) == "a b =?utf-8?q?c?="
    assert [defect.kind for defect in notes.defects] == ["encoded-words-cut"]
