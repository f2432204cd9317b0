"""Things seen in a message that may be seen again in another: normalised, without opinion."""

from __future__ import annotations

from collections.abc import Sequence

from fyke.mail import domains
from fyke.mail.links import LinkReading
from fyke.model import Address, Html, Observable, Part, Received, Text

URLS = 50  # of a message; a campaign shows itself in the first


def collect(
    *,
    reading: LinkReading,
    text: Text,
    html: Html,
    senders: Sequence[Address] = (),
    reply_to: Sequence[Address] = (),
    received: Sequence[Received] = (),
    message_id: str = "",
    unsubscribe: str = "",
    attachments: Sequence[Part] = (),
) -> tuple[Observable, ...]:
    """All observables of a message. `unsubscribe` is the value of List-Unsubscribe. Never raises."""
    found: dict[tuple[str, str], str] = {}
    for link in reading.links:
        if link.domain:
            found.setdefault(("domain", link.domain), "link")
    for sender in senders:
        if sender.domain:
            found.setdefault(("domain", domains.registered(sender.domain)), "header")
    return tuple(Observable(kind, value, where) for (kind, value), where in found.items())
