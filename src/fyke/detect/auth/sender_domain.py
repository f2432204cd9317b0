"""The domains of a mail's author and of its envelope: are they there, and could anybody answer to them?

A domain takes mail by its MX, else by its own address (RFC 5321 5.1); a null MX says that it takes none (RFC 7505).
"""

from __future__ import annotations

from fyke.detect.auth.evidence import together
from fyke.detect.auth.names import look_up_mail_domain, read_domain
from fyke.detect.base import Cost, Detector, Look, Reads
from fyke.model import Finding, Label, Mail, Symbol
from fyke.model.auth import MailDomain

ROUNDS = 4  # MX, A and AAAA
DETAIL_CHARS = 200

MISSING = Symbol("SENDER_DOMAIN_MISSING", "The domain of its sender does not exist", "auth", 2.5, Label.SPAM)
NULL_MX = Symbol("SENDER_NULL_MX", "The domain of its sender says that it takes no mail", "auth", 1.2, Label.SPAM)
NO_HOST = Symbol("SENDER_NO_HOST", "The domain of its sender has no server that takes mail", "auth", 1.0, Label.SPAM)


class SenderDomain(Detector):
    """Does its sender's domain exist, and could it take an answer?"""

    name = "sender_domain"
    symbols = (MISSING, NULL_MX, NO_HOST)
    reads = Reads.HEADERS
    cost = Cost.ASK

    def look(self, mail: Mail) -> Look:
        """The author's domain and the envelope's; of each symbol only the first is told."""
        if mail.envelope.login:
            return
        envelope = mail.envelope.mail_from.strip("<>").rpartition("@")[2]
        author = read_domain(mail.message.sender.domain)
        names = tuple(name for name in dict.fromkeys((author, read_domain(envelope))) if name)
        if not names:
            return
        found = yield from together([look_up_mail_domain(name) for name in names], ROUNDS, {})
        told: set[str] = set()
        for domain in found:
            symbol = _symbol(domain)
            if symbol is not None and symbol.name not in told:
                told.add(symbol.name)
                where = "From" if domain.domain == author else "envelope"
                yield Finding(symbol, f"{domain.domain} ({where})"[:DETAIL_CHARS])


def _symbol(found: MailDomain) -> Symbol | None:
    """What is wrong with a domain; None where all is well, or nobody answered."""
    if found.exists is False:
        return MISSING
    if found.is_null:
        return NULL_MX
    return NO_HOST if found.takes_mail is False else None
