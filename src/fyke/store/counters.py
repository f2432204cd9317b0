"""The contract of counters: how much of something there was lately, and who was met when. All of it may be forgotten.

Every back end passes `check_counters` in tests/store. Keys are short and say nothing of anybody: whoever counts hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

KEY_CHARS = 64
MOST = 2_000_000  # counts, and meetings: each about 100 bytes of the file


class Share(Struct, frozen=True):
    """So much more of something."""

    key: str
    amount: int
    window_s: int  # over how long it is counted
    most: float = float("inf")  # what it may come to within the window


class Meeting(Struct, frozen=True):
    """When somebody first came, and how often they have passed."""

    first_at: float  # seconds since the epoch
    passed: int = 0


class Counters(Protocol):
    """Any number of processes may count at once. Times are seconds since the epoch, and the caller's.

    A window slides: of the window before the running one, as much counts as the sliding one still covers. Where there
    is no more room, the counts and the meetings go first that would soonest be forgotten.
    """

    def add(self, shares: Sequence[Share], at: float) -> tuple[float, ...]:
        """What each comes to, with its amount; none of them is counted where one is more than its most."""

    def meet(self, key: str, at: float, waits_s: float) -> Meeting:
        """The meeting of that key, which begins now where there is none; forgotten after so long if it never passes."""

    def passed(self, key: str, at: float, keeps_s: float) -> Meeting:
        """The meeting passes once more, and is kept so long from now; one that is not there begins and passes."""

    def met(self, key: str, at: float) -> Meeting | None:
        """The meeting of that key; nothing begins."""

    def size(self) -> int:
        """How many counts and meetings are kept."""

    def close(self) -> None:
        """Let go of what is open."""
