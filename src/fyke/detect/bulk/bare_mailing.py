"""Mail that calls itself a mailing in its headers and is none for its reader: one button, no way out."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.facts.linked import followed
from fyke.detect.facts.lists import is_list
from fyke.model import Finding, Mail, Symbol

BARE = Symbol(
    "MAILING_BARE",
    "Its headers say it is a mailing, but its page has one button and no way to unsubscribe",
    "body",
    2.5,
)

DOORS = 2  # distinct links; honest mailings lead home, to networks and out, and have six at least
_OUT = (
    "unsub", "opt-out", "opt out", "optout", "preferences", "abmeld", "abbestell", "abonn", "désins", "desins", "baja",
    "descadastr", "cancelar", "отпис", "disiscri", "afmeld", "uitschrijv", "remove",
)  # fmt: skip


class BareMailing(Detector):
    """Is this a mailing that nobody can leave?"""

    name = "bare_mailing"
    symbols = (BARE,)

    def look(self, mail: Mail) -> Look:
        """Compare what the headers promise with what the page holds."""
        message = mail.message
        if "list-unsubscribe" not in message.index or not message.html.size_chars or is_list(message):
            return
        links = {link.url for link in followed(message)}
        if not 1 <= len(links) <= DOORS:
            return
        text = message.text.visible.lower()
        if not any(out in text for out in _OUT) and not any(out in url.lower() for url in links for out in _OUT):
            yield Finding(BARE, f"{len(links)} links")
