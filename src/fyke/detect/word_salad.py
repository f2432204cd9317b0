"""Long text that is no text: words without the small words that every sentence of every language has."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Mail, Symbol

SALAD = Symbol("WORD_SALAD", "Long text without the small words that hold sentences together", "body", 1.5)
DRAWN = Symbol("WORD_SALAD_TAIL", "The end of the text is a heap of words without sentences", "body", 1.5)

LONG_WORDS = 60  # a shorter text may be a list, an address, a table of contents
TAIL_CHARS = 800
# Articles, prepositions, pronouns of the languages written in Latin letters; every third to sixth word of real prose.
SMALL = frozenset(
    """
    a an and are as at be but by for from has have he i if in is it me my not of on or our she so that the their
    they this to was we were what will with you your can do all no der die das den dem des ein eine einen und
    ist nicht von zu mit auf sich ich sie wir es im fur für als auch an le la les de des du un une et est pas
    que qui dans pour sur vous nous je il en au ce el los las y es por con para su se lo al mi o os da do dos e
    em não nao um uma com na no seu il di che non per un una con del sono i gli de het een en van ik te dat niet
    op aan zijn met och att det som är av på den til er og ikke jeg i w z na się nie je se a v
    """.split()
)


class WordSalad(Detector):
    """Is the text a heap of words instead of sentences?"""

    name = "word_salad"
    symbols = (SALAD, DRAWN)

    def look(self, mail: Mail) -> Look:
        """Count the small words."""
        text = mail.message.text
        folded = text.folded
        if len(folded) < 500 or text.language or not _is_latin(text.scripts):
            return
        words = [word for word in text.current[:READ_CHARS].lower().split() if word.isalpha()]
        if len(words) < LONG_WORDS:
            return
        small = sum(word in SMALL for word in words)
        if small * 25 < len(words):
            yield Finding(SALAD, f"{small} small words among {len(words)}")


READ_CHARS = 6_000  # enough prose to tell


def _is_latin(scripts: tuple[str, ...]) -> bool:
    return not scripts or scripts[0] == "Latin"
