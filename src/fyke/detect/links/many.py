"""Subdomains that look drawn by lot: one for each mail or each link, so that no list of bad hosts holds the next."""

from __future__ import annotations

import re
from functools import lru_cache

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import hosts
from fyke.detect.facts.names import is_random
from fyke.model import Finding, Mail, Symbol

SUBDOMAINS = Symbol("LINK_RANDOM_SUBDOMAINS", "Links lead to several random subdomains of one domain", "links", 2.5)
RANDOM_HOST = Symbol("LINK_HOST_RANDOM", "A link leads to a host whose first name looks drawn by lot", "links", 1.5)

SEVERAL = 3  # one may be a name, two a pair
ODD = 2  # of the several; the third may be drawn so that it can be read
_BREAK = re.compile(r"[.-]")
_DRAWN = re.compile(r"[a-z]*[0-9]+[a-z]+[a-z0-9]*|[b-df-hj-np-tv-xz]{2,7}")  # "5dv", "gvr": no word is without vowels
_PLAIN = re.compile(
    r"www?[0-9]*|m|s[0-9]|ns[0-9]|mx[0-9]?|cdn[0-9]?|img[0-9]*|ftp|git|vcs|cvs|svn|my|xml|rss|lkml|mdns"
)


class LinkMany(Detector):
    """Are the hosts made up for this mail?"""

    name = "link_many"
    symbols = (SUBDOMAINS, RANDOM_HOST)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Look at all hosts together."""
        labels: dict[str, list[str]] = {}
        for host, link in hosts(mail.message).items():
            domain = link.domain
            more = len(host) - len(domain)
            if more > 0 and not (more == 4 and host.startswith("www.")):
                labels.setdefault(domain, []).append(host[: -len(domain) - 1])
        for domain, names in labels.items():
            drawn = [name for name in names if _is_drawn(name)]
            if drawn:
                yield Finding(RANDOM_HOST, f"{drawn[0]}.{domain}")
            if len(names) >= SEVERAL and (len(drawn) >= ODD or sum(map(_is_odd, names)) >= ODD):
                yield Finding(SUBDOMAINS, f"{len(names)} of {domain}")


@lru_cache(maxsize=4096)  # hosts repeat from mail to mail, and have 255 characters at most
def _is_drawn(name: str) -> bool:
    """Whether a piece of a name looks drawn by lot."""
    return any(map(is_random, _BREAK.split(name)))


def _is_odd(name: str) -> bool:
    """Whether a short name is neither a word nor one of the usual names of servers."""
    return len(name) <= 7 and _DRAWN.fullmatch(name) is not None and _PLAIN.fullmatch(name) is None
