"""The contract of the campaigns that the lab found: what is told of each, which mails they have, and ids that were.

Conclusions are replaced whole, aliases are only added. Every back end passes `check_partition` in tests/store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from fyke.model.campaign import Campaign
from fyke.model.gang import Alias


class Partition(Protocol):
    """Any number of processes may read; one pass writes at a time. All raise `StoreError`."""

    def replace(self, campaigns: Sequence[Campaign], of: Mapping[str, str], aliases: Sequence[Alias]) -> None:
        """Put these in place of what was found before, in one step. `of`: the campaign of each mail, by its id."""

    def all(self) -> list[Campaign]:
        """What was found last, the largest first."""

    def get(self, name: str) -> Campaign | None:
        """The campaign of that id, of one that it had, of one of its mails, or of its beginning."""

    def of(self) -> dict[str, str]:
        """The campaign of each mail."""

    def mails(self, campaign: str, most: int = 1_000) -> list[str]:
        """Ids of its mails, ascending, so many at most."""

    def aliases(self, campaign: str = "") -> list[Alias]:
        """All ids that were, oldest first; or those that became that campaign, or that it became."""

    def close(self) -> None:
        """Let go."""
