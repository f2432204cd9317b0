"""Link hosts whose names look as if they were registered by the hundred for one mailing."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look
from fyke.detect.linked import followed, is_senders
from fyke.detect.names import is_random
from fyke.model import Finding, Label, Mail, Symbol

TLD = Symbol("LINK_TLD_CHEAP", "A link leads to a domain of an ending that is sold for next to nothing", "links", 2.0)
RANDOM = Symbol("LINK_NAME_RANDOM", "A link leads to a domain whose name looks drawn by lot", "links", 1.5)
DIGITS = Symbol("LINK_NAME_DIGITS", "A link leads to a domain whose name is mostly digits", "links", 1.5)
HYPHENS = Symbol("LINK_NAME_HYPHENS", "A link leads to a domain of many words and hyphens", "links", 1.5)
STUFFED = Symbol(
    "LINK_NAME_STUFFED",
    "A link leads to a host named after log-ins, accounts and security",
    "links",
    2.0,
    Label.PHISHING,
)
LONG = Symbol("LINK_NAME_LONG", "A link leads to a domain with an unusually long name", "links", 1.0)

# Endings with a large share of abuse in the yearly reports of Spamhaus, Interisle and Netcraft (2015-2025), and the
# second-level names ("sa.com") that private registries sell in the same way.
CHEAP = frozenset(
    """
    accountant accountants autos bar beauty bid bond boats bot buzz cam casa cfd christmas click club country
    cricket cyou date digital download faith fit fun gdn gq cf ga ml tk hair help homes icu info kim lat link
    live loan loans lol ltd makeup men mom monster motorcycles name ninja online party pics pw quest racing rest
    review rocks sbs science shop site skin space store stream study su surf today tokyo top trade uno vip wang
    webcam website wiki win work works world wtf xin xn--p1acf xyz yachts zip mov pro review host press bio biz
    sa.com za.com ru.com us.com in.net uk.com eu.com gb.net jpn.com br.com cn.com de.com se.net hu.net uk.net
    za.net co.com eu.org nom.za
    """.split()
)
_WEAK = frozenset("biz club info live link name pro site store shop online top world today digital".split())
_WORDS = re.compile(
    r"secur|log-?in|sign-?in|verif|account|update|support|service|confirm|auth|wallet|bank|billing|payment|invoice"
    r"|password|webmail|customer|helpdesk|recover|unlock|alert|suspend|webscr|ebayisapi|cmd-?run|refund|delivery|parcel"
)
HYPHEN_COUNT = 3  # two are usual in German and French names
LONG_CHARS = 24  # of the label that was registered; one in a thousand of the well-known sites is longer


class LinkFresh(Detector):
    """Does a link lead to a throw-away name?"""

    name = "link_fresh"
    symbols = (TLD, RANDOM, DIGITS, HYPHENS, STUFFED, LONG)

    def look(self, mail: Mail) -> Look:
        """Look at each name that was registered."""
        seen: set[str] = set()
        for link in followed(mail.message):
            host = link.host
            if host in seen or "ip-host" in link.oddities or "ip-disguised" in link.oddities:
                continue
            seen.add(host)
            label, _, suffix = link.domain.partition(".")
            if suffix in CHEAP or suffix.rpartition(".")[2] in CHEAP:
                yield Finding(TLD, link.domain, weight=0.5 if suffix in _WEAK else 1.0)
            if label.count("-") >= HYPHEN_COUNT and not label.startswith("xn--"):
                yield Finding(HYPHENS, link.domain)
            if len(label) > LONG_CHARS and not label.startswith("xn--"):
                yield Finding(LONG, link.domain)
            if is_random(label):
                yield Finding(RANDOM, link.domain)
            digits = sum(map(label.count, "0123456789")) if not label.isalpha() else 0
            if digits >= 3 and digits * 2 >= len(label) - 1:
                yield Finding(DIGITS, link.domain)
            if len(host) > 16 and not is_senders(link, mail.message) and len(set(_WORDS.findall(host))) >= 2:
                yield Finding(STUFFED, host)
