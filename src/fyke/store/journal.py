"""The contract of the journal: one record for each mail handled, on the disk before the door answers.

Every back end passes `check_journal` in tests/store. What is written is never changed; whole days are forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from fyke.model import Action, Fate, Label, Scan

if TYPE_CHECKING:
    from concurrent.futures import Future  # with logging, which a scan does not need


class Entry(Struct, frozen=True):
    """One mail handled: all that is needed to judge it again."""

    at: datetime  # when it was answered; always aware
    scan: Scan
    action: Action
    fates: tuple[Fate, ...] = ()  # where recipients fared differently
    case: str = ""  # empty: the scan's id


class Row(Struct, frozen=True):
    """What a list shows of an entry, and what can be searched for."""

    at: datetime
    id: str
    case: str
    label: Label
    action: Action
    bits: float
    probability: float
    sender: str
    sender_name: str
    sender_domain: str
    mail_from: str
    recipients: tuple[str, ...]
    fates: tuple[str, ...]  # an action for each recipient; empty: that of the mail holds for all
    subject: str
    client_ip: str
    symbols: tuple[str, ...]
    categories: tuple[str, ...]
    family: str
    why: str  # the sentence that weighs most on the side that won
    size_bytes: int
    policy_id: str
    model_id: str
    campaign: str
    queue_id: str = ""  # of the mail server


class Wanted(Struct, frozen=True):
    """What is looked for; what is empty or None is not asked. Text is found anywhere, in either case."""

    sender: str = ""  # in From, its display name, or MAIL FROM
    recipient: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None  # not itself
    labels: tuple[Label, ...] = ()
    actions: tuple[Action, ...] = ()
    symbol: str = ""  # whole
    campaign: str = ""  # whole
    case: str = ""  # its beginning
    queue_id: str = ""  # whole
    text: str = ""  # in any of the fields of a row that a person writes or reads
    limit: int = 50


class Tended(Struct, frozen=True):
    """What a round of tending did."""

    turned: int = 0  # segments made searchable for good
    entries: int = 0  # in these
    torn: int = 0  # lines that were no whole record: cut off by a kill, or damaged; nobody was told that they are kept
    merged: int = 0  # files of past days that became one
    forgotten: int = 0  # entries that were kept long enough


class Journal(Protocol):
    """What `append` completed survives a kill and a power cut. Any number of processes may have it open."""

    def append(self, entry: Entry) -> Future[None]:
        """Write it down; done when it is on the disk. Fails with `StoreError` where it is not, and nothing is left."""

    def search(self, wanted: Wanted) -> list[Row]:
        """What fits, newest first. Raises `StoreError`."""

    def get(self, case: str) -> list[Entry]:
        """All entries whose case or id begins so, oldest first: one message may have come more than once."""

    def count(self, since: datetime | None = None, until: datetime | None = None) -> int:
        """How many entries there are from `since` on and before `until`."""

    def between(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[Entry]:
        """All entries from `since` on and before `until`, in order, a few thousand in memory at a time."""

    def tend(self, now: datetime) -> Tended:
        """Turn what is finished into what is searched fast, and forget what was kept long enough. For a timer."""

    def close(self) -> None:
        """Write what waits, and let go."""
