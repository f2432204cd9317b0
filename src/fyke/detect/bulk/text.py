"""What honest mailings say at their head and foot: how to leave, where to read them, who sends them."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.facts.wording import wording
from fyke.model import Finding, Label, Mail, Symbol

UNSUBSCRIBE = Symbol("BULK_UNSUBSCRIBE", "Tells how to unsubscribe", "bulk", 1.5, Label.BULK)
BROWSER = Symbol("BULK_BROWSER", "Can be read in a browser", "bulk", 1.5, Label.BULK)
PREFERENCES = Symbol("BULK_PREFERENCES", "Lets the reader manage what is sent", "bulk", 1.0, Label.BULK)
WHY = Symbol("BULK_WHY", "Says why the reader gets it", "bulk", 1.0, Label.BULK)
POSTAL = Symbol("BULK_POSTAL", "Gives the sender's postal address", "bulk", 0.8, Label.BULK)
NO_REPLY = Symbol("BULK_NO_REPLY", "Does not want an answer", "bulk", 0.8, Label.BULK)

_SAID = (
    ("unsubscribe", UNSUBSCRIBE),
    ("browser", BROWSER),
    ("preferences", PREFERENCES),
    ("why", WHY),
    ("no_reply", NO_REPLY),
)


class BulkText(Detector):
    """Does the text say that it was sent to many?"""

    name = "bulk_text"
    symbols = (UNSUBSCRIBE, BROWSER, PREFERENCES, WHY, POSTAL, NO_REPLY)

    def __init__(self) -> None:
        self._wording = wording()

    def look(self, mail: Mail) -> Look:
        """Look for the phrases, and for a postal address."""
        said = self._wording.said(mail.message)
        if said:
            for name, symbol in _SAID:
                if name in said:
                    yield Finding(symbol, said[name][0].phrase)
        for seen in mail.message.observables:
            if seen.kind in {"postal", "po_box"}:
                yield Finding(POSTAL, seen.value[:80], observables=(seen,))
                return
