"""The Message-ID (RFC 5322 3.6.4): a mail program or a submission server gives it, never the recipient's server."""

from __future__ import annotations

import re

from fyke.detect.authors import author_domain
from fyke.detect.base import Detector, Look, Reads
from fyke.detect.hops import edge
from fyke.mail.domains import registered
from fyke.model import Finding, Mail, Symbol

MSGID_ADDED_HERE = Symbol(
    "MSGID_ADDED_HERE", "The sender's program gave it no Message-ID; the recipient's server had to", "headers", 2.3,
)  # fmt: skip
MSGID_BROKEN = Symbol("MSGID_BROKEN", "Its Message-ID is not one: no mail program writes it so", "headers", 2.2)
MSGID_MISSING = Symbol("MSGID_MISSING", "It has no Message-ID", "headers", 0.6)

_WHOLE = re.compile(r"<[^<>\s@]{1,250}@[\w.\[\]:-]{1,250}>")


class MessageId(Detector):
    """Does its Message-ID look like one that the sender's mail program gave?"""

    name = "messageid"
    symbols = (MSGID_ADDED_HERE, MSGID_BROKEN, MSGID_MISSING)
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
        if _WHOLE.match(raw) is None:
            yield Finding(MSGID_BROKEN, raw[:200])
            return
        host = raw[1:].partition(">")[0].rpartition("@")[2].lower()
        found = edge(mail)
        if (
            found is not None
            and found.hop.by
            and registered(host) == registered(found.hop.by) != author_domain(message)
        ):
            yield Finding(MSGID_ADDED_HERE, host)
