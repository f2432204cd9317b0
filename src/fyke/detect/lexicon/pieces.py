"""How a phrase is found: by literals that hyperscan looks for, and a look around where they stand.

Hyperscan compiles a literal a hundred times faster than a choice or a gap. So a phrase with few combinations is
written out, and of any other the rarest place, its anchor, is looked for; a Python regex confirms the whole around it.
"""

from __future__ import annotations

import re
from itertools import product
from math import prod

from msgspec import Struct

from fyke.detect.lexicon.frequency import frequency
from fyke.detect.lexicon.neighbours import Neighbours, after, before
from fyke.detect.lexicon.phrases import LITERAL_BYTES, Item, Phrase, PhraseError, Run, Word

WRITTEN_OUT = 48  # combinations that are written out; each costs the compiler as much as a word
# What the choice of an anchor weighs, in microseconds a message: a match of it, a regex, a literal more to look for.
MATCH_COST, REGEX_COST, SCAN_COST = 1.0, 3.0, 0.0002
SPARED = 0.8  # of the matches of an anchor, where what stands on one side of it is looked for with it
ANCHOR_MOST = 0.03  # a dearer one is not used if one of more words can be had
ANCHOR_MOST_OF_ALL = 0.5  # a dearer one is not used at all: hyperscan finds the whole phrase cheaper
WRITTEN_OUT_MOST = 400
GAP_BYTES = 48  # for three words; longer ones are rare, and a look around has an end
ENDING_BYTES = 24
NUMBER_BYTES = 16

GAP = rb"(?:[^ \n]+ ){0,3}"
NEAR = rb"[^\n]{0,24}"  # a gap where a script writes no spaces: eight ideographs
ENDING = rb"[^ \n]*"
NUMBER = rb"[^ 0-9a-z\n]{0,3}[0-9][0-9. ]*[^ 0-9a-z\n]{0,3}"  # with currency or per cent sign; "5,000" folds to "5 000"
SPACE = ord(" ")
_HOST_PART = re.compile(r"[a-z0-9.-]{3,40}")

LITERAL_COST, WHOLE_COST = 0.04, 0.06  # compiler's milliseconds: a literal, a byte of an expression that is none

Items = tuple[Item, ...]


class Confirm(Struct, frozen=True):
    """What must stand around the anchor of a phrase."""

    pattern: bytes  # regex of the whole phrase
    before: int  # bytes that the phrase may have before its anchor, about
    after: int
    left: Neighbours | None  # the words that may stand beside it; None where any may
    right: Neighbours | None
    begins: bool = False  # whether the phrase can only begin where the anchor does


class Finder(Struct, frozen=True):
    """What hyperscan looks for, and what must then stand around it."""

    expressions: tuple[bytes, ...]  # in hyperscan's syntax
    lengths: tuple[int, ...]  # bytes of each literal; 0 for an expression that is none
    confirm: Confirm | None = None  # what must then stand around it; None where the expressions are all of it

    @property
    def cost(self) -> float:
        """What it costs to compile, in milliseconds, about."""
        pairs = zip(self.expressions, self.lengths, strict=True)
        return sum(LITERAL_COST if length else WHOLE_COST * len(expression) for expression, length in pairs)


def finder(phrase: Phrase) -> Finder:
    """The cheapest way to find a phrase."""
    items = phrase.items
    if _is_literal(items, is_last=True) and _combinations(items) <= WRITTEN_OUT:
        return Finder(*_escaped(_literals(items, spaced=phrase.spaced)))
    pattern = _pattern(phrase)
    anchor = _anchor(items) if phrase.spaced else None
    if anchor is None:
        return Finder((pattern,), (0,))
    begin, end = anchor
    literals, left, right = _with_neighbours(items, begin, end)
    begins = begin == 0 and not _are_nested(literals)
    confirm = Confirm(pattern, _reach(items[:begin]), _reach(items[end:]), left, right, begins)
    return Finder(*_escaped(literals), confirm)


def part_finder(word: str) -> Finder:
    """How a part of a host's name is found. Raises PhraseError for what no host's name can hold."""
    if not _HOST_PART.fullmatch(word):
        raise PhraseError(f"a part of a host's name is {LITERAL_BYTES} or more of a-z, 0-9, - and .")
    return Finder((re.escape(word.encode()),), (len(word),))


def _anchor(items: Items) -> tuple[int, int] | None:
    """The place of a phrase that is cheapest to look for; of more words where the single ones are common."""
    return _cheapest(items, WRITTEN_OUT, ANCHOR_MOST) or _cheapest(items, WRITTEN_OUT_MOST, ANCHOR_MOST_OF_ALL)


def _cheapest(items: Items, combinations: float, least: float) -> tuple[int, int] | None:
    """The cheapest place of so many combinations; None where all cost more than the least."""
    best = None
    for begin in range(len(items)):
        for end in range(begin + 1, len(items) + 1):
            run = items[begin:end]
            if not _is_literal(run, is_last=True) or _combinations(run) > combinations:
                break
            if not run[0].optional and not run[-1].optional:
                cost = _match_cost(items, begin, end)
                best, least = ((begin, end), cost) if cost < least else (best, least)
            if not _is_literal(run, is_last=False):
                break
    return best


def _with_neighbours(items: Items, begin: int, end: int) -> tuple[list[bytes], Neighbours | None, Neighbours | None]:
    """The literals of an anchor, and what must stand beside them.

    Where the anchor is a common word, what stands on one side of it is written out with it: it spares most matches.
    """
    literals = _literals(items[begin:end], spaced=True)
    left, right = before(items, begin), after(items, end)
    spared = SPARED * MATCH_COST * sum(frequency(words) for words in _said(items[begin:end]))
    if left and (right is None or left.count <= right.count):
        if left.count * len(literals) * SCAN_COST < spared:
            return left.before(literals), None, right
    elif right and right.count * len(literals) * SCAN_COST < spared:
        return right.after(literals), left, None
    return literals, left, right


def _match_cost(items: Items, begin: int, end: int) -> float:
    """What it costs to look for a part of a phrase, in microseconds a message, about."""
    ways = _said(items[begin:end])
    often = sum(map(frequency, ways))
    is_known = before(items, begin) or after(items, end)
    return often * (MATCH_COST if is_known else MATCH_COST + REGEX_COST) + SCAN_COST * len(ways)


def _ways(items: Items) -> list[tuple[Run, ...]]:
    """The choices of each item; an optional one may be said with no word."""
    return [(*item.choices, ()) if item.optional else item.choices for item in items]


def _said(items: Items) -> list[list[Word]]:
    """Every way to say the items."""
    return [[word for run in runs for word in run] for runs in product(*_ways(items))]


def _is_literal(items: Items, *, is_last: bool) -> bool:
    """Whether the items are plain words; an ending may be left open only where the phrase ends."""
    for item in items:
        for run in item.choices:
            closed = run[:-1] if is_last and item is items[-1] else run
            if any(word.is_number for word in run) or any(word.open for word in closed):
                return False
    return not any(item.is_gap for item in items)


def _combinations(items: Items) -> int:
    """In how many ways the items can be said."""
    return prod(len(item.choices) + item.optional for item in items)


def _literals(items: Items, *, spaced: bool) -> list[bytes]:
    """Every way to say the items as a literal."""
    literals = []
    for words in _said(items):
        literal = (b" " if spaced else b"").join(word.literal for word in words)
        literals.append((b" " + literal + (b"" if words[-1].open else b" ")) if spaced else literal)
    return list(dict.fromkeys(literals))


def _are_nested(literals: list[bytes]) -> bool:
    """Whether one of the literals ends in another, so that either may be found first."""
    known = frozenset(literals)
    return any(one[at:] in known for one in literals for at in range(1, len(one)) if one[at] == SPACE)


def _escaped(literals: list[bytes]) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
    """The literals in hyperscan's syntax, and their lengths."""
    return tuple(map(re.escape, literals)), tuple(map(len, literals))


def _pattern(phrase: Phrase) -> bytes:
    """The whole phrase in the syntax that hyperscan and Python share."""
    pattern = b"".join(_render(item, spaced=phrase.spaced) for item in phrase.items)
    # any ending, where nothing follows, is no condition
    return b" " + pattern.removesuffix(ENDING + b" ") if phrase.spaced else pattern


def _render(item: Item, *, spaced: bool) -> bytes:
    """One place, with the space after it."""
    if item.is_gap:
        return GAP if spaced else NEAR
    after = b" " if spaced else b" ?"
    runs = [b"".join(_render_word(word) + after for word in run) for run in item.choices]
    joined = runs[0] if len(runs) == 1 else b"(?:" + b"|".join(runs) + b")"
    return b"(?:" + joined + b")?" if item.optional else joined


def _render_word(word: Word) -> bytes:
    if word.is_number:
        return NUMBER
    return re.escape(word.literal) + (ENDING if word.open else b"")


def _reach(items: Items) -> int:
    """How many bytes the items may take, about."""
    return sum(max((sum(map(_reach_of_word, run)) for run in item.choices), default=GAP_BYTES) for item in items)


def _reach_of_word(word: Word) -> int:
    return NUMBER_BYTES if word.is_number else len(word.literal) + 1 + (ENDING_BYTES if word.open else 0)
