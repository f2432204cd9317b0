"""How much there is to read: rendered tables and signatures are mostly blanks."""

from __future__ import annotations


def ink(text: str) -> int:
    """The characters of a text that leave ink on paper."""
    return len(text) - text.count(" ") - text.count("\n") - text.count("\u00a0") - text.count("\t")
