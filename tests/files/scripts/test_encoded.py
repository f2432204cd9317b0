"""Microsoft's Script Encoder."""

from __future__ import annotations

import pytest

from fyke.files.base import Broken
from fyke.files.scripts.encoded import _TRIPLES, decode
from tests.files.builders.scripts import script_encoded


def test_known_start():
    """Text that the real encoder wrote is read."""
    assert decode("#@~^DgAAAA==\\ko$K6,J")[0] == 'MsgBox "'


def test_round_trip():
    """What was encoded comes back, with the characters that are escaped."""
    text = 'if (a < b && c > d) { x("me@example.test"); }\r\n\tWScript.Echo("ok")' * 5
    assert decode(f"<script>{script_encoded(text)}</script>") == [text]


def test_each_alphabet_is_whole():
    """Each alphabet writes every character as another, but for the three that are escaped."""
    for turn in range(3):
        column = [_TRIPLES[at + turn] for at in range(0, len(_TRIPLES), 3) if _TRIPLES[at : at + 3] != b"???"]
        assert len(column) == len(set(column)) == 94


@pytest.mark.parametrize("text", ["#@~^", "#@~^AAAA", "#@~^!!!!!!==x^#~@"])
def test_without_length(text):
    """A sign without its length is broken; a text cut short is read as far as it goes."""
    with pytest.raises(Broken):
        decode(text)
    assert decode(script_encoded("hello world")[:-14]) != []
