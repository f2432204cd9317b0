"""A mail as somebody or something labelled it, with who said so: what the learner learns from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

SHOWN_CHARS = 200  # of subject, sender and note: enough that a person knows the mail again


class Source(StrEnum):
    """Whose word a label is. What each may overrule stands in `RANKS`."""

    HUMAN = "human"  # somebody looked at this very mail and said so
    TRAP = "trap"  # it came to an address that nobody has
    REPLY = "reply"  # its receiver answered it
    SENT = "sent"  # it answers a mail sent from here
    LIST = "list"  # it comes from a list or a sender that its receiver subscribed to
    IMPORT = "import"  # it lay in a folder that was read whole
    AUTO = "auto"  # fyke's own verdict, where the evidence was strong and independent


# A label stands until one of the same or a higher rank, on the same mail for the same account, says otherwise.
RANKS = dict.fromkeys(Source, 1) | {Source.HUMAN: 2, Source.AUTO: 0}


class Labelled(Struct, frozen=True):
    """One label on one mail, with all that is needed to learn from it again when the mail itself is gone."""

    digest: str  # sha256 of the raw mail, hex
    spam: bool  # whether it is unwanted
    source: Source
    at: datetime  # when it was said; always aware
    account: str = ""  # whose mail it is, lower case; empty: it holds for all
    category: str = ""  # "drugs", "adult", ... where it was said
    features: bytes = b""  # as `fyke.learn.packing` packs them
    rules_bits: float = 0.0  # what the rules alone said of it then, prior included
    bits: float = 0.0  # what the whole verdict said of it then
    subject: str = ""
    sender: str = ""
    note: str = ""
    seq: int = 0  # its number, given by the store; 0 before that

    @property
    def rank(self) -> int:
        """What it may overrule: labels of its own rank and below."""
        return RANKS[self.source]

    def without_features(self) -> Labelled:
        """The same label, small: for lists of many."""
        return replace(self, features=b"")

    def numbered(self, seq: int) -> Labelled:
        """The same label with the number that the store gave it."""
        return replace(self, seq=seq)

    @property
    def says(self) -> str:
        """Its word in one: `ham`, `spam`, `spam (drugs)`."""
        word = "spam" if self.spam else "ham"
        return f"{word} ({self.category})" if self.category else word


class Forgotten(Struct, frozen=True):
    """The word that labels count no more. It is kept beside them: nothing is deleted silently."""

    digest: str
    account: str
    at: datetime
    label: int = 0  # number of the one label meant; 0: all before this, on the mail for the account
    note: str = ""
    seq: int = 0
