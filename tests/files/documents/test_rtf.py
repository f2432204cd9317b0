"""RTF: objects, links, fields."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken, Content
from fyke.files.budget import Budget, Meter
from fyke.files.documents.rtf import Rtf
from tests.files.builders.rtf import ole1, package, rtf
from tests.files.looking import bits, found, holds, look, names, program

PACKED = ole1("Package", package("invoice.exe", program()))


def test_a_packed_program_is_taken_out_and_named():
    """A document that holds a program is what droppers are."""
    analysis = look(rtf([PACKED]), "letter.rtf")
    assert names(analysis) == ["invoice.exe"]
    assert holds(analysis, program())
    assert {"RTF_PROGRAM", "RTF_OBJECT"} <= found(analysis)


def test_a_packed_text_is_only_a_note():
    """People pack files into documents."""
    analysis = look(rtf([ole1("Package", package("list.txt", b"one, two, three"))]), "letter.rtf")
    assert found(analysis) == {"RTF_OBJECT"}
    assert bits(analysis) <= 1.0


@pytest.mark.parametrize("tricks", [b"{\\x y}", b"\\par ", b"\\'61", b"\\bin0 "])
def test_hex_is_gathered_however_it_is_interrupted(tricks):
    """Word reads on, so this does; that somebody interrupts it is told."""
    analysis = look(rtf([PACKED], tricks=tricks), "letter.rtf")
    assert "RTF_OBFUSCATED" in found(analysis)


def test_the_equation_editor_is_told():
    """By its name in any case."""
    assert "RTF_EQUATION" in found(look(rtf([ole1("eQuaTion.3", b"x" * 300)]), "letter.rtf"))


def test_an_object_that_loads_itself_is_told():
    """`objupdate` opens it without a click."""
    assert "RTF_OBJECT_UPDATES" in found(look(rtf([PACKED], extra=b"\\objupdate "), "letter.rtf"))


@pytest.mark.parametrize(
    ("extra", "symbol"),
    [
        (b'{\\field{\\*\\fldinst DDEAUTO c:\\\\windows\\\\cmd.exe "/c calc"}}', "RTF_DDE"),
        (b'{\\field{\\*\\fldinst INCLUDETEXT "http://a.example.test/x.doc"}}', "RTF_LOADS_REMOTE"),
        (b"{\\*\\template http://a.example.test/x.dotm}", "RTF_LOADS_REMOTE"),
    ],
)
def test_what_runs_or_loads_is_told(extra, symbol):
    """Fields and templates."""
    assert symbol in found(look(rtf(extra=extra), "letter.rtf"))


def test_a_link_is_a_lead_and_no_finding():
    """Documents may lead somewhere."""
    analysis = look(rtf(extra=b'{\\field{\\*\\fldinst HYPERLINK "https://www.example.org/a"}}'), "letter.rtf")
    assert [lead.url for lead in analysis.leads] == ["https://www.example.org/a"]
    assert not found(analysis)


def test_the_word_behind_an_escaped_backslash_is_text():
    """A manual of RTF holds no object."""
    assert not found(look(rtf(extra=b"write {\\\\objdata 4d5a} and \\\\objupdate"), "manual.rtf"))


def test_nested_words_end_by_the_cap():
    """Thousands of objects within objects cost no more than the text."""
    analysis = look(b"{\\rtf1" + b"{\\objdata 41" * 5_000, budget=Budget(count=100))
    assert not analysis.faults
    assert "FILE_BROKEN" not in found(analysis)


SAMPLE = rtf([PACKED], extra=b"\\objupdate ", tricks=b"{\\a b}")


@settings(max_examples=60)
@given(st.integers(0, len(SAMPLE) - 1), st.binary(max_size=3))
def test_spliced_bytes_raise_nothing_else(at, data):
    """Broken is all that a sender can cause."""
    with suppress(Broken):
        for _ in Rtf().open(Content(SAMPLE[:at] + data + SAMPLE[at + 2 :]), Meter()):
            pass
