"""The arithmetic of points."""

import pytest

from fyke.detect.lexicon.weighing import LONG_BYTES, Tally, Text


def text(subject=b" s ", current=b" c ", quoted=b" q "):
    return Text.of(b"\n".join((b" names ", subject, current, quoted)), b" host.example ")


def test_lines_are_told_apart():
    """Names and subject count more, the quoted thread less, hosts as text."""
    one = text()
    ends = [one.data.index(mark) + 1 for mark in (b"names", b"s \n", b"c \n", b"q \n", b"host")]
    assert [one.factor(end) for end in ends] == [1.5, 1.5, 1.0, 0.5, 1.0]


def test_texts_without_lines_are_read_too():
    """Whatever the folded text lacks, nothing is raised."""
    assert Text.of(b"", b"").stretch == 1.0
    assert Text.of(b" a \n b ", b"").factor(5) >= 0.5


@pytest.mark.parametrize(("bytes_", "stretch"), [(100, 1.0), (LONG_BYTES * 4, 2.0), (LONG_BYTES * 9, 3.0)])
def test_long_texts_dilute(bytes_, stretch):
    """Four times the length halves medium and weak phrases, nine times leaves a third."""
    assert text(current=b"x" * (bytes_ - 1)).stretch == stretch


def test_weak_phrases_need_company():
    """Weak phrases alone are nothing, and beside others together one medium phrase."""
    assert Tally(weak=9.0).points(1.0) == 0.0
    assert Tally(strong=3.0, weak=9.0).points(1.0) == 4.5


def test_one_medium_phrase_stays_below_half():
    """A single medium phrase never reaches half weight; two do."""
    assert Tally(medium=2.25, medium_count=1, weak=9.0).points(1.0) == 2.9
    assert Tally(medium=3.0, medium_count=2).points(1.0) == 3.0


def test_innocent_phrases_take_away():
    """What speaks against a theme is subtracted, and weak phrases do not bring it back."""
    assert Tally(strong=3.0, innocent=-1.5).points(1.0) == 1.5
    assert Tally(medium=1.5, medium_count=1, innocent=-1.5, weak=1.5).points(1.0) == 0.0
