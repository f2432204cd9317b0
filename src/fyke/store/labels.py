"""The contract of the store of labels: what people, traps and mail programs said of mails, in order, append-only.

Every back end passes `check_labels` in tests/store; which labels stand, `standing.py` alone knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from fyke.model import Labelled, Source


class StoreError(Exception):
    """What is kept cannot be read or written; one sentence says why. What was acknowledged before is not lost."""


class NothingToForgetError(StoreError):
    """No such label stands there."""


class Labels(Protocol):
    """Numbers go up and none is given twice. What `add` returned survives a kill and a power cut."""

    def add(self, *labels: Labelled) -> list[int]:
        """Append labels, all or none of them; their numbers."""

    def forget(self, digest: str, account: str, at: datetime, label: int = 0, note: str = "") -> int:
        """Append that a label, or all on that mail for that account, counts no more.

        Raises `NothingToForgetError` where no such label is live.
        """

    def newest(self) -> int:
        """The number of the last word said, be it a label or that one is forgotten; 0 before any."""

    def standing(
        self, after: int = 0, until: int | None = None, source: Source | None = None, last: int | None = None
    ) -> Iterator[Labelled]:
        """The labels beyond `after` that stood when `until` was the last word said, in order, with their features.

        Of one source where asked for, and only the last so many.
        """

    def stood(self, seq: int, until: int) -> Labelled | None:
        """The label of that number with its features, if it stood when `until` was the last word said."""

    def is_disturbed(self, applied: int) -> bool:
        """Whether what stands up to that number is not what stood when that number was the last."""

    def of(self, digest: str) -> list[Labelled]:
        """All live labels on a mail, of all accounts, in order, without features."""

    def find(self, beginning: str) -> list[str]:
        """Digests of labelled mails that begin so, a handful at most."""

    def get(self, seq: int) -> Labelled | None:
        """The live label of that number."""

    def last(self, count: int, account: str | None = None, source: Source | None = None) -> list[Labelled]:
        """The last live labels, latest first, with their features; of one account and one source where asked for."""

    def contradictions(self) -> list[list[Labelled]]:
        """Mails whose live labels say different things, each with the last word of everybody."""

    def count(self) -> int:
        """How many labels were ever said."""

    def known(self, labels: Iterable[Labelled]) -> list[bool]:
        """Of each label, whether the last live word of its account and source on its mail says the same already."""

    def close(self) -> None:
        """Let go of what is open."""
