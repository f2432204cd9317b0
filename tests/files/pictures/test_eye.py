"""Pictures: codes, likeness, and what is refused."""

import pytest

from fyke.files.pictures.eye import Eye
from fyke.files.pictures.likeness import distance
from tests.files.builders.pictures import code, pattern
from tests.files.looking import found, look


def see(data):
    return look(data, "a.png", tenants=(Eye(),))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_a_code_with_an_address_is_a_lead(form):
    """In each form that phones show."""
    analysis = see(code("https://example.net/pay", form))
    assert [(lead.url, lead.source) for lead in analysis.leads] == [("https://example.net/pay", "qr")]
    assert "QR_LINK" in found(analysis)


def test_a_code_with_words_is_a_reading():
    """A table number leads nowhere."""
    analysis = see(code("Table number 7", kind="DataMatrix"))
    assert [reading.text for reading in analysis.readings] == ["Table number 7"]
    assert not found(analysis)


def test_likeness_outlives_scaling_and_packing():
    """The same picture smaller and as JPEG is near; another is not."""
    one, same, other = (
        int(see(data).observables[0].value, 16) for data in (pattern(), pattern("JPEG", (150, 120)), pattern(seed=11))
    )
    assert distance(one, same) <= 10 < distance(one, other)


def test_a_cut_picture_is_broken_and_nothing_else():
    """What decoders say of rubbish is evidence, no fault."""
    for size in (30, 60, 200):
        assert not see(pattern()[:size]).faults
