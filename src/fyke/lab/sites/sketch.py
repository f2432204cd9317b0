"""Pages as sketches: 64 minima of hashes (MinHash, Broder 1997), of markup and of words. See `linking.likeness`.

Hashes are CRC-32 (ISO 3309) run through multiply and shift with odd constants of a fixed generator, the same for ever.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np

PLACES = 64
SHINGLES = 4_000  # of a page; a longer one is told by its beginning
LEAST = 8  # shingles; fewer tell strangers apart from nobody

_RANDOM = np.random.Generator(np.random.PCG64(20_050_511))
_FACTORS = _RANDOM.integers(0, 1 << 63, PLACES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_TERMS = _RANDOM.integers(0, 1 << 63, PLACES, dtype=np.uint64)


def sketch(shingles: Iterable[str]) -> str:
    """The sketch of a set of shingles: hex, four digits a place; empty for too few."""
    codes = {zlib.crc32(shingle.encode("utf-8", "replace")) for shingle in shingles}
    if len(codes) < LEAST:
        return ""
    held = np.array(sorted(codes)[:SHINGLES], dtype=np.uint64)
    with np.errstate(over="ignore"):
        mixed = (held[:, None] * _FACTORS + _TERMS) >> np.uint64(32)
    least = mixed.min(axis=0)
    return bytes((least & np.uint64(0xFFFF)).astype(">u2").tobytes()).hex()


def runs(words: list[str], length: int) -> Iterable[str]:
    """Runs of so many words."""
    return (" ".join(words[at : at + length]) for at in range(len(words) - length + 1))
