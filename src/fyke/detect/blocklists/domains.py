"""Block lists of domains: who a mail says it is from, who signed it, and where its links lead.

Asked of registered domains, and of hosts where a list knows hosts. A mail may have more hosts than are asked about:
then which of them is nothing that its sender could foresee, and that some were left out is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from fyke.detect.auth.names import read_domain
from fyke.detect.base import Cost, Detector, Look
from fyke.detect.blocklists.kinds import (
    ABUSED,
    BOTNET,
    CRACKED,
    DOMAIN,
    GREY,
    LESS,
    MALWARE,
    NEW,
    OF_DOMAINS,
    PHISHING,
    SPAM,
    Evidence,
    listings,
    zones,
)
from fyke.detect.facts.linked import followed
from fyke.mail.domains import is_ip, is_public_suffix, registered
from fyke.mail.tags import BadTagsError, read_tags, without_space
from fyke.model import Finding, Listed, Mail, Message, Symbol

HOSTS = 20  # asked about of one mail: nine mails of ten have fewer
SIGNERS = 4
NAME_CHARS = 253

NOT_ALL = Symbol("LISTED_NOT_ALL", "It has more hosts than block lists are asked about", "lists", 0.0)


class ListedDomains(Detector):
    """Is a name in it on a block list: its sender's, its signer's, or one to which a link leads?"""

    name = "listed_domains"
    symbols = (MALWARE, BOTNET, PHISHING, SPAM, CRACKED, NEW, GREY, ABUSED, DOMAIN, NOT_ALL)
    cost = Cost.ASK

    def __init__(self, lists: Iterable[str] = (), own_domains: Iterable[str] = ()) -> None:
        """`lists` are the zones that are asked; nobody is asked about `own_domains`."""
        self._zones = zones(lists)
        self._own = frozenset(registered(domain.lower()) for domain in own_domains)

    def look(self, mail: Mail) -> Look:
        """Ask of all names at once."""
        if not self._zones:
            return
        names = self._names(mail)
        roles, left_out = _chosen(names, mail.message.digest)
        if not roles:
            return
        asked = tuple(Listed(zone, domain, host) for domain, host in roles for zone in self._zones)
        answers = yield asked
        evidence = Evidence()
        for question, listing in listings(zip(asked, answers, strict=True)):
            role = roles[question.name, question.host]
            for kind in listing.kinds:
                shown = f"{question.host or question.name} ({role})"
                evidence.add(OF_DOMAINS.get(kind, DOMAIN), LESS.get(kind, 1.0), shown, listing.list)
        yield from evidence.findings()
        if left_out:
            yield Finding(NOT_ALL, f"{left_out} were not asked about")

    def _names(self, mail: Mail) -> dict[tuple[str, str], str]:
        """Domain and host of each name that may be asked about, with what it is in the mail."""
        found: dict[tuple[str, str], str] = {}
        for host, role in _hosts(mail):
            domain = registered(host)
            if _may_be_asked(domain) and domain not in self._own:
                found.setdefault((domain, "" if host == domain else host), role)
        return found


def _hosts(mail: Mail) -> Iterator[tuple[str, str]]:
    """All hosts, those of the sender first."""
    message = mail.message
    for address in (*message.senders[:3], *message.reply_to[:2]):
        yield read_domain(address.domain), "sender"
    yield read_domain(mail.envelope.mail_from.strip("<>").rpartition("@")[2]), "sender"
    for domain in signers(message):
        yield domain, "signer"
    yield read_domain(mail.envelope.helo.strip()), "server"
    for link in followed(message):
        yield link.target_host or link.host, "link"


def signers(message: Message) -> Iterator[str]:
    """The domains that claim to have signed a message; whether they did is nothing that matters to lists."""
    for field in message.all("dkim-signature")[:SIGNERS]:
        try:
            yield read_domain(without_space(read_tags(field.raw, is_lenient=True).get("d", "")))
        except BadTagsError:
            continue


def _may_be_asked(domain: str) -> bool:
    if not domain or len(domain) > NAME_CHARS:
        return False
    return is_ip(domain) or ("." in domain and not is_public_suffix(domain))


def _chosen(names: dict[tuple[str, str], str], digest: str) -> tuple[dict[tuple[str, str], str], int]:
    """As many names as are asked about, the sender's in any case; and how many are left out."""
    if len(names) <= HOSTS:
        return names, 0
    first = [name for name, role in names.items() if role != "link"][:HOSTS]
    others = [name for name, role in names.items() if role == "link"]
    others.sort(key=lambda name: hashlib.sha256(f"{digest} {name[0]} {name[1]}".encode()).digest())
    kept = [*first, *others[: HOSTS - len(first)]]
    return {name: names[name] for name in kept}, len(names) - len(kept)
