"""Which sketches are of one text: keys under which likely ones are found, and the test that two of them are alike.

Words alone find texts of which a quarter was exchanged, runs of three words those that are nearly equal, and two words
with a fact of how the mail was made those between (locality-sensitive hashing: Broder 1997, Indyk and Motwani 1998).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fyke.model.sketch import GRAMS, WORDS, Sketch

Codes = NDArray[np.uint32]

# Of two texts from one template in which a quarter of the words is exchanged, 0.39 of all words are common: 0.75² /
# (2 - 0.75²); of short ones in a small vocabulary, 0.3. One of 8 bands of three is then met by 20 of 100 pairs, one of
# 20 bands of two by 85, for each of up to three facts that they share; of strangers, who have 0.05 in common and
# hardly a fact, by 1 in 1,000.
BANDS, PAIRS, GRAM_BANDS, FACTS = 8, 20, 4, 3

NEAR = 0.28  # of the words in common, where nothing else speaks for or against
HELPED = 0.2  # where both link in the same way: strangers who sell the same thing stay below 0.15
APART = 0.45  # where one of them links and the other does not
RUNS = 2  # runs of three words in common, at least: who draws from the same few words has none; 35 of 100 exchanged, 4
_FULL = (4 * WORDS, 4 * GRAMS)  # bytes of a field that may have been cut
SAME = 0.5  # of the runs of three words: they are copies


def multipliers(count: int, seed: int) -> Codes:
    """Odd multipliers: a product with one is a permutation of all numbers of 32 bits. Fixed for ever."""
    found, state = [], seed
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF  # Knuth's MMIX
        found.append(state >> 32 | 1)
    return np.array(found, np.uint32)


_WORDS, _GRAMS = multipliers(2 * PAIRS, 1), multipliers(GRAM_BANDS * 3, 2)
_C1, _C2, _C3 = (np.uint64(each) for each in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53, 0x2545F4914F6CDD1D))
_S32 = np.uint64(32)


def _salt(numbers: range) -> NDArray[np.uint64]:
    return np.array(numbers, np.uint64) * np.uint64(0x9E3779B97F4A7C15)


_OF_PAIRS = _salt(range(100, 100 + PAIRS))
_SALTS = [
    [
        np.concatenate((_salt(range(BANDS)), *[_OF_PAIRS] * made, _salt(range(200, 200 + runs))))
        for runs in (0, GRAM_BANDS)
    ]
    for made in range(FACTS + 1)
]


def hashes(data: bytes) -> Codes:
    """The hashes of a field of a sketch."""
    return np.frombuffer(data, "<u4")


def keys(sketch: Sketch) -> NDArray[np.uint64]:
    """Keys, one of which two alike sketches most likely have in common."""
    if sketch.is_short:
        return _keys_of_short(sketch)
    least = (hashes(sketch.words)[:, None] * _WORDS).min(0).astype(np.uint64)
    first, second = least[:PAIRS] * _C1, least[PAIRS:] * _C2
    two = first ^ second
    made = np.array(facts(sketch), np.uint64) * _C2
    found = [two[:BANDS] ^ least[BANDS : 2 * BANDS] * _C3, (made[:, None] ^ two).ravel()]
    if sketch.grams:
        runs = (hashes(sketch.grams)[:, None] * _GRAMS).min(0).astype(np.uint64)
        found.append(runs[:GRAM_BANDS] * _C2 ^ runs[GRAM_BANDS : 2 * GRAM_BANDS] * _C3 ^ runs[2 * GRAM_BANDS :] * _C1)
    return _mixed(np.concatenate(found) ^ _salts(len(made), bool(sketch.grams)))


def _salts(made: int, has_grams: bool) -> NDArray[np.uint64]:
    """A number for each band, so that equal words in two of them are not taken for one another.

    Facts share the salts of their pairs: it does not matter which of the facts it is.
    """
    return _SALTS[made][has_grams]


def facts(sketch: Sketch) -> list[int]:
    """Up to three facts of how a mail was made: the program that sent it, its HTML, the paths that it links to."""
    made = [int(each[:8], 16) for each in (sketch.headers, sketch.dom) if each]
    return [*made, *hashes(sketch.paths)[:1].tolist()]


def _keys_of_short(sketch: Sketch) -> NDArray[np.uint64]:
    """The keys of a text that must be equal; of a mail without words, of each thing that it leads to."""
    whole = int(sketch.exact or "0", 16)
    ends = hashes(sketch.paths)[:4].tolist() or [0]
    if not sketch.words:
        ends = hashes(sketch.leads)[:8].tolist()
    return _mixed(np.array([whole ^ end << 16 for end in ends], np.uint64) * _C1 + _C2)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values ^= values >> _S32
    values *= _C1
    values ^= values >> _S32
    values *= _C2
    values ^= values >> _S32
    return values


def is_alike(one: Sketch, other: Sketch) -> bool:
    """Whether two mails are of one campaign, as far as their sketches tell.

    Who copies another's text puts in their own links: so much in common is no proof where both lead elsewhere, unless
    the same program sent both.
    """
    if one.is_short or other.is_short:
        return one.is_short and other.is_short and _is_same_short(one, other)
    leads, paths = _overlap(one.leads, other.leads), _overlap(one.paths, other.paths)
    program = bool(one.headers) and one.headers == other.headers and one.message_id == other.message_id
    if not (leads or paths or program) and not (leads is None and paths is None):
        return False
    is_even = bool(one.paths or one.leads) == bool(other.paths or other.leads)
    if leads or (paths and program) or (one.dom and one.dom == other.dom):
        least = HELPED
    else:
        least = NEAR if is_even or program else APART
    if common(one.grams, other.grams) < RUNS:
        return False
    return jaccard(one.words, other.words) >= least or jaccard(one.grams, other.grams) >= SAME


def common(one: bytes, other: bytes) -> int:
    """How many hashes two fields have in common."""
    both = np.sort(np.frombuffer(one + other, "<u4"))
    return int(np.count_nonzero(both[1:] == both[:-1]))


def _is_same_short(one: Sketch, other: Sketch) -> bool:
    if one.exact != other.exact:
        return False
    agree = [_overlap(one.paths, other.paths), _overlap(one.leads, other.leads)]
    if not one.words:
        return bool(agree[1])
    return True in agree or not (one.paths or other.paths or one.leads or other.leads)


def jaccard(one: bytes, other: bytes) -> float:
    """The share of all elements of two sets that both have, by the smallest hashes of each (Broder, 1997)."""
    if not one or not other:
        return 0.0
    both = np.sort(np.frombuffer(one + other, "<u4"))
    again = both[1:] == both[:-1]
    if len(one) == len(other) and len(one) in _FULL:  # both may go on beyond what was kept
        last = min(one[-4:][::-1], other[-4:][::-1])
        both = both[: both.searchsorted(int.from_bytes(last, "big"), "right")]
        again = again[: len(both) - 1]
    common = int(np.count_nonzero(again))
    return common / (len(both) - common)


def _overlap(one: bytes, other: bytes) -> bool | None:
    """Whether two small sets have anything in common; None where one is empty."""
    if not one or not other:
        return None
    if one == other:
        return True
    return not {one[at : at + 4] for at in range(0, len(one), 4)}.isdisjoint(
        other[at : at + 4] for at in range(0, len(other), 4)
    )
