"""The phrase language of the lexicons: what a phrase may say. How it is matched stands in `fyke.detect.lexicon.pieces`.

A phrase is words as a person would write them, matched as whole words over folded text, with five signs:
`word*` any ending, ` * ` up to three words in between, `(a|b c)` a choice, `#` a number, `?` after a word or choice:
may be absent. See docs/reference/lexicons.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from msgspec import Struct

LITERAL_BYTES = 3  # without a literal of three bytes hyperscan cannot skip ahead, and every byte costs
PHRASE_CHARS = 480  # a longer one is better as two, which are then told apart in the evidence
CHOICES = 60  # alternatives in one phrase
GAPS = 2  # more is a guess at a sentence

_ITEM = re.compile(r"\(([^()]*)\)(\??)(?!\S)|([^\s()|]+)(?!\S)|(\S+)")

Fold = Callable[[str], bytes]


@cache  # made when a phrase is read: where the phrases are kept compiled, none is
def _unspaced() -> re.Pattern[str]:
    """Thai, kana, ideographs: words without spaces."""
    return re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")


class PhraseError(ValueError):
    """A phrase that breaks a rule of the language or its budget. The text says which."""


class Word(Struct, frozen=True):
    """One word of a phrase. Folding may make several of it (`l'argent`)."""

    literal: bytes  # folded, without the spaces at the ends; empty for a number
    open: bool = False  # any ending

    @property
    def is_number(self) -> bool:
        """Whether any number stands for it."""
        return not self.literal


Run = tuple[Word, ...]


class Item(Struct, frozen=True):
    """One place of a phrase: what may stand there, each choice a run of words; a gap has no choices."""

    choices: tuple[Run, ...]
    optional: bool = False

    @property
    def is_gap(self) -> bool:
        """Whether up to three words of any kind may stand there."""
        return not self.choices


class Phrase(Struct, frozen=True):
    """A phrase, read and checked."""

    source: str  # as written
    items: tuple[Item, ...]
    spaced: bool  # whether its script writes spaces between words

    @property
    def words(self) -> tuple[bytes, ...]:
        """Its literal words, each once."""
        words = (word for item in self.items for run in item.choices for word in run)
        return tuple(dict.fromkeys(word.literal for word in words if not word.is_number))


def read(source: str, fold: Fold) -> Phrase:
    """A phrase from its source. Raises PhraseError for one outside the language or the budget."""
    if len(source) > PHRASE_CHARS:
        raise PhraseError(f"longer than {PHRASE_CHARS} characters")
    items = tuple(_items(source, fold))
    if not items or items[0].is_gap or items[-1].is_gap or items[0].optional or items[-1].optional:
        raise PhraseError("begins and ends with a word that is always there")
    if sum(item.is_gap for item in items) > GAPS:
        raise PhraseError(f"has more than {GAPS} gaps")
    if sum(len(item.choices) for item in items if len(item.choices) > 1) > CHOICES:
        raise PhraseError(f"has more than {CHOICES} choices")
    if literal_bytes(items) < LITERAL_BYTES:
        raise PhraseError(f"needs a word or run of {LITERAL_BYTES} letters or more that is always there")
    return Phrase(source, items, not _unspaced().search(source))


def literal_bytes(items: tuple[Item, ...]) -> int:
    """Length of the longest literal run that every match holds."""
    always = (item for item in items if not item.is_gap and not item.optional)
    return max((min(map(_longest, item.choices)) for item in always), default=0)


def _longest(run: Run) -> int:
    """Length of the longest literal run in a run of words: signs break it, spaces do not."""
    longest = length = 0
    for word in run:
        length = 0 if word.is_number else length + len(word.literal) + (length > 0)
        longest = max(longest, length)
        length = 0 if word.open else length
    return longest


def _items(source: str, fold: Fold) -> list[Item]:
    """The places of a phrase, in order."""
    items = []
    for choice, maybe, word, stray in _ITEM.findall(source):
        if stray:
            raise PhraseError(f"{stray!r} is no word and no (choice), which stand between spaces and do not nest")
        if word == "*":
            items.append(Item(()))
        elif word:
            items.append(Item(((_word(word.removesuffix("?"), fold),),), optional=word.endswith("?")))
        else:
            runs = tuple(tuple(_word(word, fold) for word in run.split()) for run in choice.split("|"))
            if not all(runs):
                raise PhraseError("has an empty choice; write `(a|b)?` for what may be absent")
            items.append(Item(runs, optional=bool(maybe)))
    return items


def _word(word: str, fold: Fold) -> Word:
    """A word, where its signs stand as the language has them."""
    if word == "#":
        return Word(b"")
    bare = word.removesuffix("*")
    if "?" in bare or "*" in bare or "#" in bare:
        raise PhraseError(f"{word!r}: `*` ends a word, `?` ends a word or choice outside brackets, `#` stands alone")
    literal = fold(bare).strip()
    if not literal:
        raise PhraseError(f"{word!r} has no letters")
    return Word(literal, word.endswith("*"))
