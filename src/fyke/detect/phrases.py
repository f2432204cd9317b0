"""The phrase language of the lexicons, and its way to hyperscan expressions.

A phrase is words as a person would write them, matched as whole words over folded text, with five signs:
`word*` any ending, ` * ` up to three words in between, `(a|b c)` a choice, `#` a number, `?` after a word: may be absent.
Choices do not nest. See docs/reference/lexicons.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from fyke.mail.patterns import ONCE, Expression

LITERAL_BYTES = 3  # without a literal of three bytes hyperscan cannot skip ahead and every byte costs
PHRASE_CHARS = 160  # a longer one is somebody's sentence, which nobody else will write again
CHOICES = 24  # alternatives in one phrase
GAPS = 2  # each gap multiplies the states that hyperscan keeps

GAP = rb"(?:[^ \n]+ ){0,3}"
ENDING = rb"[^ \n]*"
NUMBER = (
    rb"[^ 0-9a-z\n]{0,3}[0-9][0-9. ]*[^ 0-9a-z\n]{0,3}"  # with its currency or per cent sign; "5,000" folds to "5 000"
)
NEAR = rb"[^\n]{0,24}"  # a gap where a script writes no spaces: eight ideographs

_ITEM = re.compile(r"\(([^()]*)\)(\??)(?!\S)|([^\s()|]+)(?!\S)|(\S+)")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # Thai, kana, ideographs: words without spaces

Fold = Callable[[str], bytes]


class PhraseError(ValueError):
    """A phrase that breaks a rule of the language or its budget. The text says which."""


class Phrase(Struct, frozen=True):
    """A phrase, ready to be matched."""

    source: str  # as written
    pattern: bytes  # hyperscan's syntax
    heads: tuple[bytes, ...]  # the words that it may begin with, to find the start of a match
    words: tuple[bytes, ...]  # whole literal words of it
    cost: int  # states, roughly: what the budget counts

    @property
    def expression(self) -> Expression:
        """What hyperscan compiles. A phrase counts once a text, so one report is enough."""
        return Expression(self.pattern, ONCE)


class _Item(Struct, frozen=True):
    """One place of a phrase: what may stand there, each alternative a run of words."""

    choices: tuple[tuple[str, ...], ...]
    optional: bool = False
    gap: bool = False


def read(source: str, fold: Fold) -> Phrase:
    """A phrase from its source. Raises PhraseError for one outside the language or the budget."""
    if len(source) > PHRASE_CHARS:
        raise PhraseError(f"longer than {PHRASE_CHARS} characters")
    items = _items(source)
    spaced = not _UNSPACED.search(source)
    rendered = [_render(item, fold, spaced=spaced) for item in items]
    pattern = b"".join(rendered)
    if spaced:
        pattern = _trim(b" " + pattern)
    if _literal(items, fold) < LITERAL_BYTES:
        raise PhraseError(f"needs a word of {LITERAL_BYTES} letters or more that is always there")
    return Phrase(source, pattern, _heads(items, fold), _words(items, fold), len(pattern) + 40 * pattern.count(GAP))


def _items(source: str) -> list[_Item]:
    """The places of a phrase, in order."""
    items: list[_Item] = []
    for choice, maybe, word, stray in _ITEM.findall(source):
        if stray:
            raise PhraseError(f"{stray!r} is no word and no (choice), which stand between spaces and do not nest")
        if word == "*":
            items.append(_Item((), gap=True))
        elif word:
            items.append(_Item(((word.removesuffix("?"),),), optional=word.endswith("?")))
        else:
            items.append(_Item(tuple(tuple(alternative.split()) for alternative in choice.split("|")), bool(maybe)))
    _check(items)
    return items


def _check(items: list[_Item]) -> None:
    """Hold the rules of the language that one item alone, or their order, can break."""
    if not items or items[0].gap or items[-1].gap or items[0].optional or items[-1].optional:
        raise PhraseError("begins and ends with a word that is always there")
    if sum(item.gap for item in items) > GAPS:
        raise PhraseError(f"has more than {GAPS} gaps")
    if sum(len(item.choices) for item in items if len(item.choices) > 1) > CHOICES:
        raise PhraseError(f"has more than {CHOICES} choices")
    for item in items:
        for words in item.choices:
            if not words:
                raise PhraseError("has an empty choice; write `(a|b)?` for what may be absent")
            for word in words:
                _check_word(word)


def _check_word(word: str) -> None:
    """A word holds a sign only where the language gives it a meaning."""
    if "?" in word or "*" in word[:-1] or word == "*" or ("#" in word and word != "#"):
        raise PhraseError(f"{word!r}: `*` ends a word, `?` ends a word or choice outside brackets, `#` stands alone")


def _render(item: _Item, fold: Fold, *, spaced: bool) -> bytes:
    """One place in hyperscan's syntax, with the space after it."""
    if item.gap:
        return GAP if spaced else NEAR
    runs = [_render_run(words, fold, spaced=spaced) for words in item.choices]
    joined = runs[0] if len(runs) == 1 else b"(?:" + b"|".join(runs) + b")"
    return b"(?:" + joined + b")?" if item.optional else joined


def _render_run(words: tuple[str, ...], fold: Fold, *, spaced: bool) -> bytes:
    after = b" " if spaced else b" ?"
    return b"".join(_render_word(word, fold) + after for word in words)


def _render_word(word: str, fold: Fold) -> bytes:
    if word == "#":
        return NUMBER
    literal = _literal_of(word, fold)
    return re.escape(literal) + (ENDING if word.endswith("*") else b"")


def _literal_of(word: str, fold: Fold) -> bytes:
    """The folded letters of a word. Raises PhraseError where folding leaves nothing."""
    literal = fold(word.removesuffix("*")).strip()
    if not literal:
        raise PhraseError(f"{word!r} has no letters")
    return literal


def _trim(pattern: bytes) -> bytes:
    """Any ending at the very end is no condition at all: leave it to the literal."""
    tail = ENDING + b" "
    return pattern.removesuffix(tail)


def _literal(items: list[_Item], fold: Fold) -> int:
    """Length of the longest literal word that every match holds."""
    longest = 0
    for item in items:
        if item.gap or item.optional:
            continue
        shortest = min(max((len(_literal_of(w, fold)) for w in words if w != "#"), default=0) for words in item.choices)
        longest = max(longest, shortest)
    return longest


def _heads(items: list[_Item], fold: Fold) -> tuple[bytes, ...]:
    """What a match may begin with; a number stands as nothing."""
    return tuple(dict.fromkeys(_literal_of(words[0], fold) for words in items[0].choices if words[0] != "#"))


def _words(items: list[_Item], fold: Fold) -> tuple[bytes, ...]:
    """The literal words of a phrase, for the vocabulary of disguises."""
    words = (word for item in items for run in item.choices for word in run if word != "#")
    return tuple(dict.fromkeys(_literal_of(word, fold) for word in words))
