"""Android's binary XML."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken
from fyke.files.programs.axml import read
from tests.files.builders.apk import manifest

ELEMENTS = [("manifest", {"package": "a.b"}), ("uses-permission", {"name": "c"}), ("application", {})]


def test_elements_and_attributes():
    """What was written is read, in both kinds of strings."""
    for is_utf8 in (False, True):
        found = read(manifest(ELEMENTS, is_utf8=is_utf8))
        assert [(one.name, one.attributes) for one in found.elements] == ELEMENTS
        assert found.oddities == ()


def test_lies_are_told():
    """A wrong size is told and read past."""
    data = bytearray(manifest(ELEMENTS))
    data[4] ^= 8
    found = read(bytes(data))
    assert len(found.elements) == 3
    assert "bytes of" in found.oddities[0]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damage_is_broken_or_read(data):
    """Cut and changed manifests raise nothing but Broken."""
    good = bytearray(manifest(ELEMENTS))
    for _ in range(data.draw(st.integers(0, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(good[: data.draw(st.integers(0, len(good)))]))
    except Broken:
        pass
