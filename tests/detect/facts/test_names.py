"""Names that look drawn by lot."""

from __future__ import annotations

import pytest

from fyke.detect.facts.names import is_random


@pytest.mark.parametrize("name", ["xkqzvtwpj", "zkqvtwxpj", "f4c4ad70b", "ntztp0e8fctgyivtd"])
def test_drawn_names_are_random(name):
    """Letters that no language puts together, and digits all over, are told."""
    assert is_random(name)


@pytest.mark.parametrize(
    "name", ["strength", "amazon", "rechtsschutz", "newsletter", "x88211", "tightly-knit", "ООО", ""]
)
def test_words_are_not_random(name):
    """Words, short names and other scripts are left alone."""
    assert not is_random(name)


def test_long_tokens_are_not_read():
    """A name longer than a label can be is data and costs nothing."""
    assert not is_random("xq" * 5000)
