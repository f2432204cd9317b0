"""The Message-ID (RFC 5322 3.6.4): a mail program or a submission server gives it, never the recipient's server."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author_domain
from fyke.detect.facts.hops import edge
from fyke.detect.facts.lists import is_list
from fyke.detect.facts.services import is_service
from fyke.mail.domains import is_known_tld, registered
from fyke.model import Finding, Mail, Symbol

MSGID_ADDED_HERE = Symbol(
    "MSGID_ADDED_HERE", "The sender's program gave it no Message-ID; the recipient's server had to", "headers", 2.3,
)  # fmt: skip
MSGID_BROKEN = Symbol("MSGID_BROKEN", "Its Message-ID is not one: no mail program writes it so", "headers", 2.2)
MSGID_FOREIGN = Symbol(
    "MSGID_FOREIGN", "Its Message-ID was made in the name of a house that has no part in this mail", "headers", 1.6
)
MSGID_TOOL = Symbol("MSGID_TOOL", "Its Message-ID is of the form that a mass mailer writes", "headers", 2.2)
MSGID_MISSING = Symbol("MSGID_MISSING", "It has no Message-ID", "headers", 0.6)

ADDRESSES = 20
TOOL_CHARS = 31
_TOOL = re.compile(r"\d{14}\.[0-9A-F]{16}")
_WHOLE = re.compile(r"<([^<>\s@]{1,250})@([\w.\[\]:-]{1,250})>")


class MessageId(Detector):
    """Does its Message-ID look like one that the sender's mail program gave?"""

    name = "messageid"
    symbols = (MSGID_ADDED_HERE, MSGID_BROKEN, MSGID_MISSING, MSGID_FOREIGN, MSGID_TOOL)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Look at the form first, then at whose host it names."""
        message = mail.message
        fields = message.all("message-id")
        if not fields:
            if "date" in message.index:  # without both it is an excerpt that some archive stripped
                yield Finding(MSGID_MISSING)
            return
        raw = fields[0].raw
        match = _WHOLE.match(raw)
        if match is None:
            yield Finding(MSGID_BROKEN, raw[:200])
            return
        local, host = match.groups()
        domain = registered(host.lower())
        if len(local) == TOOL_CHARS and _TOOL.fullmatch(local) is not None:
            yield Finding(MSGID_TOOL, local[:100])
        if domain == author_domain(message):
            return
        found = edge(mail)
        if found is not None and domain == registered(found.hop.by):
            yield Finding(MSGID_ADDED_HERE, host[:200])
        elif _is_foreign(mail, domain):
            yield Finding(MSGID_FOREIGN, host[:200])


def _is_foreign(mail: Mail, domain: str) -> bool:
    """Whether nobody who had this mail in hand has that domain: no hop, no address, no signature."""
    message = mail.message
    if not message.received or not is_known_tld(domain.rpartition(".")[2]) or is_list(message) or is_service(domain):
        return False
    if domain == registered(message.return_path.rpartition("@")[2].lower()):
        return False
    if domain == registered(mail.envelope.client_name):
        return False
    for hop in message.received:
        for host in (hop.by, hop.helo, hop.name):
            if host.endswith(domain) and domain == registered(host):
                return False
    for address in (*message.reply_to, *message.to[:ADDRESSES]):
        if registered(address.domain) == domain:
            return False
    return not any(
        f"={domain}" in field.raw or f".{domain}" in field.raw for field in message.all("dkim-signature")[:5]
    )
