"""Link text that names one host over a link to another."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import followed, within
from fyke.mail.domains import registered
from fyke.model import Finding, Label, Mail, Symbol

OTHER = Symbol(
    "LINK_TEXT_OTHER_HOST", "The text of a link names another host than the link leads to", "links", 0.5, Label.PHISHING
)
LONE = Symbol(
    "LINK_TEXT_LIES",
    "The text of a link names another host than the link leads to, and nothing else in the mail leads there",
    "links",
    3.0,
    Label.PHISHING,
)

SHARE = 3  # a mailer that counts clicks sends most links through one host; a trap sends one


class LinkMismatch(Detector):
    """Does a link say one address and lead to another?"""

    name = "link_mismatch"
    symbols = (OTHER, LONE)
    needs = Needs.LINKS | Needs.HTML

    def look(self, mail: Mail) -> Look:
        """Compare what each link shows with where it leads."""
        links = followed(mail.message)
        for link in links:
            shown = link.shown_host
            if not shown or link.source != "href" or within(shown, link.domain) or within(shown, link.target_domain):
                continue
            if registered(shown).partition(".")[0] == link.domain.partition(".")[0]:
                continue  # the same name in another country
            yield Finding(OTHER, f"{shown} leads to {link.host}")
            same = sum(other.domain == link.domain for other in links)
            if same < SHARE and not within(mail.message.sender.domain, link.domain):
                yield Finding(LONE, f"{shown} leads to {link.host}")
            return
