"""What is told of a campaign: how many mails, when, from whom, of what, and what their subjects have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from fyke.lab.campaigns.members import Member
from fyke.mail.domains import registered
from fyke.model.campaign import Campaign

SUBJECTS = 60  # of a campaign that are compared
SHOWN = 6  # subjects and mails that are kept as samples
SITES = 50
BEGUN = 20
MANY = 100_000  # distinct names counted of one campaign: beyond, the number says no more
USUAL = 0.6  # of the subjects that have a word which belongs to the template
GAP = "…"


class Account:
    """A campaign's account, mail by mail."""

    def __init__(self) -> None:
        self.mails = self.unwanted = self.wanted = 0
        self.first, self.last = float("inf"), float("-inf")
        self.subjects: dict[str, None] = {}
        self.samples: list[str] = []
        self.senders: set[str] = set()
        self.networks: set[str] = set()
        self.categories: Counter[str] = Counter()
        self.sites: Counter[str] = Counter()
        self.days: Counter[int] = Counter()
        self.begun: Counter[str] = Counter()

    def add(self, mail: Member) -> None:
        """Count a mail in."""
        self.mails += 1
        self.first, self.last = min(self.first, mail.at), max(self.last, mail.at)
        self.unwanted += mail.unwanted is True
        self.wanted += mail.unwanted is False
        if len(self.subjects) < SUBJECTS and mail.subject:
            self.subjects[mail.subject] = None
        if self.mails & (self.mails - 1) == 0 or len(self.samples) < SHOWN:  # the first ones, then ever fewer
            self.samples.append(mail.id)
        if len(self.senders) < MANY:
            self.senders.add(registered(mail.sender.rpartition("@")[2]))
        if len(self.networks) < MANY:
            self.networks.add(mail.network.rpartition(".")[0] or mail.network)
        self.categories.update(mail.categories)
        if len(self.sites) < MANY:
            self.sites.update(mail.sites)
        self.days[int(mail.at // 86_400)] += 1
        if mail.begun and len(self.begun) < MANY:
            self.begun[mail.begun] += 1

    def told(self, id_: str) -> Campaign:
        """All of it."""
        return Campaign(
            id=id_,
            mails=self.mails,
            first_at=_moment(self.first),
            last_at=_moment(self.last),
            subject=template(list(self.subjects)),
            subjects=tuple(sorted(self.subjects)[:SHOWN]),
            senders=len(self.senders - {""}),
            networks=len(self.networks - {""}),
            unwanted=self.unwanted,
            wanted=self.wanted,
            categories=_most(self.categories, SHOWN),
            sites=_most(self.sites, SITES),
            site_count=len(self.sites),
            days=tuple((f"{_moment(day * 86_400.0):%Y-%m-%d}", count) for day, count in sorted(self.days.items())),
            samples=tuple(_spread(self.samples)),
            begun=tuple(name for name, _ in _most(self.begun, BEGUN) if name != id_),
        )


def template(subjects: Sequence[str]) -> str:
    """The words that most subjects have, in the order of the one that has most of them, with gaps between them."""
    if not subjects:
        return ""
    split = [subject.split() for subject in subjects[:SUBJECTS]]
    counts = Counter(word for words in split for word in dict.fromkeys(words))
    usual = {word for word, count in counts.items() if count >= USUAL * len(split)}
    best = max(split, key=lambda words: (sum(word in usual for word in words), -len(words), words))
    found: list[str] = []
    for word in best:
        if word in usual:
            found.append(word)
        elif not found or found[-1] != GAP:
            found.append(GAP)
    return " ".join(found) if usual & set(best) else f"{GAP} ({subjects[0]})"


def accounts(members: Iterable[Member], labels: Sequence[str]) -> dict[str, Account]:
    """An account for each id but the empty one; `labels` are the ids of the members, in their order."""
    found: dict[str, Account] = {}
    for mail, label in zip(members, labels, strict=True):
        if label:
            account = found.get(label)
            if account is None:
                account = found[label] = Account()
            account.add(mail)
    return found


def _most(counts: Counter[str], most: int) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:most])


def _spread(samples: list[str]) -> list[str]:
    step = max(1, len(samples) // SHOWN)
    return samples[::step][:SHOWN]


def _moment(at: float) -> datetime:
    try:
        return datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
