"""Headers by which an honest bulk mailer says what it is (RFC 2369, RFC 2919, RFC 8058)."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Reads
from fyke.model import Finding, Label, Mail, Symbol

UNSUBSCRIBE = Symbol("LIST_UNSUBSCRIBE", "Its headers tell how to unsubscribe", "bulk", 2.5, Label.BULK)
ONE_CLICK = Symbol("LIST_ONE_CLICK", "Its headers allow to unsubscribe with one click", "bulk", 1.5, Label.BULK)
LIST_ID = Symbol("LIST_ID", "Its headers name a mailing list", "bulk", 1.5, Label.BULK)
PRECEDENCE = Symbol("LIST_PRECEDENCE", "Its headers say that it was sent to many", "bulk", 2.0, Label.BULK)
AUTO = Symbol("AUTO_SUBMITTED", "Its headers say that a machine sent it", "bulk", 0.5, Label.BULK)


class ListHeaders(Detector):
    """Do the headers say that it was sent to a list?"""

    name = "list_headers"
    symbols = (UNSUBSCRIBE, ONE_CLICK, LIST_ID, PRECEDENCE, AUTO)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Look at the headers of RFC 2369 and their kin."""
        index = mail.message.index
        if "list-unsubscribe" in index:
            yield Finding(UNSUBSCRIBE, index["list-unsubscribe"][0].value[:80])
            if "list-unsubscribe-post" in index:
                yield Finding(ONE_CLICK)
        if "list-id" in index:
            yield Finding(LIST_ID, index["list-id"][0].value[:80])
        if "precedence" in index and index["precedence"][0].value.lower() in {"bulk", "list", "junk"}:
            yield Finding(PRECEDENCE, index["precedence"][0].value)
        auto = index.get("auto-submitted")
        if auto is not None and not auto[0].value.lower().startswith("no"):
            yield Finding(AUTO, auto[0].value[:40])
