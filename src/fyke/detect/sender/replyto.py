"""Where answers go (Reply-To, RFC 5322 3.6.2), and who it says it is to: the sender themselves?"""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author
from fyke.detect.facts.hops import edge
from fyke.detect.facts.lists import is_list
from fyke.detect.sender.freemail import is_freemail
from fyke.mail.domains import registered
from fyke.model import Address, Finding, Label, Mail, Symbol

REPLY_ELSEWHERE = Symbol(
    "REPLY_ELSEWHERE", "It is from one domain, but answers go to another", "sender", 1.2, Label.SCAM
)
REPLY_OTHER_BOX = Symbol(
    "REPLY_OTHER_BOX", "Answers go to another free mailbox than the sender's", "sender", 2.0, Label.SCAM
)
FROM_IS_TO = Symbol("FROM_IS_TO", "It pretends to be from the very mailbox that it is sent to", "sender", 1.6)


class ReplyTo(Detector):
    """Would an answer go to somebody else than the sender?"""

    name = "replyto"
    symbols = (REPLY_ELSEWHERE, REPLY_OTHER_BOX, FROM_IS_TO)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """A list's Reply-To is the list's and says nothing."""
        message = mail.message
        sender = author(message)
        to = message.to[0].address.lower() if message.to else ""
        if sender.domain and sender.address.lower() == to and _came_from_outside(mail, sender):
            yield Finding(FROM_IS_TO, sender.address[:200])
        reply = message.reply_to[0] if message.reply_to else None
        if (
            reply is None
            or not reply.domain
            or not sender.domain
            or is_list(message)
            or "list-unsubscribe" in message.index
        ):
            return  # a list says where answers go, and a newsletter where its authors sit
        detail = f"{sender.address} -> {reply.address}"[:200]
        if registered(reply.domain) != registered(sender.domain):
            if not is_freemail(reply.domain):  # `freemail` says that
                yield Finding(REPLY_ELSEWHERE, detail)
        elif is_freemail(sender.domain) and reply.address.lower() != sender.address.lower():
            yield Finding(REPLY_OTHER_BOX, detail)


def _came_from_outside(mail: Mail, sender: Address) -> bool:
    """Whether a machine brought it that bears no name of the sender's domain, and that domain did not sign it."""
    found = edge(mail)
    if found is None or is_list(mail.message):
        return False
    hop = found.hop
    own = registered(sender.domain)
    if own in {
        registered(hop.name),
        registered(hop.helo),
        registered(mail.message.message_id.rpartition("@")[2].lower()),
    }:
        return False
    return not any(f"d={own}" in header.raw[:1000] for header in mail.message.all("dkim-signature")[:5])
