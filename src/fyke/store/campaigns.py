"""The contract of the index of campaigns: which of them a mail is of, and what was thought and said of its like.

It is of fixed size and forgets in time: what goes first is what was seen least and longest ago. Every back end passes
`check_campaigns` in tests/store.
"""

from __future__ import annotations

from typing import Protocol

from fyke.model.campaign import Alike, Copies
from fyke.model.sketch import Sketch

MEMORY_MIB = 64  # some 40,000 campaigns
DAYS = 14  # without a mail; a campaign that pauses for longer comes with other links, and is joined by the lab


class Campaigns(Protocol):
    """Any number of processes may ask; one that is killed leaves at most a wrong count. All raise `StoreError`."""

    def join(self, asked: Alike, at: float) -> Copies:
        """The campaign that the mail is of, as it was before; one begins where there is none, and the mail is counted.

        `at` is the time now, in seconds since the epoch: that of the mail counts where it says one.
        """

    def find(self, sketch: Sketch, at: float) -> Copies:
        """The same without counting, or beginning, anything: an empty `campaign` where there is none."""

    def judged(self, campaign: str, *, unwanted: bool) -> None:
        """Count what was thought of a mail of that campaign, by all that is not its campaign."""

    def said(self, sketch: Sketch, at: float, *, unwanted: bool, times: int = 1) -> str:
        """Count what a person said of such a mail, or with -1 takes back; the campaign, empty where there is none."""

    def all(self, at: float) -> list[Copies]:
        """All that are remembered, the largest first."""

    def close(self) -> None:
        """Let go of what is open."""
