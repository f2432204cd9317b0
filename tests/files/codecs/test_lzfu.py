"""Compressed RTF, by the examples of its specification (MS-OXRTFCP 4)."""

import pytest

from fyke.files.base import Broken
from fyke.files.codecs.lzfu import unpacked


def test_the_first_example_of_the_specification():
    """4.1.1: simple compressed RTF."""
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert b"".join(unpacked(data)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_the_second_example_of_the_specification():
    """4.1.2: a reference that reads what it writes."""
    data = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert b"".join(unpacked(data)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_what_is_neither_is_broken():
    """Neither LZFu nor MELA."""
    with pytest.raises(Broken):
        list(unpacked(bytes(32)))
