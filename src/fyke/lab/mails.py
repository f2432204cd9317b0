"""Mails as facts of the sites that they link to: which campaigns advertise a site, and how these mails were judged.

Facts are of a site and a campaign, from the first such mail to the last, not of a mail each: a million mails are some
thousands of facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from fyke.lab.campaigns.members import Member
from fyke.lab.sites.base import LAST, site
from fyke.model.fact import Fact

LAST_S = LAST.timestamp() - 1.0
TOGETHER = 20_000  # mails whose facts are drawn together


def facts(members: Iterable[Member], campaign_of: Mapping[str, str], source: str) -> list[Fact]:
    """What these mails say of sites. `campaign_of`: by the mail's id; one without says only how it was judged."""
    spans: dict[tuple[str, str, str], tuple[float, float]] = {}
    for member in members:
        verdict = {True: "unwanted", False: "wanted", None: "unsure"}[member.unwanted]
        told = [("verdict", verdict)]
        if campaign := campaign_of.get(member.id, ""):
            told.append(("campaign", campaign))
        for about in {about for domain in member.sites if (about := site(domain))}:
            for kind, value in told:
                first, last = spans.get((about, kind, value), (member.at, member.at))
                spans[about, kind, value] = (min(first, member.at), max(last, member.at))
    return [
        Fact(about, kind, value, _moment(first), _moment(last), f"mail:{source}")
        for (about, kind, value), (first, last) in sorted(spans.items())
    ]


class Loose:
    """Mails that no campaign can be found for, as they say too little: their facts, some at a time."""

    def __init__(self, source: str) -> None:
        self._source, self._waiting, self._facts = source, list[Member](), list[Fact]()

    def add(self, found: Member) -> None:
        """Take one."""
        self._waiting.append(found)
        if len(self._waiting) >= TOGETHER:
            self._turn()

    def facts(self) -> list[Fact]:
        """What they say of sites."""
        self._turn()
        return self._facts

    def _turn(self) -> None:
        self._facts += facts(self._waiting, {each.id: each.begun for each in self._waiting}, self._source)
        self._waiting = []


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(min(max(seconds, 0.0), LAST_S), UTC)
