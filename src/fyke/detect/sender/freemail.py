"""Mailboxes that anybody may have (freemail.txt): who claims to be a firm does not write from one."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author
from fyke.detect.facts.lists import is_list
from fyke.mail.domains import registered
from fyke.model import Address, Finding, Label, Mail, Message, Symbol

FREEMAIL_FIRM = Symbol(
    "FREEMAIL_FIRM", "The sender calls itself a firm, a bank or an authority, and writes from a free mailbox", "sender",
    2.0, Label.SCAM,
)  # fmt: skip
FREEMAIL_REPLY = Symbol(
    "FREEMAIL_REPLY", "It is from one address, but answers go to a free mailbox elsewhere", "sender", 2.5, Label.SCAM
)
FREEMAIL_ELSEWHERE = Symbol(
    "FREEMAIL_ELSEWHERE", "It claims a free mailbox, but that mailbox's provider did not send it", "sender", 1.5
)
SENDER_FREEMAIL = Symbol("SENDER_FREEMAIL", "It is from a mailbox that anybody may have", "sender", 0.0)

_FIRM = re.compile(
    r"\b(?:inc|ltd|limited|llc|gmbh|plc|s\.?a|corp(?:oration)?|company|bank|group|foundation|international|ministry"
    r"|department|dept|office|embassy|finance|financial|loans?|investments?|trust|lottery|promo(?:tion)?s?|agency"
    r"|fbi|united nations|world bank|bundes\w{3,20}|consult(?:ing|ants?)|trading|export|industr(?:y|ies)"
    r"|factory|pharmacy|barrister|attorney|esq|banque|banco|fundação|fondation|stiftung|diplomat"
    r"|western union|moneygram)\b",
    re.IGNORECASE,
)
# Providers that bring their users' mail themselves, all of it, under names of their own: domain to those names.
_BRINGS = {
    "gmail.com": ("google.com", "gmail.com", "googlemail.com"),
    "yahoo.com": ("yahoo.com", "yahoodns.net", "yahoo.net"),
    "hotmail.com": ("hotmail.com", "outlook.com", "live.com", "msn.com", "phx.gbl", "microsoft.com"),
    "outlook.com": ("outlook.com", "hotmail.com", "live.com", "microsoft.com"),
    "aol.com": ("aol.com", "yahoo.com", "aol.net"),
    "icloud.com": ("apple.com", "icloud.com", "me.com", "mac.com"),
}


class Freemail(Detector):
    """Does it claim to be a firm but use a mailbox that anybody may have?"""

    name = "freemail"
    symbols = (FREEMAIL_FIRM, FREEMAIL_REPLY, FREEMAIL_ELSEWHERE, SENDER_FREEMAIL)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Look at From, then at where answers go."""
        message = mail.message
        sender = author(message)
        domain = registered(sender.domain)
        known = domains()
        if domain in known or sender.domain in known:
            yield Finding(SENDER_FREEMAIL, sender.address[:200])
            if sender.name and _is_firm(sender.name[:200]):
                yield Finding(FREEMAIL_FIRM, f"{sender.name} <{sender.address}>"[:200])
            brings = _BRINGS.get(domain)
            if brings is not None and not is_list(message) and _is_foreign(mail, brings):
                yield Finding(FREEMAIL_ELSEWHERE, sender.address[:200])
        reply = _reply(message, domain) if message.reply_to else None
        if reply is not None and is_freemail(reply.domain) and not is_list(message):
            yield Finding(FREEMAIL_REPLY, f"{sender.address} -> {reply.address}"[:200])


@lru_cache(maxsize=2048)  # most mail comes from few names
def _is_firm(name: str) -> bool:
    return _FIRM.search(name) is not None


def is_freemail(domain: str) -> bool:
    """Whether a domain (or the registered domain above it) gives mailboxes to anybody."""
    known = domains()
    return domain in known or registered(domain) in known


@cache
def domains() -> frozenset[str]:
    """The domains of freemail.txt."""
    lines = (Path(__file__).parent / "freemail.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _reply(message: Message, domain: str) -> Address | None:
    """The first Reply-To outside the sender's domain."""
    return next((reply for reply in message.reply_to if reply.domain and registered(reply.domain) != domain), None)


def _is_foreign(mail: Mail, brings: tuple[str, ...]) -> bool:
    """Whether nothing on the way bears a name of the provider: no hop, no Message-ID, no signature."""
    message = mail.message
    if not message.received:
        return False
    names = [hop.helo for hop in message.received] + [hop.name for hop in message.received]
    names += [hop.by for hop in message.received]
    names.append(message.message_id.rpartition("@")[2].lower())
    names.append(mail.envelope.client_name)
    signed = " ".join(header.raw[:1000] for header in message.all("dkim-signature")[:5])
    return not any(name.endswith(brings) for name in names) and not any(f"d={name}" in signed for name in brings)
