"""Words written so that a reader sees them and a filter does not: digits inside, single letters, stops in between."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.mail.patterns import CASELESS, START, Expression, load
from fyke.model import Finding, Mail, Symbol

LEET = Symbol("ODD_WORDS_DIGITS", "Words are written with digits or signs in place of letters", "body", 1.5)
SPLIT = Symbol("ODD_WORDS_SPLIT", "A word is pulled apart into single letters", "body", 1.0)

READ_CHARS = 8_000  # whoever disguises words does it in the pitch, and that stands near the top
_EXPRESSIONS = (
    # A digit or sign that resembles a letter, between letters, in a word of letters: "v1agra", "c|ick", "s@le".
    Expression(rb"[ \n(\"'][a-z]{1,10}[013@$|!][a-z]{1,10}[ \n,.!?)\"':;]", CASELESS | START),
    # Five or more single letters in a row, with one kind of gap: "V I A G R A", "p-r-i-c-e", "c.l.i.c.k".
    Expression(rb"[ \n][a-z](?: [a-z]){4,20}[ \n.,!?]", CASELESS | START),
    Expression(rb"[ \n][a-z](?:[._*'-][a-z]){4,20}[ \n,!?]", CASELESS | START),
)
SEVERAL = 2  # one such word is a nickname or a version


class OddWords(Detector):
    """Are words misspelt in the way that only filters mind?"""

    name = "odd_words"
    symbols = (LEET, SPLIT)

    def __init__(self) -> None:
        self._patterns = load(_EXPRESSIONS)

    def look(self, mail: Mail) -> Look:
        """Scan subject and text once."""
        message = mail.message
        data = f"\n{message.subject}\n{message.text.current[:READ_CHARS]}\n".encode("utf-8", "replace")
        leet: set[bytes] = set()
        split: set[bytes] = set()
        for match in self._patterns.scan(data):
            (split if match.index else leet).add(data[match.start + 1 : match.end - 1].lower())
        if len(leet) >= SEVERAL:
            yield Finding(LEET, _show(leet), weight=min(1.0, len(leet) / 4))
        if split:
            yield Finding(SPLIT, _show(split))


def _show(words: set[bytes]) -> str:
    return ", ".join(word.decode("utf-8", "replace") for word in sorted(words)[:3])
