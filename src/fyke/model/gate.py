"""What stands behind a door, as a door knows it: it hands a mail over, and does what it is told.

The engine may be in this process or in another: a door cannot tell. Whatever had to be written down about a mail (its
scan, its copy in quarantine) is on the disk before the gate answers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from fyke.model.envelope import Envelope
from fyke.model.finding import Label
from fyke.model.scan import Scan
from fyke.model.verdict import Action, Fate


class Change(StrEnum):
    """What is done to a header field."""

    ADD = "add"  # above all others
    REPLACE = "replace"
    REMOVE = "remove"


class Edit(Struct, frozen=True):
    """One change of a mail's header fields."""

    change: Change
    name: str
    value: str = ""  # on one line, UTF-8 only where the mail has such headers; empty for REMOVE
    index: int = 1  # which field of that name, from the top, counted before any edit; 1 is the first


class Early(Struct, frozen=True):
    """What can be said before the message has come."""

    action: Action  # ACCEPT (go on), TEMPFAIL or REJECT
    reply: str = ""  # what the client is told: one line of ASCII without code, such as "greylisted, try again in 300 s"
    note: str = ""  # for ACCEPT: what may be written on the mail as the field `NOTE`, such as "delayed 312 seconds"


class Handled(Struct, frozen=True):
    """What became of a mail, and what a door has still to do.

    Where recipients fare differently, `fates` hold only ACCEPT, TAG, QUARANTINE and DISCARD, and `action` is the
    strongest of those that deliver: a door takes out the recipients whose fate is neither ACCEPT nor TAG. Copies for
    quarantine are there already. Else `action` holds for all.
    """

    scan: Scan
    action: Action
    fates: tuple[Fate, ...] = ()  # in the envelope's order
    edits: tuple[Edit, ...] = ()  # of what is delivered
    reply: str = ""  # for REJECT and TEMPFAIL: one line of ASCII without code, with the case's id
    case: str = ""  # by which people can ask about it: the scan's id

    @property
    def delivered(self) -> tuple[str, ...]:
        """The recipients who get it."""
        return tuple(fate.recipient for fate in self.fates if fate.action in DELIVERS)


NOTE = "X-Greylist"  # the field's name, as postgrey and others have it
DELIVERS = frozenset((Action.ACCEPT, Action.TAG))


class Gate(Protocol):
    """Never raises for what a client sent; where it cannot do its work it answers as the knob `when_broken` says."""

    async def early(self, envelope: Envelope) -> Early:
        """What the envelope alone says: called once a recipient, with those accepted so far and the new one last."""

    async def handle(self, envelope: Envelope, raw: bytes, *, keeps: bool = True) -> Handled:
        """Judge a mail on its way, and see to everything but its delivery.

        `keeps` false: the client itself sees to what is refused or set aside (rspamd, spamd, REST), so nothing is put
        into quarantine.
        """

    async def look(self, name: str, content: bytes) -> Scan:
        """Judge a file that came by no mail."""

    async def learn(self, raw: bytes, account: str, label: Label | None) -> bool:
        """Take a person's word on a mail; without a label forget it. False: that was known already."""

    async def trouble(self) -> str:
        """What keeps it from doing its work now, a sentence; nothing where it can. For who watches over services."""

    async def figures(self) -> dict[str, float]:
        """Counters and gauges of the whole service, by name: `scanned`, `learned`, `spam`, `ham`, ..."""
