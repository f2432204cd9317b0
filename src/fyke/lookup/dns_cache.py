"""What the DNS said lately: each answer for as long as its own time to live, all of them within so many bytes.

That there is no record is kept for as long as the zone says (RFC 2308 5), that nobody could say for a few seconds
(RFC 9520), so that a broken zone or a dead server is not waited for by each mail.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from fyke.model.query import Records, Unknown

Key = tuple[str, str]  # name and type
Answer = Records | Unknown

LEAST_S = 1.0  # however short: the questions of one mail should agree
MOST_S = 86_400.0  # however long (RFC 8767 4 names a week as the longest that makes sense)
MOST_NONE_S = 3_600.0  # RFC 2308 5: one to three hours work well
ENTRY_BYTES = 400  # of an entry without its texts: key, answer, tuples and the place in the dictionary
VALUE_BYTES = 60  # of a text beside its characters


class Cache:
    """Answers by question; threads may share it. When it is full, what came first is forgotten first."""

    def __init__(self, most_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most_bytes, clock
        self._entries: OrderedDict[Key, tuple[Answer, float, int]] = OrderedDict()
        self._lock = threading.Lock()  # for who writes; a dictionary can be read at any time
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Answer | None:
        """The answer, `UNKNOWN` where lately nobody could say, None where it is to be asked."""
        entry = self._entries.get(key)
        return entry[0] if entry is not None and entry[1] > self._clock() else None

    def keep(self, key: Key, answer: Answer, for_s: float) -> None:
        """Remember an answer for a while; what is larger than all the room is not kept."""
        size = ENTRY_BYTES + len(key[0])
        if isinstance(answer, Records):
            size += sum(map(len, answer.values)) + VALUE_BYTES * len(answer.values)
        with self._lock:
            self._drop(key)
            if size > self._most:
                return
            self._entries[key] = (answer, self._clock() + for_s, size)
            self.size_bytes += size
            while self.size_bytes > self._most:
                self._drop(next(iter(self._entries)))

    def _drop(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size_bytes -= entry[2]


def keep_s(records: Records) -> float:
    """How long an answer is kept."""
    return min(max(LEAST_S, records.ttl_s), MOST_S if records.values else MOST_NONE_S)
