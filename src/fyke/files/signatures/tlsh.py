"""TLSH: a hash that is alike for files that are alike, by which builds of one family are told to belong together.

Version T1 with 128 buckets and a check sum of one byte, after Oliver, Cheng, Chen: "TLSH - A Locality Sensitive Hash"
(2013). Each window of five bytes gives six triplets; Pearson's hash puts each into a bucket; the hash tells in which
quarter the count of each bucket lies.
"""

from __future__ import annotations

import math

import numpy as np

BUCKETS = 128

# The table of Pearson, "Fast hashing of variable-length text strings", 1990.
_TABLE = bytes.fromhex(
    "0157310cb0b266a679c10654f9e62ca30ec5d5b5a155da5040ef18e2ec8e26c86eb168678dfdff324d6551122d601fde"
    "196bbe4656edf02248f214d6f4e395eb61ea39163cfa52afd0057fc76f3e87f8aea9d33a429a6ac3f5ab11bbb6b300f3"
    "8438944b80859e64827e5b0d99f6d8db7744df4e5358c9637a0b5c208872340a8a1e30b79c233d1a8f4afb5e81a23f98"
    "aa0773a7f1ce0396373b97dc5a3517837dad0fee4f5f59106989e1e0d9a0257b7649029d2e74099186e4cfd4cad745e5"
    "1bbc437ca8fc2a041d6c15f713cd27cbe928ba93c6c09b21a4bf62cca5b4754c8c24d2ac29369f08b9e871c4e72f9278"
    "33411c90fedd5dbdc28b702b476db8d1"
)
# Salt, and which bytes of the window it is hashed with: 0 is the newest, 4 the oldest.
_TRIPLETS = ((2, 0, 1, 2), (3, 0, 1, 3), (5, 0, 2, 3), (7, 0, 2, 4), (11, 0, 1, 4), (13, 0, 3, 4))


def tlsh(data: bytes) -> str:
    """The hash, as text that begins with T1; empty where the bytes are too few or too much alike."""
    size = len(data)
    if size < 5:
        return ""
    array = np.frombuffer(data, dtype=np.uint8)
    window = [array[4 - back : size - back] for back in range(5)]
    counts = np.zeros(256, dtype=np.int64)
    for salt, *places in _TRIPLETS:
        hashed = _hashed(salt, *(window[place] for place in places))
        counts += np.bincount(hashed, minlength=256)
    buckets = counts[:BUCKETS]
    first, second, third = (int(each) for each in np.sort(buckets)[[31, 63, 95]])
    if np.count_nonzero(buckets) <= BUCKETS // 2 or not third:
        return ""
    quarters = (buckets > first).astype(np.uint8) + (buckets > second) + (buckets > third)
    code = (quarters.reshape(32, 4) << np.array([0, 2, 4, 6], dtype=np.uint8)).sum(axis=1).astype(np.uint8)
    ratios = (first * 100 // third % 16) << 4 | second * 100 // third % 16
    head = bytes((_swapped(_check_sum(window[0], window[1])), _swapped(_length(size)), ratios))
    told: bytes = head + code[::-1].tobytes()
    return "T1" + told.hex().upper()


def _hashed(salt: int, *columns: np.ndarray) -> np.ndarray:
    """Pearson's hash of salt and columns. Bytes translate themselves four times as fast as numpy looks them up."""
    hashed = columns[0] ^ np.uint8(_TABLE[salt])
    for column in columns[1:]:
        hashed = np.frombuffer(hashed.tobytes().translate(_TABLE), dtype=np.uint8) ^ column
    return np.frombuffer(hashed.tobytes().translate(_TABLE), dtype=np.uint8)


def _check_sum(newest: np.ndarray, before: np.ndarray) -> int:
    """Each step depends on the last, so this is the one loop that numpy cannot do."""
    table, value = _TABLE, 0
    for byte in _hashed(0, newest, before).tobytes():
        value = table[byte ^ value]
    return value


def _length(size: int) -> int:
    """The size on a scale of logarithms that grows finer with it."""
    logarithm = math.log(size)
    if size <= 656:
        return int(logarithm / 0.4054651) & 0xFF
    if size <= 3_199:
        return int(logarithm / 0.26236426 - 8.72777) & 0xFF
    return int(logarithm / 0.09531018 - 62.5472) & 0xFF


def _swapped(byte: int) -> int:
    """Its two hexadecimal digits the other way round: so the text has them."""
    return (byte << 4 | byte >> 4) & 0xFF
