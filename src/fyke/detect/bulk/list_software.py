"""Marks of mailing-list programs: a discussion among people, sent to all of them."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Reads
from fyke.model import Finding, Label, Mail, Message, Symbol

SOFTWARE = Symbol("LIST_SOFTWARE", "A mailing-list program handed it out", "bulk", 2.0, Label.BULK)
POST = Symbol("LIST_DISCUSSION", "A reply within a discussion on a mailing list", "body", -0.5, Label.HAM)

_MARKS = frozenset((
    "x-mailman-version", "x-beenthere", "x-mailinglist", "x-mailing-list", "x-ml-name", "x-majordomo-version", "x-loop",
    "x-listserver", "x-listname", "x-ezmlm", "x-google-group-id", "x-yahoo-profile", "x-egroups-return", "x-sympa-to",
    "list-post", "list-archive", "list-help", "x-mailman-rule-hits", "x-list-administrivia", "mailing-list",
    "x-egroups-msg-info", "x-debian-message", "x-listar-version", "x-ecartis-version", "x-discourse-post-id",
    "x-original-list-id", "list-owner",
))  # fmt: skip
_SENDERS = ("owner-", "majordomo@", "listserv@", "mailman@")


class ListSoftware(Detector):
    """Did a discussion list hand it out?"""

    name = "list_software"
    symbols = (SOFTWARE, POST)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Look for the marks of list programs."""
        message = mail.message
        index = message.index
        mark = ""
        for key in index:
            if key in _MARKS:
                mark = key
                break
        else:
            for key in ("sender", "return-path"):
                if key not in index:
                    continue
                value = index[key][0].value.lower().lstrip("<")
                if value.startswith(_SENDERS) or "-bounces@" in value or "-bounces+" in value or "-admin@" in value:
                    mark = key
        if not mark:
            return
        yield Finding(SOFTWARE, mark)
        if _replies(message):
            yield Finding(POST, message.first("in-reply-to")[:80])


def _replies(message: Message) -> bool:
    """Whether it quotes what it answers and names it."""
    return bool(message.text.quoted) and ("in-reply-to" in message.index or "references" in message.index)
