"""Each word's share of what the model says of a mail, in bits: the sum again, with names.

Here the features are made one by one, in plain arithmetic, so that each has a name: the slow and readable form of what
`features` does in passes over arrays. A run of four bytes belongs to the word in which it begins.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from fyke.learn import tokens
from fyke.learn.base import UNIT as BASE_UNIT
from fyke.learn.base import bent
from fyke.learn.features import HEAD_BYTES, SUBJECT_BYTES, TAIL_BYTES, Family, Features
from fyke.learn.model import SCALES, Model, account_mask
from fyke.learn.table import OWN_SLOTS, SLOTS, UNIT
from fyke.model import Finding, Message

_MASK64 = (1 << 64) - 1
_MASK32 = (1 << 32) - 1
_BASE = 0x9E3779B97F4A7C15
_MIX = 0xD6E8FEB86659FD93
_PAIR = 0xA0761D6478BD642F

Named = tuple[int, Family, str]  # code, family, what it is for a reader


class Share(Struct, frozen=True):
    """What one word, pair of words, link or fact adds, in bits; positive speaks for unwanted mail."""

    text: str
    kind: str  # "word", "pair", "subject", "sender", "links", "structure" or "symbols"
    base: float
    shared: float
    own: float

    @property
    def bits(self) -> float:
        """All three together."""
        return self.base + self.shared + self.own


def shares(
    model: Model, features: Features, message: Message, findings: Sequence[Finding], account: str = ""
) -> list[Share]:
    """All shares, the largest first. They add up to what the model weighs, but for the last digit of a float."""
    names: dict[tuple[int, Family], str] = {}
    for code, family, text in named(message, findings):
        names.setdefault((code, family), text)
    sums: dict[tuple[str, str], list[float]] = {}
    start = 0
    for family, end in zip(Family, features.ends, strict=True):
        if end > start:
            value = SCALES[family] / math.sqrt(end - start)
            for code in features.codes[start:end].tolist():
                text = names.get((code, family), "?")
                kind = "word" if family is Family.GRAMS else _KINDS[family]
                told = sums.setdefault((kind, text), [0.0, 0.0, 0.0])
                for at, weight in enumerate(_weights(model, code, account)):
                    told[at] += value * weight
        start = end
    bend = _bend(sum(told[0] for told in sums.values()))
    found = [Share(text, kind, base * bend, shared, own) for (kind, text), (base, shared, own) in sums.items()]
    return sorted(found, key=lambda share: (-abs(share.bits), share.text))


_KINDS = {
    family: family.name.lower().removesuffix("s") if family < Family.SUBJECT else family.name.lower()
    for family in Family
}


def _bend(total: float) -> float:
    """By how much the base model's sum is bent towards its cap."""
    return bent(total) / total if total else 1.0


def _weights(model: Model, code: int, account: str) -> tuple[float, float, float]:
    """The weights of one feature: base, shared, own; in bits."""
    slot, sign = code & (SLOTS - 1), -1.0 if code >> 31 else 1.0
    base = sign * float(model.base.weights[slot]) / BASE_UNIT
    table = model.table
    if table is None or not table.labels:
        return base, 0.0, 0.0
    own = float(table.own[(code ^ account_mask(account)) & (OWN_SLOTS - 1)]) if account else 0.0
    return base, sign * float(table.shared[slot]) / UNIT, sign * own / UNIT


def named(message: Message, findings: Sequence[Finding]) -> Iterator[Named]:
    """Every feature of a message with its name, in any number."""
    folded = message.text.folded
    text = folded
    if len(folded) > HEAD_BYTES + TAIL_BYTES:
        text = folded[:HEAD_BYTES] + b" " + folded[-TAIL_BYTES:]
    words = _words(text)
    if len(text) >= 4:
        yield from _of_words(words, Family.WORDS, Family.PAIRS)
        yield from _of_grams(text, words)
    subject = folded[: max(folded.find(b"\n"), 0)][:SUBJECT_BYTES]
    if len(subject) >= 4:
        yield from _of_words(_words(subject), Family.SUBJECT, Family.SUBJECT)
    yield from _of_tokens(tokens.of_sender(message), Family.SENDER)
    yield from _of_tokens(tokens.of_links(message.links), Family.LINKS)
    yield from _of_tokens(tokens.of_structure(message), Family.STRUCTURE)
    yield from _of_tokens(tokens.of_findings(findings, message), Family.SYMBOLS)


def _words(text: bytes) -> list[tuple[int, bytes]]:
    """Words between two gaps, each with where it begins. What touches the text's ends is cut, and is none."""
    gaps = [at for at, byte in enumerate(text) if byte <= 32]
    return [(left + 1, text[left + 1 : right]) for left, right in itertools.pairwise(gaps) if right > left + 1]


def _of_words(words: Sequence[tuple[int, bytes]], single: Family, double: Family) -> Iterator[Named]:
    hashes = [_hash(word) for _, word in words]
    for (_, word), each in zip(words, hashes, strict=True):
        yield _high(each) ^ _salt(single), single, _readable(word)
    for at in range(len(words) - 1):
        code = _high((hashes[at] * _PAIR + hashes[at + 1]) & _MASK64)
        yield code ^ _salt(double), double, f"{_readable(words[at][1])} {_readable(words[at + 1][1])}"


def _of_grams(text: bytes, words: Sequence[tuple[int, bytes]]) -> Iterator[Named]:
    at_word = 0
    for at in range(len(text) - 3):
        while at_word + 1 < len(words) and words[at_word + 1][0] <= at + 1:  # a gap belongs to the word after it
            at_word += 1
        name = _readable(words[at_word][1]) if words else _readable(text[at : at + 4])
        yield _mixed(int.from_bytes(text[at : at + 4], "little")) ^ _salt(Family.GRAMS), Family.GRAMS, name


def _of_tokens(found: Iterable[str], family: Family) -> Iterator[Named]:
    for token in found:
        yield _mixed(zlib.crc32(token.encode("utf-8", "replace"))) ^ _salt(family), family, token


def _readable(word: bytes) -> str:
    return word.decode("utf-8", "replace")


def _hash(word: bytes) -> int:
    """The word's bytes as digits of a number in a large base, modulo 2**64."""
    found, power = 0, 1
    for byte in word:
        found = (found + byte * power) & _MASK64
        power = power * _BASE & _MASK64
    return found


def _high(value: int) -> int:
    return ((value ^ (value >> 29)) * _MIX & _MASK64) >> 32


def _mixed(value: int) -> int:
    mixed = (value ^ (value >> 15)) * 0x2C1B3C6D & _MASK32
    return (mixed ^ (mixed >> 12)) * 0x297A2D39 & _MASK32


def _salt(family: Family) -> int:
    return 0x85EBCA6B * (family + 1) & _MASK32
