"""A word on a mail becomes a label with all that the learner needs, and later a lesson."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from msgspec import Struct

from fyke.engine import Engine, Studied
from fyke.judge import Policy
from fyke.judge.weigh import weigh
from fyke.learn.model import Learned
from fyke.learn.opinion import told
from fyke.learn.packing import pack
from fyke.mail.sketch import sketch
from fyke.model import UNWANTED, Envelope, Label, Labelled, Message, Source
from fyke.model.sketch import Sketch
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


class Counting(Protocol):
    """Who counts mails of one text."""

    def said(self, sketch: Sketch, *, unwanted: bool, times: int = 1) -> None:
        """A person said it of such a mail, or takes it back."""


class Teacher:
    """Takes people's words at a door. They are on the disk when it answers; the one learner applies them soon after."""

    def __init__(
        self,
        engine: Engine,
        labels: Callable[[], Labels],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        counting: Counting | None = None,
    ) -> None:
        """`labels` opens the store: in the thread that writes. `counting` hears it for the mail's like."""
        self._engine, self._open, self._clock, self._counting = engine, labels, clock, counting

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
            before = [each.spam for each in labels.of(said.digest) if each.account == account][-1:]
            labels.add(said)
            self._count(studied.message, account, [(unwanted, -1) for unwanted in before] + [(said.spam, 1)])
            return True
        finally:
            labels.close()

    def _forget(self, labels: Labels, raw: bytes, account: str) -> bool:
        message = self._engine.study(Envelope(), raw).message
        before = [each.spam for each in labels.of(message.digest) if each.account == account][-1:]
        try:
            labels.forget(message.digest, account, self._clock())
        except NothingToForgetError:
            return False
        self._count(message, account, [(unwanted, -1) for unwanted in before])
        return True

    def _count(self, message: Message, account: str, said: Sequence[tuple[bool, int]]) -> None:
        """Tell who counts; what no person said, but a machine or a trap in bulk, is not told."""
        if self._counting is not None and account:
            for unwanted, times in said:
                self._counting.said(sketch(message, (account,)), unwanted=unwanted, times=times)
