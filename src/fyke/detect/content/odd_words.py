"""Words written so that a reader sees them and a filter does not: digits inside, single letters, stops in between."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.facts.wording import ODD_WORDS, wording
from fyke.mail.patterns import START, Expression, load
from fyke.model import Finding, Mail, Symbol

LEET = Symbol("ODD_WORDS_DIGITS", "Words are written with digits or signs in place of letters", "body", 0.9)
SPLIT = Symbol("ODD_WORDS_SPLIT", "A word is pulled apart into single letters", "body", 0.9)

READ_BYTES = 2_500  # whoever disguises words does it in the pitch, and that stands near the top
# Over folded text: small letters, a space for all punctuation but the signs that stand for letters.
_EXPRESSIONS = (
    # A digit or sign that resembles a letter, between letters: "v1agra", "rep1ica", "m0rtgage", "ca$h".
    Expression(rb" [a-z]{1,12}[013$!][a-z]{2,12} ", START),
    # Five or more single letters in a row: "V I A G R A", "p-r-i-c-e", "c.l.i.c.k".
    Expression(rb" [a-z](?: [a-z]){4,20} ", START),
)
WORD_BYTES = 6  # "w3c", "p2p", "mp3s" and "i18n" are words of their own
SEVERAL = 2  # one such word is a nickname or a version


class OddWords(Detector):
    """Are words misspelt in the way that only filters mind?"""

    name = "odd_words"
    symbols = (LEET, SPLIT)

    def __init__(self) -> None:
        self._patterns = load(_EXPRESSIONS)
        self._wording = wording()

    def look(self, mail: Mail) -> Look:
        """Scan subject and text once, where there is a sign of such words."""
        if ODD_WORDS not in self._wording.said(mail.message):
            return
        data = mail.message.text.folded[:READ_BYTES]
        leet: set[bytes] = set()
        ends: dict[int, int] = {}
        for match in self._patterns.scan(data):
            if match.index:
                ends[match.start] = match.end  # the longest of those that begin there comes last
            elif match.end - match.start - 2 >= WORD_BYTES:
                leet.add(data[match.start + 1 : match.end - 1])
        split = {data[start + 1 : end - 1] for start, end in ends.items()}
        if len(leet) >= SEVERAL:
            yield Finding(LEET, _show(leet), weight=min(1.0, len(leet) / 4))
        if split:
            yield Finding(SPLIT, _show(split))


def _show(words: set[bytes]) -> str:
    return ", ".join(word.decode("utf-8", "replace") for word in sorted(words)[:3])
