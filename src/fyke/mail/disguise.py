"""Words that pretend not to be there: digits for letters, letters apart, words in halves, letters doubled.

Only words of a vocabulary are seen through, and only where the disguise leaves a mark in the text's shape; a text
without such marks costs next to nothing. `fold` has seen through other scripts, widths and invisible characters before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from fyke.mail.common import COMMON
from fyke.mail.patterns import Expression, Match, Patterns, load

LEAST = 5  # letters of a word that is seen through; shorter ones turn up by chance
LETTERS = 3  # that a word with digits in it keeps; below, it is a number or a code
LONGEST = 40  # bytes of a word that is looked at
HALVED = 14  # letters of the longest word that is looked for in halves
TOKENS = 200  # words of one text looked at for one kind of disguise
RUNS = 20  # runs of single letters of one text that are read
RUN_LETTERS = 60  # of one run
DISGUISES = 100  # of one text

# What stands for a letter. l and I are one, since 1, ! and | stand for either.
_KEY = bytes.maketrans(b"0123456789@$!|l", b"oizeasgtbgasiii")


# Letters are "a", what may stand for one is "1", all else but spaces is "x".
def _shape_of(byte: int) -> int:
    if 97 <= byte <= 122:
        return 97
    return 49 if byte in b"0123456789@$!|" else 32 if byte in b" \n" else 120


_SHAPE = bytes(map(_shape_of, range(256)))
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyz")
_REPEATED = re.compile(rb"(.)\1+")
# Doubled letters that hardly any word has, and any letter three times.
_TRIPLES = b"|".join(bytes((letter,)) * 3 for letter in b"bcdefglmnoprstz")
_RARE_DOUBLES = b"(?:aa|hh|ii|jj|kk|qq|uu|vv|yy|%b)" % _TRIPLES
_FOUR_SINGLES = rb" (?:[a-z0-9@$!|] ){4}"
_FOUR_SINGLES_BYTES = 9
_SINGLES = re.compile(rb"(?: [a-z0-9@$!|](?= ))+")


class Disguise(Struct, frozen=True, gc=False):
    """A word of the vocabulary as it was shown, and in plain letters."""

    shown: str
    plain: str
    how: str  # "leet", "split", "halves", "doubled"


class _Found(Struct, frozen=True, gc=False):
    start: int
    end: int
    word: bytes
    how: str


class _Index:
    """A vocabulary, ready to be looked for."""

    __slots__ = ("halved", "keys", "once", "patterns", "words")

    def __init__(self, vocabulary: frozenset[bytes]) -> None:
        self.words = frozenset(word for word in vocabulary if len(word) >= LEAST)
        self.keys = {word.translate(_KEY): word for word in sorted(self.words)}
        self.once = {_REPEATED.sub(rb"\1", word): word for word in sorted(self.words)}
        # One literal an expression compiles twenty times faster than alternatives do.
        halves = [(half, word) for word in sorted(self.words) if len(word) <= HALVED for half in _halves(word)]
        self.halved = [word for _, word in halves]
        marks = [Expression(_FOUR_SINGLES), Expression(_RARE_DOUBLES)]
        self.patterns: Patterns = load([*marks, *(Expression(b" %b " % half) for half, _ in halves)])


@lru_cache(maxsize=8)
def _index(vocabulary: frozenset[bytes]) -> _Index:
    return _Index(vocabulary)


def undisguise(folded: bytes, vocabulary: frozenset[bytes]) -> tuple[bytes, tuple[Disguise, ...]]:
    """Folded text with the disguised words of the vocabulary in plain letters, and which they were."""
    index = _index(vocabulary)
    shape = folded.translate(_SHAPE)
    found = _leet(folded, shape, index) if b"a1" in shape or b"1a" in shape else []
    matches = index.patterns.scan(folded)[:TOKENS]
    if matches:
        found.extend(_marked(folded, matches, index))
        found.extend(_apart(folded, matches, index))
    if not found:
        return folded, ()
    return _shown_plainly(folded, sorted(found, key=lambda one: (one.start, -one.end))[:DISGUISES])


def _leet(folded: bytes, shape: bytes, index: _Index) -> list[_Found]:
    """Words with digits or signs for letters."""
    found: list[_Found] = []
    end = 0
    before, after = shape.find(b"a1"), shape.find(b"1a")
    for _ in range(TOKENS):
        if 0 <= before < end:
            before = shape.find(b"a1", end)
        if 0 <= after < end:
            after = shape.find(b"1a", end)
        at = after if before < 0 or 0 <= after < before else before
        if at < 0:
            break
        start, end = _bounds(folded, at)
        if LEAST <= end - start <= LONGEST and shape.count(b"a", start, end) >= LETTERS:
            token = folded[start:end]
            key = token.translate(_KEY)
            word = index.keys.get(key)
            if word is None and b"ii" in key:
                word = index.once.get(_REPEATED.sub(rb"\1", key))
            if word is not None and word != token:
                found.append(_Found(start, end, word, "leet"))
        end = max(end, at + 2)
    return found


def _apart(folded: bytes, matches: list[Match], index: _Index) -> Iterator[_Found]:
    """Words whose letters stand apart."""
    done = runs = 0
    for match in matches:
        start = match.end - _FOUR_SINGLES_BYTES
        if match.index == 0 and start >= done and runs < RUNS:
            runs += 1
            done = _SINGLES.match(folded, start, start + 2 * RUN_LETTERS).end()  # type: ignore[union-attr]
            letters = folded[start + 1 : done : 2]
            if sum(map(_LETTERS.__contains__, letters)) >= LETTERS:  # else it is a row of numbers
                yield from _in_run(letters.translate(_KEY), start + 1, index)


def _in_run(letters: bytes, start: int, index: _Index) -> Iterator[_Found]:
    """The words of the vocabulary in a run of letters, the longest first, none twice."""
    at = 0
    repeats = _REPEATED.search(letters) is not None
    while at + LEAST <= len(letters):
        for end in range(min(len(letters), at + 20), at + LEAST - 1, -1):
            word = index.keys.get(letters[at:end])
            if word is None and repeats:
                word = index.once.get(_REPEATED.sub(rb"\1", letters[at:end]))
            if word is not None:
                yield _Found(start + 2 * at, start + 2 * end - 1, word, "split")
                at = end - 1
                break
        at += 1


def _marked(folded: bytes, matches: list[Match], index: _Index) -> Iterator[_Found]:
    """Words in halves, and words with letters doubled."""
    for match in matches:
        if match.index >= 2:
            word = index.halved[match.index - 2]
            yield _Found(match.end - len(word) - 2, match.end - 1, word, "halves")
        elif match.index == 1:
            start, end = _bounds(folded, match.end - 1)
            token = folded[start:end]
            if LEAST < len(token) <= LONGEST and token not in index.words:
                plain = index.once.get(_REPEATED.sub(rb"\1", token))
                if plain is not None:
                    yield _Found(start, end, plain, "doubled")


def _bounds(folded: bytes, at: int) -> tuple[int, int]:
    """Where the word begins and ends that stands there."""
    start = folded.rfind(b" ", max(0, at - LONGEST), at + 1) + 1
    end = folded.find(b" ", at, at + LONGEST)
    return (start or max(0, at - LONGEST)), (end if end >= 0 else min(len(folded), at + LONGEST))


@lru_cache(maxsize=4096)
def _halves(word: bytes) -> tuple[bytes, ...]:
    """Ways to write the word in two that are no words themselves."""
    cuts = range(2, len(word) - 1)
    return tuple(
        b"%b %b" % (word[:cut], word[cut:]) for cut in cuts if word[:cut] not in COMMON and word[cut:] not in COMMON
    )


def _shown_plainly(folded: bytes, found: list[_Found]) -> tuple[bytes, tuple[Disguise, ...]]:
    """The text with what was found put in plain letters; what overlaps is taken once."""
    pieces: list[bytes] = []
    disguises: list[Disguise] = []
    at = 0
    for one in found:
        if one.start < at:
            continue
        shown = folded[one.start : one.end]
        pieces += folded[at : one.start], one.word
        disguises.append(Disguise(shown.decode("utf-8", "replace"), one.word.decode("utf-8", "replace"), one.how))
        at = one.end
    pieces.append(folded[at:])
    return b"".join(pieces), tuple(disguises)
