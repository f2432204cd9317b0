"""The ways in which a sender's mail came, all in one row: they are always read together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from fyke.model.known import Way

SHOWN = 8  # of one kind, to who asks
KEPT = 16  # of one kind; a stranger's program may name itself anew each day
DAY_S = 86_400

Row = tuple[str, str, int, int, int]  # kind, value, days, times of the first and the last

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Row]).decode


def with_ways(packed: bytes, ways: Iterable[tuple[str, str]], at: int) -> bytes:
    """What was packed, and the ways of one more mail; of each kind those of most days, then the newest."""
    rows = {(row[0], row[1]): row for row in (_decode(packed) if packed else ())}
    for kind, raw in ways:
        value = raw.encode("utf-8", "backslashreplace").decode()
        _, _, days, first, last = rows.get((kind, value), (kind, value, 0, at, at - DAY_S))
        rows[kind, value] = kind, value, days + (at // DAY_S > last // DAY_S), min(first, at), max(last, at)
    return _encode(_best(rows.values()))


def _best(rows: Iterable[Row]) -> list[Row]:
    found: list[Row] = []
    taken: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (row[0], -min(row[2], 3), -row[4], -row[2])):
        taken[row[0]] = taken.get(row[0], 0) + 1
        if taken[row[0]] <= KEPT:
            found.append(row)
    return found


def unpack(packed: bytes) -> tuple[Way, ...]:
    """The ways, the most usual of each kind first."""
    rows = sorted(_decode(packed), key=lambda row: (row[0], -row[2], -row[4]))
    found: list[Way] = []
    taken: dict[str, int] = {}
    for kind, value, days, first, last in rows:
        taken[kind] = taken.get(kind, 0) + 1
        if taken[kind] <= SHOWN:
            found.append(Way(kind, value, days, datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)))
    return tuple(found)
