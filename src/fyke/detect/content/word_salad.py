"""Long text that is no text: words without the small words that every sentence of every language has."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Mail, Symbol

SALAD = Symbol("WORD_SALAD", "Long text without the small words that hold sentences together", "body", 1.5)
RUN = Symbol("WORD_RUN", "A long row of words without a sentence among them", "body", 2.0)

LONG_WORDS = 60  # a shorter text may be a list, an address, a table of contents
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


READ_CHARS = 6_000  # enough prose to tell
TAIL_CHARS = 240  # the very end, where words are heaped up to outweigh the pitch
LONGEST = 15  # words in a row; lists of names have capitals, lists of goods have commas
# One of these in three lines of prose is enough to leave: it costs little, and mail is prose nearly always.
_USUAL = (
    " and ", " of ", " a ", " in ", " is ", " you ", " de ", " la ", " und ", " der ", " que ", " et ",
    " e ", " to\n", " the\n",
)  # fmt: skip


class WordSalad(Detector):
    """Is the text a heap of words instead of sentences?"""

    name = "word_salad"
    symbols = (SALAD, RUN)

    def look(self, mail: Mail) -> Look:
        """Count the small words, and the words between them."""
        text = mail.message.text
        if len(text.current) < 200 or (text.scripts and text.scripts[0] != "Latin"):
            return
        tail = text.current[-TAIL_CHARS:]
        if " the " not in tail and " to " not in tail and not any(small in tail for small in _USUAL):
            run = _longest_run(tail.split())
            if run >= LONGEST:
                yield Finding(RUN, f"{run} words")
        if len(text.current) < 500 or text.language:
            return
        words = [word for word in text.current[:READ_CHARS].lower().split() if word.isalpha()]
        small = sum(word in SMALL for word in words)
        if len(words) >= LONG_WORDS and small * 25 < len(words):
            yield Finding(SALAD, f"{small} small words among {len(words)}")


def _longest_run(words: list[str]) -> int:
    """The longest row of plain lower-case words without one that holds sentences together."""
    longest = run = 0
    for word in words:
        run = run + 1 if word.isalpha() and word.islower() and word not in SMALL and len(word) > 2 else 0
        longest = max(longest, run)
    return longest
