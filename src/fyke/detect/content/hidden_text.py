"""Text that is in the HTML but not shown: filler against filters, apart from the honest preview line."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.ink import ink
from fyke.model import Finding, Mail, Symbol

MUCH = Symbol("HIDDEN_TEXT_MUCH", "More text is hidden than shown", "body", 2.0)
FILLER = Symbol("HIDDEN_TEXT_FILLER", "Hidden text that has nothing to do with what is shown", "body", 1.5)
CAMOUFLAGE = Symbol("HIDDEN_TEXT_CAMOUFLAGE", "Text is hidden by its colour, its size or its place", "body", 1.0)

PREVIEW_CHARS = 250  # mail programs show about 140 characters of a preview line; mailers write twice that at most
READ_CHARS = 6_000  # words of the first pages say whether both texts are about the same thing
FEW_WORDS = 30  # a form that unfolds, an order in a table
OTHER = 0.5  # share of hidden words that the visible text does not have: less is the same letter for other screens
STRANGE = 0.8
_SLY = frozenset({"same-colour", "zero-size", "off-screen"})


class HiddenText(Detector):
    """Does the mail hide text from its reader?"""

    name = "hidden_text"
    symbols = (MUCH, FILLER, CAMOUFLAGE)
    needs = Needs.HTML

    def look(self, mail: Mail) -> Look:
        """Compare what is hidden with what is shown."""
        text = mail.message.text
        if len(text.hidden) <= PREVIEW_CHARS:
            return
        hidden = text.hidden[:READ_CHARS].split()
        words = {word for word in hidden if len(word) > 3}
        chars = sum(map(len, hidden))
        if chars <= PREVIEW_CHARS or len(words) < FEW_WORDS:
            return
        shown = ink(text.visible)
        strange = len(words.difference(text.visible[: 4 * READ_CHARS].split())) / len(words)
        if chars > shown and strange > OTHER:
            yield Finding(MUCH, f"{chars} characters hidden, {shown} shown")
        if strange > STRANGE:
            yield Finding(FILLER, f"{strange:.0%} of its words are not in the visible text")
            how = _SLY.intersection(text.hidden_by)
            if how:
                yield Finding(CAMOUFLAGE, ", ".join(sorted(how)))
