"""The three runs in which learning filters are compared, and fyke in several forms that go through them.

`half` and `hard` learn one part of the corpus, in the order of digests, and are asked about the other. `online` is the
protocol of the TREC spam track: in the order of delivery each message is asked about and then told.
"""

from __future__ import annotations

import multiprocessing
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from bench.manifest import Row, in_order
from bench.updates import Rule
from fyke.config import Config, Learn
from fyke.engine import Engine
from fyke.house import build
from fyke.judge import Policy
from fyke.learn import base as base_of
from fyke.learn.base import Base
from fyke.learn.features import Features
from fyke.learn.measure import Quality, quality
from fyke.learn.model import LN2, TRUST, Learned, Learner, Lesson, vector_of
from fyke.mail.domains import registered
from fyke.model import Envelope
from fyke.teacher import whole

RUNS = ("half", "hard", "online")


class Read(Struct, frozen=True):
    """A message of the corpus as the learner sees it, and what the rules alone say."""

    row: Row
    digest: str
    features: Features
    rules_bits: float
    categories: tuple[str, ...]  # that the rules name, the strongest first
    sender: str  # registered domain of the author


@cache
def engine() -> Engine:
    """The rules without anything learned."""
    return build(Config(learn=Learn(base=False)))


def policy() -> Policy:
    """The policy that all are judged by."""
    return engine().policy


def _read(row: Row) -> Read:
    studied = engine().study(Envelope(), row.path.read_bytes())
    sender = registered(studied.message.sender.domain)
    return Read(row, studied.message.digest, studied.features, studied.rules_bits, studied.categories, sender)


def read_all(rows: Sequence[Row], jobs: int) -> list[Read]:
    """All messages, in the order of the rows."""
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        return pool.map(_read, rows, chunksize=64)


class Filter(Protocol):
    """Something that is asked about mail and told what it was."""

    def score(self, mail: Read) -> float:
        """Bits, or whatever grows with them."""

    def learn(self, mail: Read) -> None:
        """Take the message's label."""


class Rules:
    """The rules alone, which learn nothing."""

    def score(self, mail: Read) -> float:
        return mail.rules_bits

    def learn(self, mail: Read) -> None:
        pass


class Fyke:
    """The product: rules, what labels taught, and a base model if one is given.

    As `fyke.learn.study` does, it looks again at an earlier label with each label for all.
    """

    def __init__(
        self, folder: Path, base: Base | None = None, *, with_rules: bool = True, looks_again: bool = True
    ) -> None:
        self.learner = Learner(folder / "table", base or base_of.empty())
        self._with_rules = with_rules
        self._looks_again = looks_again
        self._told: list[Lesson | None] = []  # None: not for all

    def score(self, mail: Read, account: str = "") -> float:
        learned = self.learner.weigh(mail.features, account)
        return whole(mail.rules_bits, learned, policy()) if self._with_rules else learned.shared + learned.base

    def learn(self, mail: Read, account: str = "") -> None:
        self.tell(mail, spam=mail.row.spam, account=account)

    def tell(self, mail: Read, *, spam: bool, account: str = "") -> None:
        """A label of the caller's."""
        lesson = Lesson(mail.features, spam, mail.rules_bits if self._with_rules else 0.0)
        again = self._earlier() if self._looks_again and not account else None
        self._told.append(None if account else lesson)
        self.learner.learn(
            len(self._told), lesson.features, spam=spam, account=account, rules_bits=lesson.rules_bits, again=again
        )

    def _earlier(self) -> Lesson | None:
        """The label that the product would look at again, by the same lot."""
        number = len(self._told) + 1
        return self._told[zlib.crc32(b"%d" % number) % (number - 1)] if number > 1 else None


class Other:
    """Rules and another update rule, on the same features, judged by the same policy."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def score(self, mail: Read) -> float:
        vector = vector_of(mail.features)
        bits = self._rule.score(vector.slots, vector.values()) / LN2
        return whole(mail.rules_bits, Learned(0.0, bits, 0.0), policy())

    def learn(self, mail: Read) -> None:
        vector = vector_of(mail.features)
        label = 1 if mail.row.spam else -1
        self._rule.learn(vector.slots, vector.values(), label, mail.rules_bits * TRUST * LN2)


def pairs(run: str, asked: Filter, mails: Sequence[Read]) -> Iterable[tuple[float, bool]]:
    """Score and label of each message that is asked about."""
    if run == "online":
        by_row = {mail.row.sha256: mail for mail in mails}
        for row in in_order(by_row[digest].row for digest in by_row):
            mail = by_row[row.sha256]
            yield asked.score(mail), row.spam
            asked.learn(mail)
        return
    for mail in mails:
        if mail.row.trains(run):
            asked.learn(mail)
    for mail in mails:
        if not mail.row.trains(run):
            yield asked.score(mail), mail.row.spam


def measured(run: str, fresh: Callable[[], Filter], mails: Sequence[Read]) -> Quality:
    """How well a fresh filter does in a run, at the policy's line."""
    return quality(list(pairs(run, fresh(), mails)), policy().rules.thresholds.unwanted)
