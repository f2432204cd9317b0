"""A mail that is hardly more than a link."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.linked import followed
from fyke.model import Finding, Label, Mail, Symbol

ONLY = Symbol("LINK_ONLY", "The mail is a link and hardly a word", "links", 1.5)
LONE = Symbol("LINK_LONE", "A short mail around one single link", "links", 0.5, Label.PHISHING)
ALL_ONE = Symbol("LINK_ALL_SAME", "Every link of the page leads to the same place", "links", 1.5)

ONLY_CHARS = 80  # "look at this" and the link itself
SHORT_CHARS = 600  # a phisher's notice; personal mail of that size seldom has a link at all
SEVERAL = 4


class LinkLone(Detector):
    """Is the mail only there for its one link?"""

    name = "link_lone"
    symbols = (ONLY, LONE, ALL_ONE)

    def look(self, mail: Mail) -> Look:
        """Count links and letters."""
        links = followed(mail.message)
        if not links:
            return
        targets = {link.url for link in links}
        chars = len(mail.message.text.visible)
        if len(targets) == 1:
            chars -= len(links[0].url) if links[0].source == "text" else 0
            if chars <= ONLY_CHARS:
                yield Finding(ONLY, links[0].host)
            elif chars <= SHORT_CHARS:
                yield Finding(LONE, links[0].host)
            if links[0].count >= SEVERAL:
                yield Finding(ALL_ONE, f"{links[0].count} links to {links[0].host}")
