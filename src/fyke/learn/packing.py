"""Features as bytes and back, so that a model can be made again when the mail is gone.

The codes of a family go in ascending order (what order they had means nothing) as their differences, the four bytes of
each apart, and zlib over it: about three bytes a feature. The first byte says the version: old labels stay legible.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from fyke.learn.features import Codes, Family, Features

VERSION = 1
MOST_CODES = 1 << 15  # twice what `Reader` can make of a message: more is no features, and is not unpacked

_HEAD = struct.Struct(f"<B{len(Family)}H")  # version, how many codes each family has
_LEVEL = 6  # of zlib; 9 takes twice the time for nothing


class PackingError(ValueError):
    """The bytes are no packed features; one sentence says why."""


def pack(features: Features) -> bytes:
    """The features as bytes."""
    sizes = [end - start for start, end in zip((0, *features.ends), features.ends, strict=False)]
    families = np.split(features.codes, list(features.ends[:-1]))
    steps = np.concatenate([_steps(np.sort(codes)) for codes in families])
    planes = steps.astype("<u4").view(np.uint8).reshape(-1, 4).T
    return _HEAD.pack(VERSION, *sizes) + zlib.compress(planes.tobytes(), _LEVEL)


def unpack(data: bytes) -> Features:
    """The features, each family's codes in ascending order. Raises `PackingError`."""
    if len(data) < _HEAD.size or data[0] != VERSION:
        raise PackingError(f"features of version {data[0]}, not {VERSION}" if data else "no features")
    _, *sizes = _HEAD.unpack_from(data)
    ends = np.cumsum(sizes)
    count = int(ends[-1])
    if count > MOST_CODES:
        raise PackingError(f"{count:,} features, more than any message has")
    planes = np.frombuffer(_inflated(data[_HEAD.size :], count * 4), np.uint8).reshape(4, count)
    steps = np.ascontiguousarray(planes.T).view("<u4").reshape(count).astype(np.uint32)
    codes = [np.cumsum(family, dtype=np.uint32) for family in np.split(steps, ends[:-1])]
    return Features(np.concatenate(codes), tuple(ends.tolist()))


def _steps(codes: Codes) -> NDArray[np.uint32]:
    return np.diff(codes, prepend=np.zeros(1, np.uint32))


def _inflated(data: bytes, size: int) -> bytes:
    """Exactly so many bytes: what would become more is not let to."""
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(data, size + 1)
    except zlib.error as error:
        raise PackingError(f"broken features: {error}") from None
    if len(found) != size or not reader.eof:
        raise PackingError("broken features: not the size that they say")
    return found
