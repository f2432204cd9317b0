"""Who is known to whom: what of a mail is compared with earlier mail, what is remembered of it, and what is asked.

An address counts as known only on proof (`fyke.model.proof`): anybody can write anybody's address into From.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from fyke.model.query import Query

REFERENCES = 20  # of the messages that a mail says it answers: the newest; a thread that is longer names them again


class Traits(Struct, frozen=True):
    """What of a message is compared with earlier mail of its author. All of it is its author's own word."""

    author: str = ""  # address of the one author, lower case; empty where there is none, or where there are several
    domain: str = ""  # registered domain of that address
    look: str = ""  # of the domain's first label: what a hasty reader sees
    name: str = ""  # display name as shown, cut
    name_key: str = ""  # equal for names that a reader takes for the same; empty for what is no name of a person
    message_id: str = ""  # without brackets
    refers_to: tuple[str, ...] = ()  # Message-IDs of what it says it answers, without brackets, newest first
    reply_to: str = ""  # address that answers go to, where it is not the author's
    host: str = ""  # registered domain in its Message-ID
    program: str = ""  # mail program that it names, without its version; empty: none
    is_automatic: bool = False  # no person sent it: an answer of a machine, a list's mail


class Tie(Struct, frozen=True):
    """What there was between a sender and one account, or all accounts of a domain. Days, not mails, are counted."""

    first_at: datetime | None = None  # of proved mail that came
    last_at: datetime | None = None
    wanted: int = 0  # days on which wanted mail came
    unwanted: int = 0  # days on which unwanted mail came
    began: int = 0  # mails written to the sender that answer nothing
    answered: int = 0  # mails written to the sender that answer something
    written_at: datetime | None = None  # the first of these

    @property
    def written(self) -> int:
        """Mails written to the sender."""
        return self.began + self.answered


class Way(Struct, frozen=True):
    """A way in which proved mail of a sender came, and on how many days."""

    kind: str  # of `WAYS`
    value: str
    days: int
    first_at: datetime
    last_at: datetime


WAYS = {
    "proof": "proved by",  # "dkim", "spf" or "arc"
    "signer": "signed by",  # domain of an aligned signature
    "key": "with the key",  # "example.org/selector/" and the beginning of a hash of the key
    "network": "from the network",  # 192.0.2.0/24, 2001:db8:1::/48
    "host": "numbered by",  # registered domain in Message-ID
    "program": "written with",  # mail program without its version; "-" where none is named
    "reply": "answers go to",
    "name": "calls itself",
}


class Namesake(Struct, frozen=True):
    """Another address that bears the same display name."""

    address: str
    name: str
    is_own: bool = False  # a user of this site
    days: int = 0


class Answered(Struct, frozen=True):
    """A message, really sent from here, which a mail answers."""

    at: datetime
    by_account: bool  # the account that the answer is for wrote it
    to_sender: bool  # it was written to the very address that answers
    to_domain: bool  # or to somebody of the same domain
    is_opening: bool  # it answered nothing itself: we began


class Acquaintance(Struct, frozen=True):
    """What is known of a sender to an account. All empty where there was nothing; who cannot tell says `UNKNOWN`."""

    own: Tie | None = None  # with the account
    site: Tie | None = None  # with all accounts of its domain, it included
    ways: tuple[Way, ...] = ()  # the most usual of each kind first
    namesakes: tuple[Namesake, ...] = ()
    near: tuple[str, ...] = ()  # domains of known correspondents whose names are nearly the sender's; not looked for
    is_domain_known: bool = False  # where somebody else of the sender's domain is known
    answered: Answered | None = None
    since: datetime | None = None  # when the store began to remember what comes; None: it has not begun


class Seen(Query[Acquaintance], frozen=True):
    """Who is this sender to this account?"""

    sender: str  # address, lower case
    account: str  # the recipient's address, lower case; empty: anybody of the site
    domain: str = ""  # the sender's registered domain
    look: str = ""
    name_key: str = ""
    refers_to: tuple[str, ...] = ()


class Met(Struct, frozen=True):
    """A mail of a proved sender that came, as it is remembered."""

    sender: str
    accounts: tuple[str, ...]
    at: datetime
    wanted: bool | None = None  # None: nobody can tell
    ways: tuple[tuple[str, str], ...] = ()  # kind and value
    domain: str = ""
    look: str = ""
    name: str = ""
    name_key: str = ""


class Sent(Struct, frozen=True):
    """A mail that a user of ours sent, as it is remembered."""

    account: str
    at: datetime
    recipients: tuple[str, ...]
    message_id: str = ""
    is_opening: bool = True  # it answers nothing
    name: str = ""  # that the user writes under
    name_key: str = ""


class Kept(Struct, frozen=True):
    """How much a store of correspondents holds."""

    ties: int = 0
    sent: int = 0
    dropped: int = 0  # ties that were dropped for want of room, ever
    since: datetime | None = None
