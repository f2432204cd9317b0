"""Files written as text."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files.builders.mails import uuencode, yenc
from tests.files.looking import holds, look, names, program

PROSE = b"Dear all,\nhere is the file that you asked for.\n\n"


@pytest.mark.parametrize("encode", [uuencode, yenc])
def test_a_file_written_as_text_is_taken_out(encode):
    """Alone, and amid a letter."""
    for text in (encode(program()), PROSE + encode(program()) + PROSE):
        analysis = look(text, "note.txt")
        assert holds(analysis, program())
        assert names(analysis)[0] == "x.exe"


def test_base64_is_taken_out():
    """As a whole, and as a block amid other text."""
    coded = base64.encodebytes(program())
    assert holds(look(coded.replace(b"\n", b""), "x.b64"), program())
    assert holds(look(PROSE + coded, "note.txt"), program())


def test_words_are_no_file():
    """A long line of letters is left alone."""
    assert not names(look(PROSE + b"a" * 72 + b"\n" + b"b" * 72 + b"\n" + PROSE, "note.txt"))


@given(st.binary(max_size=300))
def test_every_data_survives_uuencode_and_yenc(data):
    """What was written is what is read."""
    for encode in (uuencode, yenc):
        analysis = look(PROSE + encode(data + b"MZ"), "note.txt")
        assert holds(analysis, data + b"MZ")


def test_many_blocks_end_at_the_cap():
    """The rest is told."""
    analysis = look(uuencode(b"x") * 500, "note.txt")
    assert len(names(analysis)) <= 50
    assert "count" in {cut.cap for cut in analysis.cuts}
