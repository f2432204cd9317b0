"""The top-level domain of the sender: some are given away, and used up by the thousand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author
from fyke.mail.domains import registered, suffix
from fyke.model import Finding, Mail, Symbol

SENDER_TLD_MUCH = Symbol(
    "SENDER_TLD_MUCH", "The sender's top-level domain is one that hardly anybody but spammers uses", "sender", 2.3
)
SENDER_TLD_OFTEN = Symbol("SENDER_TLD_OFTEN", "The sender's top-level domain is often abused", "sender", 1.4)


class SenderTld(Detector):
    """Does the sender write from a corner of the net where throw-away domains are cheap?"""

    name = "tld"
    symbols = (SENDER_TLD_MUCH, SENDER_TLD_OFTEN)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Look the level up, by the last label and by the public suffix (`sa.com`)."""
        host = author(mail.message).domain
        if not host:
            return
        known = levels()
        symbol = known.get(host.rpartition(".")[2])
        if symbol is None and host.endswith(".com"):
            symbol = known.get(suffix(host)) or known.get(registered(host))
        if symbol is not None:
            yield Finding(symbol, host[:200])


@cache
def levels() -> dict[str, Symbol]:
    """Top-level domains of tlds.txt, each with what it says."""
    symbols = {"much": SENDER_TLD_MUCH, "often": SENDER_TLD_OFTEN}
    found: dict[str, Symbol] = {}
    for line in (Path(__file__).parent / "tlds.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            level, _, names = line.partition(":")
            found.update((name, symbols[level]) for name in names.split())
    return found
