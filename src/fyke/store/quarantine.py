"""The contract of the quarantine's book: which mail is held for whom, and what became of each recipient's copy.

Every back end passes `check_quarantine` in tests/store. A copy goes from held to releasing to released, once; or is
deleted. The raw mail is a blob; the book says when nobody needs it any more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from fyke.model import Contribution, Envelope, Label


class State(StrEnum):
    """Where one recipient's copy stands."""

    HELD = "held"
    RELEASING = "releasing"  # given to the mail server, which has not said yet what became of it; or never will
    RELEASED = "released"
    DELETED = "deleted"


class Copy(Struct, frozen=True):
    """One recipient's copy."""

    recipient: str  # as the envelope has it
    state: State
    at: datetime  # since when
    detail: str = ""  # what the mail server said, or who did it


class Held(Struct, frozen=True):
    """A mail in quarantine."""

    case: str
    digest: str  # of the blob
    at: datetime  # when it was held last
    expires_at: datetime
    envelope: Envelope
    label: Label
    bits: float
    subject: str
    sender: str
    sender_name: str
    size_bytes: int
    why: tuple[Contribution, ...] = ()  # what weighs most
    copies: tuple[Copy, ...] = ()  # in the order in which they were held

    def of(self, state: State) -> tuple[str, ...]:
        """The recipients whose copy stands there."""
        return tuple(copy.recipient for copy in self.copies if copy.state is state)


class Sought(Struct, frozen=True):
    """What is looked for; what is empty or None is not asked. Text is found anywhere, in either case."""

    sender: str = ""  # in From, its display name, or MAIL FROM
    recipient: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    labels: tuple[Label, ...] = ()
    states: tuple[State, ...] = (State.HELD, State.RELEASING)
    case: str = ""  # its beginning
    limit: int = 50


class Quarantine(Protocol):
    """What a method did survives a kill and a power cut. Any number of processes may have it open."""

    def hold(self, held: Held, recipients: tuple[str, ...], keep: Callable[[], None]) -> None:
        """Hold copies for these recipients; one that is held there already stays as it is.

        `keep` sees to it that the blob is there; it is called when none is being discarded. Raises `StoreError`.
        """

    def get(self, case: str) -> Held | None:
        """The mail of that case."""

    def search(self, sought: Sought) -> list[Held]:
        """What fits, newest first, with all its copies."""

    def begin(self, case: str, recipient: str, at: datetime, *, again: bool = False) -> str:
        """Take a held copy for release; a token, or nothing where somebody else has it.

        `again` takes also one whose release was begun and never concluded: whether it was delivered nobody knows.
        """

    def conclude(self, token: str, at: datetime, detail: str, *, is_released: bool) -> None:
        """Say how a release ended. What was not taken by the mail server is held again."""

    def delete(self, case: str, recipients: tuple[str, ...], at: datetime, detail: str = "") -> tuple[str, ...]:
        """Delete held copies, also those whose release was never concluded; whose they were."""

    def expire(self, now: datetime) -> int:
        """Delete the held copies that were kept long enough; how many."""

    def discard(self, digests: tuple[str, ...], remove: Callable[[str], None]) -> int:
        """Have those blobs removed of which no copy is held or being released; how many. None is held meanwhile."""

    def unneeded(self) -> list[str]:
        """Digests of mails no copy of which is held or being released."""

    def count(self) -> dict[State, int]:
        """How many copies stand where."""

    def close(self) -> None:
        """Let go of what is open."""
