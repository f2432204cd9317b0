"""TNEF."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken, Content, Member
from fyke.files.budget import Meter
from fyke.files.mails.tnef import Tnef
from tests.files.builders.mails import tnef
from tests.files.looking import found, holds, look, names, program

SAMPLE = tnef("invoice.exe", program(), rb"{\rtf1 hello}")


def test_attachment_and_body_are_taken_out():
    """With their names."""
    analysis = look(SAMPLE, "winmail.dat")
    assert names(analysis) == ["body.rtf", "invoice.exe"]
    assert holds(analysis, program())


def test_a_length_beyond_the_end_is_broken():
    """And no memory is taken for what it promises."""
    assert "FILE_BROKEN" in found(look(SAMPLE[:-300], "winmail.dat"))


@settings(max_examples=60)
@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255))
def test_a_flipped_byte_raises_nothing_else(at, byte):
    """Broken is all that a sender can cause."""
    data = SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :]
    with suppress(Broken):
        for item in Tnef().open(Content(data), Meter()):
            assert not isinstance(item, Member) or len(item.data) <= len(data)


@pytest.mark.parametrize("size", [0, 3, 6, 10, 16])
def test_hardly_anything_is_nothing(size):
    """The shortest files end quietly or as broken."""
    assert not look(SAMPLE[:size], "winmail.dat").faults
