"""A campaign: mails made from one text. What is asked of it while a mail is judged, and what is told."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from fyke.model.query import Query
from fyke.model.sketch import Sketch


def campaign_id(member: str) -> str:
    """The id of a campaign that begins with the mail of this id: "c-" and 10 hex digits."""
    return f"c-{sha256(member.encode()).hexdigest()[:10]}"


class Copies(Struct, frozen=True):
    """The campaign that a mail belongs to, as it was when the mail came. Numbers of whom are estimates beyond a few."""

    campaign: str = ""  # empty: the mail says too little to belong to one
    before: int = 0  # mails of it before this one
    first_at: datetime | None = None  # when the first of them came
    last_at: datetime | None = None
    senders: int = 0  # domains that wrote them, this mail's included
    recipients: int = 0
    networks: int = 0  # of the machines that brought them: /24 of IPv4, /48 of IPv6
    unwanted: int = 0  # of them, judged unwanted, whatever was said of the others
    wanted: int = 0  # of them, judged wanted
    said_unwanted: int = 0  # times that a person called one of them unwanted
    said_wanted: int = 0
    is_text: bool = True  # they share a text, and not only a few words and where they lead


class Campaign(Struct, frozen=True):
    """A campaign as the lab found it among all mails."""

    id: str
    mails: int
    first_at: datetime
    last_at: datetime
    subject: str = ""  # what its subjects have in common; "…" where they differ
    subjects: tuple[str, ...] = ()  # some of them
    senders: int = 0  # domains of their authors
    networks: int = 0
    unwanted: int = 0  # mails judged unwanted
    wanted: int = 0
    categories: tuple[tuple[str, int], ...] = ()  # and how many mails named each; the most usual first
    sites: tuple[tuple[str, int], ...] = ()  # that most mails link to
    site_count: int = 0
    days: tuple[tuple[str, int], ...] = ()  # mails by day (ISO 8601, UTC), ascending, none with 0
    samples: tuple[str, ...] = ()  # ids of some of its mails, from the first to the last
    begun: tuple[str, ...] = ()  # campaigns that its mails were counted to while they were judged
    aliases: tuple[str, ...] = ()  # ids that it had

    @property
    def is_unwanted(self) -> bool:
        """Whether more of its mails were judged unwanted than wanted."""
        return self.unwanted > self.wanted


class Alike(Query[Copies], frozen=True):
    """Which campaign is this mail of? Asking counts it in: once for each time that it comes."""

    sketch: Sketch
    mail: str = ""  # its digest: a campaign that begins with it is named after it
    at: datetime | None = None
    sender: str = ""  # registered domain of its author
    recipients: tuple[str, ...] = ()
    network: str = ""

    def __repr__(self) -> str:
        """As it is kept on a scan, which has the sketch itself."""
        return f"Alike(sketch={self.sketch.digest!r})"
