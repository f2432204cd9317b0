"""The normal form of text for matching: one plain phrase finds its disguises."""

from __future__ import annotations

_ASCII = bytes(
    c + 32 if 65 <= c <= 90 else c if c >= 128 or chr(c).isalnum() or chr(c) in "@$!|%" else 32 for c in range(256)
)


def fold(text: str) -> bytes:
    """Lower case, punctuation and white space as one space, one space at both ends."""
    words = text.lower().encode("utf-8", "replace").translate(_ASCII).split()
    return b" " + b" ".join(words) + b" " if words else b" "
