"""Two versions of one text that are not the same text: one for the filter, one for the reader."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Mail, Symbol

APART = Symbol("ALTERNATIVES_DISAGREE", "The plain text says something else than the page", "body", 1.5)
EMPTY = Symbol("ALTERNATIVE_EMPTY", "A plain text is declared, but there is nothing in it", "body", 0.5)

READ_CHARS = 4_000  # the first page of both
WORDS = 20  # a shorter plain text is a pointer ("your program does not show HTML") or a signature
SHARED = 0.25


class Alternatives(Detector):
    """Do the plain and the HTML version say the same?"""

    name = "alternatives"
    symbols = (APART, EMPTY)

    def look(self, mail: Mail) -> Look:
        """Compare the words of both versions."""
        text = mail.message.text
        if not text.plain:
            return
        plain = text.plain[:READ_CHARS]
        words = {word for word in plain.split() if word.isalpha()}
        if len(words) < WORDS:
            if not plain.strip() and len(text.visible) > READ_CHARS // 10:
                yield Finding(EMPTY)
            return
        shared = len(words.intersection(text.visible[: 2 * READ_CHARS].split())) / len(words)
        if shared < SHARED and len(text.visible) > 10:
            yield Finding(APART, f"{shared:.0%} of the words are in both")
