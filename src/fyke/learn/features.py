"""A message as a fixed number of hashed features, by family. The text is hashed whole, without a loop over words.

A text is a polynomial of its bytes modulo 2**64, so that the hash of any piece is a difference of two sums: words,
pairs of words and runs of four bytes come from a few passes over arrays (Rabin and Karp, 1987). Each feature counts
once in a message however often it is written, so repeating a word buys a sender nothing.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Sequence
from enum import IntEnum
from itertools import accumulate

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.learn import kernel, tokens
from fyke.model import Finding, Message

Codes = NDArray[np.uint32]  # a feature: the low bits are its slot, the highest bit its sign

# The head and the tail of a text are read: what is appended to drown the rest out stands between them or is the tail.
HEAD_BYTES = 3_500
TAIL_BYTES = 600

SUBJECT_BYTES = 500

SLOT_BITS = 18  # a table of 2**18 weights of 2 bytes fits the second-level cache (512 kB) of common processors
OWN_SLOT_BITS = 20  # accounts share a table four times as large: what one taught must not be felt by another

_BASE = 0x9E3779B97F4A7C15  # odd, so it has an inverse modulo 2**64
_MIX = np.uint64(0xD6E8FEB86659FD93)
_PAIR = np.uint64(0xA0761D6478BD642F)
_MASK64 = (1 << 64) - 1
_MIX_1, _MIX_2 = 0x2C1B3C6D, 0x297A2D39  # of 32 bits (the constants of triple32, found by search)


class Family(IntEnum):
    """Features of one kind, which share a message's vector among them: many words do not outweigh few links."""

    WORDS = 0
    PAIRS = 1
    GRAMS = 2
    SUBJECT = 3
    SENDER = 4
    LINKS = 5
    STRUCTURE = 6
    SYMBOLS = 7


class Features(Struct, frozen=True):
    """The distinct features of a message, family after family."""

    codes: Codes
    ends: tuple[int, ...]  # where each family ends in `codes`


def _powers(base: int, count: int) -> NDArray[np.uint64]:
    found, power = [], 1
    for _ in range(count):
        found.append(power)
        power = power * base & _MASK64
    return np.array(found, np.uint64)


_LONGEST = HEAD_BYTES + TAIL_BYTES + 2
_POWERS = _powers(_BASE, _LONGEST)
_INVERSES = _powers(pow(_BASE, -1, 1 << 64), _LONGEST)
_SALTS = [0x85EBCA6B * (family + 1) & 0xFFFFFFFF for family in Family]
_TEXT = (Family.WORDS, Family.PAIRS, Family.GRAMS, Family.SUBJECT)
_LISTED = (Family.SENDER, Family.LINKS, Family.STRUCTURE, Family.SYMBOLS)

_MOST = 1 << 14  # codes of one message before they are made distinct: four times the window, and tokens
_KNOWN = 1 << 13  # tokens whose codes are kept: a megabyte; mail of one day has few others

CONSTANTS: kernel.Constants = (
    ("HEAD_BYTES", HEAD_BYTES),
    ("TAIL_BYTES", TAIL_BYTES),
    ("SUBJECT_BYTES", SUBJECT_BYTES),
    ("SLOT_BITS", SLOT_BITS),
    ("OWN_SLOT_BITS", OWN_SLOT_BITS),
    ("MOST_CODES", _MOST),
    ("HASH_BASE", _BASE),
    ("HASH_MIX", int(_MIX)),
    ("HASH_PAIR", int(_PAIR)),
    ("MIX_1", _MIX_1),
    ("MIX_2", _MIX_2),
    *((f"SALT_{family.name}", _SALTS[family]) for family in _TEXT),
)


class Reader:
    """Reads messages to features. Holds scratch space, so one reader a thread."""

    def __init__(self, *, native: bool = True) -> None:
        library = kernel.loaded(CONSTANTS) if native else None
        self._scratch = kernel.Scratch(library, _MOST, SLOT_BITS) if library else None
        self._seen = np.zeros(1 << SLOT_BITS, np.int16)
        self._numbers = np.arange(_MOST, dtype=np.int16)
        self._known = [_Known(_SALTS[family]) for family in _LISTED]

    def read(self, message: Message, findings: Sequence[Finding]) -> Features:
        """All features of a message and of what detectors found in it."""
        listed, sizes = self._listed(message, findings)
        if self._scratch:
            codes, ends = self._scratch.read(message.text.folded, listed, sizes)
            return Features(codes, tuple(ends))
        return self._text_and(message.text.folded, listed, sizes)

    def _listed(self, message: Message, findings: Sequence[Finding]) -> tuple[array[int], list[int]]:
        """Codes of the tokens of each family, and how many each has."""
        found = array("I")
        sizes = []
        families = (
            tokens.of_sender(message),
            tokens.of_links(message.links),
            tokens.of_structure(message),
            tokens.of_findings(findings, message),
        )
        for known, family in zip(self._known, families, strict=True):
            found.extend(map(known.__getitem__, family))
            sizes.append(len(family))
        return found, sizes

    def _text_and(self, folded: bytes, listed: array[int], listed_sizes: Sequence[int]) -> Features:
        """Features of the text, and those of the tokens behind them."""
        text = _window(folded)
        if len(text) < 4:
            codes = np.array(listed, np.uint32)
            return self._distinct(codes, [0, 0, 0, 0, *listed_sizes])
        hashes, words, subject_words = _hashed(text, _subject_bytes(folded))
        pairs, subject_pairs = max(words - 1, 0), max(subject_words - 1, 0)
        codes = np.concatenate(
            (
                hashes,
                *(np.frombuffer(text, "<u4", (len(text) - k) // 4, k) for k in range(4)),
                hashes[:subject_words],
                hashes[words : words + subject_pairs],
                np.frombuffer(listed, np.uint32),
            )
        )
        sizes = (words, pairs, len(text) - 3, subject_words + subject_pairs)
        start = 0
        for family, size in zip(_TEXT, sizes, strict=True):
            part = codes[start : start + size]
            if family == Family.GRAMS:
                _mix(part)
            part ^= _SALTS[family]
            start += size
        return self._distinct(codes, [*sizes, *listed_sizes])

    def _distinct(self, codes: Codes, sizes: list[int]) -> Features:
        """The codes without those whose slot another one takes: each feature counts once."""
        slots = slots_of(codes)
        numbers = self._numbers[: len(codes)]
        self._seen[slots] = numbers
        kept = (self._seen.take(slots, mode="clip") == numbers).nonzero()[0]
        ends = kept.searchsorted(list(accumulate(sizes)))
        return Features(codes.take(kept), tuple(ends.tolist()))


class _Known(dict[str, int]):
    """Codes of tokens of one family. Forgets all when it is full: what comes again is soon there again."""

    def __init__(self, salt: int) -> None:
        super().__init__()
        self._salt = salt

    def __missing__(self, token: str) -> int:
        if len(self) >= _KNOWN:
            self.clear()
        mixed = zlib.crc32(token.encode("utf-8", "replace"))
        mixed = (mixed ^ mixed >> 15) * _MIX_1 & 0xFFFFFFFF
        mixed = (mixed ^ mixed >> 12) * _MIX_2 & 0xFFFFFFFF
        self[token] = code = mixed ^ self._salt
        return code


def slots_of(codes: Codes) -> NDArray[np.intp]:
    """Where the weights of features stand."""
    found: NDArray[np.intp] = np.bitwise_and(codes, (1 << SLOT_BITS) - 1, dtype=np.intp, casting="unsafe")
    return found


def own_slots_of(codes: Codes, mask: int) -> NDArray[np.intp]:
    """Where an account's weights of features stand, whose mask that is."""
    found: NDArray[np.intp] = np.bitwise_and(codes, (1 << OWN_SLOT_BITS) - 1, dtype=np.intp, casting="unsafe")
    found ^= mask
    return found


def _window(folded: bytes) -> bytes:
    if len(folded) <= HEAD_BYTES + TAIL_BYTES:
        return folded
    return folded[:HEAD_BYTES] + b" " + folded[-TAIL_BYTES:]


def _subject_bytes(folded: bytes) -> int:
    """How many bytes of the text are its subject."""
    return min(max(folded.find(b"\n"), 0), SUBJECT_BYTES)


def _hashed(text: bytes, subject_bytes: int) -> tuple[Codes, int, int]:
    """Hashes of all words, then of all pairs of neighbours; how many words, and how many of these are the subject's."""
    data = np.frombuffer(text, np.uint8)
    sums = np.empty(len(data) + 1, np.uint64)
    sums[0] = 0
    (data * _POWERS[: len(data)]).cumsum(out=sums[1:])
    gaps = (data <= 32).nonzero()[0]
    starts, ends = gaps[:-1] + 1, gaps[1:]
    whole = ends > starts
    if not whole.all():
        starts, ends = starts[whole], ends[whole]
    words = len(starts)
    hashes = np.empty(max(2 * words - 1, 0), np.uint64)
    own = hashes[:words]
    np.subtract(sums.take(ends), sums.take(starts), out=own)
    own *= _INVERSES.take(starts)
    if words > 1:
        pairs = hashes[words:]
        np.multiply(own[:-1], _PAIR, out=pairs)
        pairs += own[1:]
    hashes ^= hashes >> 29
    hashes *= _MIX
    hashes >>= 32
    subject_words = int(ends.searchsorted(subject_bytes)) if subject_bytes >= 4 else 0
    return hashes.astype(np.uint32), words, subject_words


def _mix(codes: Codes) -> None:
    """Let each bit of the codes change all others, in place."""
    codes ^= codes >> 15
    codes *= _MIX_1
    codes ^= codes >> 12
    codes *= _MIX_2
