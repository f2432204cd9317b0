"""The contract of the store of correspondents: who wrote to whom, on proof, and the numbers of what we sent.

Every back end passes `check_correspondents` in tests/store. What a scan leaves to be remembered, `remembered` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from fyke.model import UNWANTED, Label, Scan
from fyke.model.known import Acquaintance, Kept, Met, Seen, Sent, Tie, Way
from fyke.model.proof import proof, ways

RECIPIENTS = 50  # of one mail that are remembered: who writes to more at once writes to nobody
ADDRESS_CHARS = 320  # RFC 3696 errata 1690: 64 + 1 + 255
DAYS = 180  # that what was not seen again is kept
MOST = 1_000_000  # ties, and sent messages: each about 100 bytes


class Correspondents(Protocol):
    """Addresses are lower case. Days are counted, not mails, so that a flood of one day is one day's acquaintance.

    Unwanted mail makes nobody known: it is only held against a sender who is known already. Where there is no more
    room, ties go first that nobody here ever wrote into, then those of the fewest wanted days, then the oldest.
    """

    def look(self, *asked: Seen) -> list[Acquaintance]:
        """What is known, in the order of the questions."""

    def remember(self, *met: Met) -> None:
        """Remember mails that came, all or none of them."""

    def sent(self, *sent: Sent) -> None:
        """Remember mails that users of ours sent, all or none of them."""

    def ties(self, address: str) -> Mapping[str, Tie]:
        """What there was with a sender, by account; accounts of a domain together under "@" and the domain."""

    def ways(self, address: str) -> tuple[Way, ...]:
        """The ways in which a sender's mail came, the most usual of each kind first."""

    def forget(self, address: str, account: str = "") -> int:
        """Forget a sender, or what there was with one account; how many ties that were."""

    def forget_before(self, at: datetime) -> int:
        """Forget what was not seen since then; how many ties and sent messages that were."""

    def kept(self) -> Kept:
        """How much there is."""

    def close(self) -> None:
        """Let go of what is open."""


def remembered(scan: Scan) -> Met | Sent | None:
    """What a mail that was handled leaves to be remembered: nothing without proof of who sent it."""
    traits, envelope = scan.traits, scan.envelope
    at = envelope.received_at or scan.came_at
    if traits is None or at is None:
        return None
    if envelope.login:
        return _sent(scan, at)
    if not traits.author or not proof(scan.auth, traits.domain).by or not envelope.rcpt_to:
        return None
    return Met(
        sender=traits.author,
        accounts=addresses(envelope.rcpt_to),
        at=at,
        wanted=True if scan.verdict.label is Label.HAM else False if scan.verdict.label in UNWANTED else None,
        ways=ways(scan.auth, envelope.client_ip, traits),
        domain=traits.domain,
        look=traits.look,
        name=traits.name,
        name_key=traits.name_key,
    )


def _sent(scan: Scan, at: datetime) -> Sent | None:
    """What a user's own mail leaves. Machines' answers make nobody a correspondent, and neither does a thief's spam."""
    traits, account = scan.traits, scan.envelope.mail_from.lower()
    if traits is None or traits.is_automatic or "@" not in account or scan.verdict.label in UNWANTED:
        return None
    is_named = traits.author == account
    return Sent(
        account=account[:ADDRESS_CHARS],
        at=at,
        recipients=addresses(scan.envelope.rcpt_to),
        message_id=traits.message_id,
        is_opening=not traits.refers_to,
        name=traits.name if is_named else "",
        name_key=traits.name_key if is_named else "",
    )


def addresses(given: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses as they are kept: lower case, each once, at most so many."""
    lower = (each.strip().lower() for each in given[:RECIPIENTS])
    return tuple(dict.fromkeys(each for each in lower if "@" in each and len(each) <= ADDRESS_CHARS))


def tenant_of(account: str) -> str:
    """All accounts of an account's domain together; empty for anybody."""
    return "@" + account.rpartition("@")[2] if account else ""


def near_keys(look: str) -> tuple[str, ...]:
    """A name and what is left of it without each of its letters but the first: names that are near share one."""
    return tuple(dict.fromkeys((look, *(look[:at] + look[at + 1 :] for at in range(1, len(look))))))[:64]
