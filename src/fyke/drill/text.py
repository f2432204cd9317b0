"""Text of mails and pages: macros expanded and words changed; no two copies are equal, and all are of one template."""

from __future__ import annotations

import random
import re

from fyke.drill.rephrase import rephrased
from fyke.drill.words import CALLS, DICTIONARY, SENTENCES, SUBJECTS

_MACRO = re.compile(r"\{([^{}]*)\}")


class Template:
    """One text that a cell sends, in one language; a copy is made for each mail."""

    def __init__(self, seed: str, goods: str, language: str) -> None:
        chance = random.Random(seed)
        told = SENTENCES[goods]
        self.language = language if language in told else "en"
        sentences = list(told[self.language])
        words = DICTIONARY[self.language]
        chance.shuffle(sentences)
        # what makes it this template and no other: some of the goods' sentences, and lines of its own
        own = [
            " ".join(chance.choice(words) for _ in range(chance.randrange(5, 11)))
            for _ in range(chance.randrange(3, 7))
        ]
        self.lines = sentences[: chance.randrange(3, len(sentences) + 1)] + own
        chance.shuffle(self.lines)
        self.subject = chance.choice(SUBJECTS[goods])
        self.call = CALLS[self.language]
        self.is_html = chance.random() < 0.5
        self.greets = chance.random() < 0.4
        self.path = chance.choice(("/{n}", "/shop/{w}.html", "/?id={n}", "/go/{w}/{n}", "/{w}.php?c={n}", "/"))

    def copy(self, chance: random.Random, churn: float, paraphrase: float = 0.0) -> tuple[str, list[str]]:
        """Subject and lines of one copy. `churn`: share of words exchanged; `paraphrase`: of lines in other words."""
        words = DICTIONARY[self.language]
        lines = []
        for line in self.lines:
            said = expanded(line, chance)
            if paraphrase and chance.random() < paraphrase:
                said = rephrased(said, self.language, chance)
            told = said.split(" ")
            lines.append(" ".join(chance.choice(words) if chance.random() < churn else word for word in told))
        subject = expanded(self.subject, chance)
        if chance.random() < 0.5:
            subject += f" {chance.choice(words)}"
        return subject, lines


def expanded(text: str, chance: random.Random) -> str:
    """Each macro with one of its words."""
    return _MACRO.sub(lambda found: chance.choice(found[1].split("|")), text)


def prose(seed: str, goods: str, sentences: int) -> str:
    """Text of a page: of the goods, or of an honest site's own matters."""
    chance = random.Random(seed)
    words = DICTIONARY["en"]
    told = []
    for _ in range(sentences):
        if goods in SENTENCES and chance.random() < 0.6:
            told.append(expanded(chance.choice(SENTENCES[goods]["en"]), chance))
        else:
            told.append(" ".join(chance.choice(words) for _ in range(chance.randrange(6, 14))).capitalize())
    return ". ".join(told) + "."
