"""Characters that nobody sees: zero-width ones that cut words, and ones that turn the direction of writing."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Mail, Symbol

ZERO = Symbol("INVISIBLE_CHARS", "Invisible characters stand between visible ones", "body", 1.5)
BIDI = Symbol("INVISIBLE_BIDI", "Characters turn the direction of writing", "body", 1.5)
SUBJECT = Symbol("INVISIBLE_SUBJECT", "The subject holds invisible characters", "body", 2.5)

SEVERAL = 3  # one or two come with copied text
BIDI_SCRIPTS = frozenset({"Arabic", "Hebrew", "Syriac", "Thaana", "Nko"})
_ZERO_WIDTH = "\u200b\u200c\u2060\u00ad\ufeff\u180e\u034f\u2061\u2062\u2063\u2064"


class Invisible(Detector):
    """Does the mail hold characters that only a machine reads?"""

    name = "invisible"
    symbols = (ZERO, BIDI, SUBJECT)

    def look(self, mail: Mail) -> Look:
        """Count the characters that nobody sees."""
        message = mail.message
        text = message.text
        if text.invisible_chars >= SEVERAL:
            yield Finding(ZERO, f"{text.invisible_chars} of them", weight=min(1.0, text.invisible_chars / 20))
        if text.bidi_chars and BIDI_SCRIPTS.isdisjoint(text.scripts):
            yield Finding(BIDI, f"{text.bidi_chars} of them")
        subject = message.subject
        if not subject.isascii() and any(char in subject for char in _ZERO_WIDTH):
            yield Finding(SUBJECT, f"{sum(map(subject.count, _ZERO_WIDTH))} of them")
