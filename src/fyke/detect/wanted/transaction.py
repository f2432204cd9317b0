"""Mail about a dealing that its reader has with the sender: orders, receipts, appointments."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.facts.linked import followed, is_senders
from fyke.detect.facts.wording import wording
from fyke.model import Finding, Label, Mail, Symbol

OWN = Symbol("LINKS_ALL_SENDERS", "All links lead to the sender's own domain", "links", -0.3, Label.HAM)
DEAL = Symbol(
    "TRANSACTION",
    "About an order or appointment, with links to nowhere but the sender's own domain",
    "body",
    -1.0,
    Label.HAM,
)

SEVERAL = 2


class Transaction(Detector):
    """Is it about a dealing with the sender, and do its links agree?"""

    name = "transaction"
    symbols = (OWN, DEAL)

    def __init__(self) -> None:
        self._wording = wording()

    def look(self, mail: Mail) -> Look:
        """Look whose links they are, then what the text is about."""
        message = mail.message
        links = followed(message)
        if len(links) < SEVERAL or not message.sender.domain:
            return
        if not is_senders(links[0], message) or not all(is_senders(link, message) for link in links):
            return
        yield Finding(OWN, message.sender.domain)
        said = self._wording.said(message).get("deal", ())
        if len(said) >= SEVERAL:
            yield Finding(DEAL, ", ".join(one.phrase for one in said[:2]))
