"""A mail that is hardly more than a link, or whose links are all one."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.ink import ink
from fyke.detect.facts.linked import followed, is_senders
from fyke.model import Finding, Label, Link, Mail, Symbol

ONLY = Symbol("LINK_ONLY", "The mail is a link and hardly a word", "links", 1.2)
LONE = Symbol("LINK_LONE", "A short mail around one single link that is not the sender's", "links", 0.8, Label.PHISHING)
SAME = Symbol("LINK_ALL_SAME", "Every link of the page leads to the same place", "links", 1.5)
ROOTS = Symbol("LINK_ALL_ROOTS", "The links have many names and all lead to one stranger's front page", "links", 2.0)

ONLY_CHARS = 80  # "look at this" and the link itself
SHORT_CHARS = 500  # a phisher's notice; personal mail of that size seldom has a link at all
SEVERAL = 4
FEW = 3


class LinkLone(Detector):
    """Is the mail only there for its one link?"""

    name = "link_lone"
    symbols = (ONLY, LONE, SAME, ROOTS)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Count links and letters."""
        links = followed(mail.message)
        if not links:
            return
        first = links[0]
        domain = first.domain
        if links[-1].domain != domain:
            return
        for link in links:
            if link.domain != domain:
                return
        foreign = not is_senders(first, mail.message)
        count = sum(link.count for link in links)
        if all(link.url == first.url for link in links):
            chars = ink(mail.message.text.visible)
            chars -= len(first.url) if first.source == "text" else 0
            if chars <= ONLY_CHARS:
                yield Finding(ONLY, first.host)
            elif chars <= SHORT_CHARS and first.source == "href" and foreign:
                yield Finding(LONE, first.host)
            if count >= SEVERAL:
                yield Finding(SAME, f"{count} links to {first.host}")
        if count >= FEW and foreign and first.source == "href" and all(map(_is_root, links)):
            yield Finding(ROOTS, f"{count} links to {first.domain}")


def _is_root(link: Link) -> bool:
    """Whether a link leads to the front page of a host."""
    return link.path in {"", "/"} and not link.query
