"""What block lists list, as symbols: one a kind, whatever list says it, so that lists that agree do not add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fyke.model import Finding, Label, Listed, Listing, Symbol

DETAIL_CHARS = 200


def _symbol(name: str, text: str, bits: float, leans: Label = Label.SPAM) -> Symbol:
    return Symbol(name, text, "lists", bits, leans)


HIJACKED = _symbol("LISTED_HIJACKED", "It came from a network that was taken from its owner", 5.0)
EXPLOITED = _symbol("LISTED_EXPLOITED", "It came from a machine that does what strangers want: infected, or open", 4.0)
SOURCE = _symbol("LISTED_SPAM_SOURCE", "It came from a machine that a block list knows for spam", 4.0)
SNOWSHOE = _symbol("LISTED_SNOWSHOE", "It came from one of many machines among which a spammer spreads his mail", 3.5)
DYNAMIC = _symbol("LISTED_DYNAMIC", "It came straight from an address from which no mail is to come directly", 2.5)
ADDRESS = _symbol("LISTED_ADDRESS", "It came from a machine that is on a block list", 2.0)
HOP = _symbol("LISTED_HOP", "On its way it came through a machine that is on a block list", 0.8)

MALWARE = _symbol("LISTED_DOMAIN_MALWARE", "A name in it is known for malware", 5.0, Label.MALWARE)
BOTNET = _symbol("LISTED_DOMAIN_BOTNET", "A name in it is one by which infected machines are led", 5.0, Label.MALWARE)
PHISHING = _symbol("LISTED_DOMAIN_PHISHING", "A name in it is known for phishing", 5.0, Label.PHISHING)
SPAM = _symbol("LISTED_DOMAIN_SPAM", "A name in it is known for spam", 4.0)
CRACKED = _symbol("LISTED_DOMAIN_CRACKED", "A name in it is that of a site into which somebody broke", 3.0)
NEW = _symbol("LISTED_DOMAIN_NEW", "A name in it has been in use for some hours only", 2.0)
GREY = _symbol("LISTED_DOMAIN_GREY", "A name in it sends mail that some call spam", 0.5)
ABUSED = _symbol("LISTED_DOMAIN_ABUSED", "A name in it is an honest one's that strangers make bad use of", 1.5)
DOMAIN = _symbol("LISTED_DOMAIN", "A name in it is on a block list", 2.0)

OF_ADDRESSES = {
    "hijacked-network": HIJACKED,
    "exploited-host": EXPLOITED,
    "spam-source": SOURCE,
    "snowshoe": SNOWSHOE,
    "dynamic-or-policy": DYNAMIC,
}
OF_DOMAINS = {
    "malware": MALWARE,
    "botnet-controller": BOTNET,
    "phishing": PHISHING,
    "spam-domain": SPAM,
    "cracked-site": CRACKED,
    "new-domain": NEW,
    "new-spam-domain": NEW,
    "grey-domain": GREY,
    "abused-malware": ABUSED,
    "abused-botnet-controller": ABUSED,
    "abused-phishing": ABUSED,
    "abused-redirector": ABUSED,
    "abused-legitimate": ABUSED,
}
LESS = {"abused-redirector": 0.4, "abused-legitimate": 0.4}  # a shortener, a host of pages: most of its links are good

Said = tuple[Listed, Listing | Any]  # a question and its answer, which may be unknown


class Evidence:
    """Findings in the making: one a symbol, with all names and lists that speak for it, as strong as the strongest."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Symbol, float, dict[str, None]]] = {}

    def add(self, symbol: Symbol, weight: float, name: str, source: str) -> None:
        """Take down that a list (`source`) says it of a name."""
        _, before, sources = self._found.setdefault(symbol.name, (symbol, 0.0, {}))
        sources[f"{name}: {source}"] = None
        self._found[symbol.name] = symbol, max(before, weight), sources

    def findings(self) -> Iterator[Finding]:
        """What was taken down."""
        for symbol, weight, sources in self._found.values():
            yield Finding(symbol, ", ".join(sources)[:DETAIL_CHARS], weight=weight)


def listings(said: Iterable[Said]) -> Iterator[tuple[Listed, Listing]]:
    """Those questions whose name is listed. Who did not answer said nothing."""
    for question, answer in said:
        if isinstance(answer, Listing) and answer.kinds:
            yield question, answer


def zones(named: Iterable[str]) -> tuple[str, ...]:
    """Lists as the config names them, as they are asked."""
    return tuple(dict.fromkeys(zone.lower().rstrip(".") for zone in named))
