"""The contract of facts: appended, never changed, each with when it was recorded, so that any past state can be had.

Every back end passes `check_facts` in tests/store.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from fyke.model.fact import Fact


class Facts(Protocol):
    """Any number of processes may read; several may append."""

    def append(self, facts: Iterable[Fact], recorded_at: datetime) -> int:
        """Keep them, on the disk before this returns; how many. Raises `StoreError`."""

    def relation(self, as_of: datetime | None = None) -> Any:
        """All facts that were recorded by then, as a DuckDB relation.

        Columns: about, kind, value, seen_from, seen_to, source, evidence, recorded_at.
        """

    def of(self, about: str, as_of: datetime | None = None) -> list[tuple[Fact, datetime]]:
        """The facts about one thing, each with when it was recorded; equal ones joined, from first to last seen."""

    def count(self) -> int:
        """How many rows there are."""
