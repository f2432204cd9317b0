"""The ways in which a sender's mail came, all in one row: they are always read together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from fyke.model.known import Way

SHOWN = 8  # of one kind, to who asks
KEPT = 16  # of one kind; a stranger's program may name itself anew each day
_NEVER = datetime.fromtimestamp(0, UTC)

Row = tuple[str, str, int, datetime, datetime]  # as `Way` has them

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Row]).decode


def with_ways(packed: bytes, ways: Iterable[tuple[str, str]], at: int) -> bytes:
    """What was packed, and the ways of one more mail; the most usual of each kind first.

    Of each kind those are kept that came on several days, then the newest.
    """
    now = datetime.fromtimestamp(at, UTC)
    rows = {(row[0], row[1]): row for row in (_decode(packed) if packed else ())}
    for kind, raw in ways:
        value = raw.encode("utf-8", "backslashreplace").decode()
        _, _, days, first, last = rows.get((kind, value), (kind, value, 0, now, _NEVER))
        rows[kind, value] = kind, value, days + (now.date() > last.date()), min(first, now), max(last, now)
    kept = _first(sorted(rows.values(), key=lambda row: (row[0], -min(row[2], 3), -row[4].timestamp())), KEPT)
    return _encode(sorted(kept, key=lambda row: (row[0], -row[2], -row[4].timestamp())))


def unpack(packed: bytes) -> tuple[Way, ...]:
    """The ways, the most usual of each kind first."""
    rows = _decode(packed)
    return tuple([Way(*row) for row in (rows if len(rows) <= SHOWN else _first(rows, SHOWN))])


def _first(rows: Iterable[Row], most: int) -> list[Row]:
    """The first so many of each kind."""
    found: list[Row] = []
    taken: dict[str, int] = {}
    for row in rows:
        taken[row[0]] = taken.get(row[0], 0) + 1
        if taken[row[0]] <= most:
            found.append(row)
    return found
