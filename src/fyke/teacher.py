"""A word on a mail becomes a label with all that the learner needs, and later a lesson."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from fyke.engine import Engine, Studied
from fyke.judge import Policy
from fyke.judge.weigh import weigh
from fyke.learn.model import Learned
from fyke.learn.opinion import told
from fyke.learn.packing import pack
from fyke.model import UNWANTED, Envelope, Label, Labelled, Source
from fyke.store.labels import Labels, NothingToForgetError


class Word(Struct, frozen=True):
    """What is said of mail."""

    spam: bool | None  # None: what fyke is sure of
    source: Source
    at: datetime
    account: str = ""
    category: str = ""
    note: str = ""


def label(engine: Engine, studied: Studied, word: Word, *, spam: bool) -> Labelled:
    """The word on one mail that was made ready for the learner."""
    assert engine.opinion is not None, "an engine without a model has nothing to learn with"
    message = studied.message
    learned = engine.opinion.model.weigh(studied.features, word.account)
    return Labelled(
        digest=message.digest,
        spam=spam,
        source=word.source,
        at=word.at,
        account=word.account,
        category=word.category,
        features=pack(studied.features),
        rules_bits=studied.rules_bits,
        bits=whole(studied.rules_bits, learned, engine.policy),
        subject=message.subject,
        sender=message.sender.address,
        note=word.note,
    )


def whole(rules_bits: float, learned: Learned, policy: Policy) -> float:
    """The bits of a verdict: the rules', and what was learned within its caps."""
    return round(rules_bits + weigh(told(learned), policy).total / 100 - policy.rules.prior, 2)


class Teacher:
    """Takes people's words at a door. They are on the disk when it answers; the one learner applies them soon after."""

    def __init__(
        self, engine: Engine, labels: Callable[[], Labels], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`labels` opens the store: in the thread that writes."""
        self._engine, self._open, self._clock = engine, labels, clock

    def teach(self, raw: bytes, account: str, label_: Label | None) -> bool:
        """Take a word; without a label forget what that account said. False: that was known. Raises `StoreError`."""
        account = account.strip().lower()
        labels = self._open()
        try:
            if label_ is None:
                return self._forget(labels, raw, account)
            source = Source.HUMAN if account else Source.IMPORT
            word = Word(label_ in UNWANTED, source, self._clock(), account)
            studied = self._engine.study(Envelope(rcpt_to=(account,) if account else ()), raw)
            said = label(self._engine, studied, word, spam=bool(word.spam))
            if labels.known([said])[0]:
                return False
            labels.add(said)
            return True
        finally:
            labels.close()

    def _forget(self, labels: Labels, raw: bytes, account: str) -> bool:
        digest = self._engine.study(Envelope(), raw).message.digest
        try:
            labels.forget(digest, account, self._clock())
        except NothingToForgetError:
            return False
        return True
