"""Link hosts whose names look as if they were registered by the hundred for one mailing."""

from __future__ import annotations

import re
from functools import lru_cache

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import hosts, is_senders
from fyke.detect.facts.names import is_random
from fyke.mail.domains import is_ip
from fyke.model import Finding, Label, Mail, Symbol

TLD = Symbol("LINK_TLD_CHEAP", "A link leads to a domain of an ending that is sold for next to nothing", "links", 2.5)
RANDOM = Symbol("LINK_NAME_RANDOM", "A link leads to a domain whose name looks drawn by lot", "links", 2.0)
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
# second-level names ("sa.com") that private registries sell in the same way. The weak ones are honest as often as not.
_CHEAP = frozenset(
    """
    accountant accountants autos bar beauty bid bond boats bot buzz cam casa cfd christmas click cricket cyou date
    download faith fit gdn gq cf ga ml tk hair help homes icu kim lat loan loans lol makeup men mom monster motorcycles
    name ninja party pics pw quest racing rest review sbs science shop site skin space store stream study su surf top
    trade uno wang webcam website win work xin xn--p1acf xyz yachts zip mov host wiki best cc
    sa.com za.com ru.com us.com in.net uk.com eu.com gb.net jpn.com br.com cn.com de.com se.net hu.net uk.net za.net
    jp.net co.com eu.org nom.za co.ua biz.ua pp.ua com.ua
    """.split()
)
_WEAK = frozenset(
    """
    biz club info life live link pro store shop online world today digital website bio fun rocks country ltd press vip
    tokyo works wtf xyz name best cc com.ua tk
    """.split()
)
# Words of the notices that phishers imitate, in the languages of the lexicons. Two of them make no honest name.
_WORDS = re.compile(
    r"secur|safe|log-?in|sign-?in|verif|validat|account|updat|support|service|confirm|authent|wallet|bank|billing|payment"
    r"|invoice|password|webmail|customer|help-?desk|recover|unlock|alert|suspend|deactiv|restor|compliance|webscr|refund"
    r"|deliver|parcel|tracking|redeliver|notice|notif|response|reward|bonus|prize|claim|airdrop|trust|access"
    r"|rastre|alfandeg|correio|taxa|resgat|segur|fatura|cliente|acesso|regulariz|paga|boleto|cuenta|factura|entrega"
    r"|konto|kunde|sicher|paket|rechnung|zahlung|zustell|banque|compte|colis|livraison|facture|assur|amende"
)
HYPHEN_COUNT = 3  # two are usual in German and French names
LONG_CHARS = 24  # of the label that was registered; one in a thousand of the well-known sites is longer


class LinkFresh(Detector):
    """Does a link lead to a throw-away name?"""

    name = "link_fresh"
    symbols = (TLD, RANDOM, DIGITS, HYPHENS, STUFFED, LONG)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Look at each name that was registered."""
        for host, link in hosts(mail.message).items():
            for symbol, weight in _facts(host, link.domain):
                if symbol is not STUFFED or not is_senders(link, mail.message):
                    yield Finding(symbol, host if symbol is STUFFED else link.domain, weight=weight)


@lru_cache(maxsize=8192)  # hosts repeat from mail to mail
def _facts(host: str, domain: str) -> tuple[tuple[Symbol, float], ...]:
    """What the name itself says."""
    label, _, suffix = domain.partition(".")
    if is_ip(host):
        return ()
    found: list[tuple[Symbol, float]] = []
    if suffix in _WEAK:
        found.append((TLD, 0.4))
    elif suffix in _CHEAP:
        found.append((TLD, 1.0))
    if not label.startswith("xn--"):
        if label.count("-") >= HYPHEN_COUNT:
            found.append((HYPHENS, 1.0))
        if len(label) > LONG_CHARS:
            found.append((LONG, 1.0))
        if any(map(is_random, label.split("-"))):
            found.append((RANDOM, 1.0))
    digits = sum(map(label.count, "0123456789"))
    if digits >= 3 and digits * 2 >= len(label) - 1:
        found.append((DIGITS, 1.0))
    if len(host) > 14 and len(set(_WORDS.findall(host))) >= 2:
        found.append((STUFFED, 1.0))
    return tuple(found)
