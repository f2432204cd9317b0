"""Who a message says wrote it: the first mailbox of From that is one, and the domain behind it."""

from __future__ import annotations

from fyke.mail.domains import registered
from fyke.model import Address, Message


def author(message: Message) -> Address:
    """The mailbox that a mail program shows as the sender: the first of From that has a domain."""
    sender = message.sender
    if not sender.domain:
        for other in message.senders:
            if other.domain:
                return other
    return sender


def author_domain(message: Message) -> str:
    """The registered domain of the author; an empty string where there is none."""
    return registered(author(message).domain)
