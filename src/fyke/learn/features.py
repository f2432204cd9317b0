"""A message as a fixed number of hashed features, by family. The text is hashed whole, without a loop over words.

A text is a polynomial of its bytes modulo 2**64, so that the hash of any piece is a difference of two sums: words,
pairs of words and runs of four bytes come from a few passes over arrays (Rabin and Karp, 1987). Each feature counts
once in a message however often it is written, so repeating a word buys a sender nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from enum import IntEnum
from itertools import accumulate

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.learn import tokens
from fyke.model import Finding, Message

Codes = NDArray[np.uint32]  # a feature: the low bits are its slot, the highest bit its sign

# The head and the tail of a text are read: what is appended to drown the rest out stands between them or is the tail.
HEAD_BYTES = 3_500
TAIL_BYTES = 600

SUBJECT_BYTES = 500

SLOT_BITS = 18  # a table of 2**18 weights of 2 bytes fits the second-level cache (512 kB) of common processors

_BASE = 0x9E3779B97F4A7C15  # odd, so it has an inverse modulo 2**64
_MIX = np.uint64(0xD6E8FEB86659FD93)
_PAIR = np.uint64(0xA0761D6478BD642F)
_MASK64 = (1 << 64) - 1


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
_ZERO = np.zeros(1, np.int64)
_SALTS = np.array([0x85EBCA6B * (family + 1) & 0xFFFFFFFF for family in Family], np.uint32)


class Reader:
    """Reads messages to features. Holds scratch space, so one reader a thread."""

    def __init__(self) -> None:
        self._seen = np.zeros(1 << SLOT_BITS, np.int32)
        self._numbers = np.arange(1 << 14, dtype=np.int32)

    def read(self, message: Message, findings: Sequence[Finding]) -> Features:
        """All features of a message and of what detectors found in it."""
        folded = message.text.folded
        words, pairs, grams = _text_codes(_window(folded))
        subject_words, subject_pairs, _ = _text_codes(folded[: max(folded.find(b"\n"), 0)][:SUBJECT_BYTES])
        listed = [
            list(tokens.of_sender(message)),
            list(tokens.of_links(message.links)),
            list(tokens.of_structure(message)),
            list(tokens.of_findings(findings, message)),
        ]
        codes = np.concatenate(
            (
                words,
                pairs,
                grams,
                subject_words,
                subject_pairs,
                _token_codes([token for few in listed for token in few]),
            )
        )
        sizes = [len(words), len(pairs), len(grams), len(subject_words) + len(subject_pairs), *map(len, listed)]
        codes ^= np.repeat(_SALTS, sizes)
        return self._distinct(codes, sizes)

    def _distinct(self, codes: Codes, sizes: list[int]) -> Features:
        """The codes without those whose slot another one takes: each feature counts once."""
        slots = codes & np.uint32((1 << SLOT_BITS) - 1)
        numbers = self._numbers[: len(codes)]
        self._seen[slots] = numbers
        kept = self._seen[slots] == numbers
        counts = np.concatenate((_ZERO, np.cumsum(kept)))
        ends = counts[list(accumulate(sizes))]
        return Features(codes[kept], tuple(ends.tolist()))


def _window(folded: bytes) -> bytes:
    if len(folded) <= HEAD_BYTES + TAIL_BYTES:
        return folded
    return folded[:HEAD_BYTES] + b" " + folded[-TAIL_BYTES:]


def _text_codes(text: bytes) -> tuple[Codes, Codes, Codes]:
    """Codes of all words, pairs of neighbours, and runs of four bytes."""
    data = np.frombuffer(text, np.uint8)
    if len(data) < 4:
        none = np.zeros(0, np.uint32)
        return none, none, none
    sums = np.zeros(len(data) + 1, np.uint64)
    np.cumsum(data * _POWERS[: len(data)], out=sums[1:])
    gaps = np.flatnonzero(data <= 32)
    starts, ends = gaps[:-1] + 1, gaps[1:]
    whole = ends > starts
    starts, ends = starts[whole], ends[whole]
    words = (sums[ends] - sums[starts]) * _INVERSES[starts]
    pairs = words[:-1] * _PAIR + words[1:]
    grams = np.concatenate([np.frombuffer(text, "<u4", (len(text) - k) // 4, k) for k in range(4)])
    return _high(words), _high(pairs), _mixed(grams)


def _high(hashes: NDArray[np.uint64]) -> Codes:
    return ((hashes ^ (hashes >> np.uint64(29))) * _MIX >> np.uint64(32)).astype(np.uint32)


def _mixed(grams: Codes) -> Codes:
    mixed = (grams ^ (grams >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    return (mixed ^ (mixed >> np.uint32(12))) * np.uint32(0x297A2D39)


def _token_codes(found: list[str]) -> Codes:
    crc32 = zlib.crc32
    return _mixed(np.array([crc32(token.encode("utf-8", "replace")) for token in found], np.uint32))
