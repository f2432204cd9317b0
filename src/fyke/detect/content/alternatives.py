"""Two versions of one text that are not the same text: one for the filter, one for the reader."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.ink import ink
from fyke.model import Finding, Mail, Part, Symbol

APART = Symbol("ALTERNATIVES_DISAGREE", "The plain text says something else than the page", "body", 1.5)
EMPTY = Symbol("ALTERNATIVE_EMPTY", "A plain text is declared, but there is nothing in it", "body", 0.5)

READ_CHARS = 2_000  # the first page of both
WORDS = 20  # a shorter plain text is a pointer ("your program does not show HTML") or a signature
SHARED = 0.25
EMPTY_CHARS = 400  # of the page: somebody had something to say


class Alternatives(Detector):
    """Do the plain and the HTML version say the same?"""

    name = "alternatives"
    symbols = (APART, EMPTY)
    needs = Needs.HTML

    def look(self, mail: Mail) -> Look:
        """Compare the words of both versions."""
        text = mail.message.text
        if not text.plain or text.plain.isspace():
            if _has_empty(mail.message.root) and ink(text.visible) > EMPTY_CHARS:
                yield Finding(EMPTY)
            return
        plain = text.plain[:READ_CHARS].split()
        if len(plain) < WORDS:
            return
        # Nearly always the page begins with the same words.
        first = set(plain)
        enough = len(plain) // 2
        if len(first.intersection(text.visible[: 2 * READ_CHARS].split())) > enough:
            return
        seen = set(text.visible[: 6 * READ_CHARS].split())
        if len(seen & first) > enough:
            return
        words = {word for word in plain if word.isalpha()}
        shared = len(seen & words) / max(1, len(words))
        if len(words) >= WORDS and shared < SHARED and ink(text.visible) > 10:
            yield Finding(APART, f"{shared:.0%} of the words are in both")


def _has_empty(root: Part) -> bool:
    """Whether the message offers a plain alternative without a word in it."""
    return any(
        part.content_type == "text/plain" and not part.content.strip()
        for part in root.children
        if root.content_type == "multipart/alternative"
    )
