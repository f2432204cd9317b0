"""From a place where mail stands to a label on it: what `fyke learn` writes down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from fyke.cli.mailbox import Slot
from fyke.cli.mbox import MESSAGE_BYTES
from fyke.engine import Engine
from fyke.judge.decide import thresholds_of
from fyke.learn.auto import sure
from fyke.model import Envelope, Labelled, Source
from fyke.store.labels import Labels
from fyke.teacher import Word, label

BATCH = 64  # labels written down at once: a sync of the disk costs as much as reading ten mails


class Written(Struct, frozen=True):
    """A mail and its label; `is_known` where the same was said before, so that nothing was written down."""

    path: str
    label: Labelled
    is_known: bool = False


class Scribe:
    """Reads mail and writes down what is said of it."""

    def __init__(self, engine: Engine, labels: Labels, word: Word) -> None:
        self._engine = engine
        self._labels = labels
        self._word = word
        self._envelope = Envelope(rcpt_to=(word.account,) if word.account else ())
        self.problems: list[str] = []
        self.unsure = 0  # mails of which fyke itself was not sure enough

    def write(self, slots: Iterable[Slot]) -> Iterator[Written]:
        """Every mail once, in order, each told only when it is on the disk."""
        batch: list[Written] = []
        seen: set[str] = set()
        for slot in slots:
            label = self._read(slot)
            if label is None or label.digest in seen:
                continue
            seen.add(label.digest)
            batch.append(Written(slot.shown, label))
            if len(batch) == BATCH:
                yield from self._keep(batch)
                batch = []
        yield from self._keep(batch)

    def _keep(self, batch: list[Written]) -> Iterator[Written]:
        told = self._labels.known([each.label for each in batch])
        known = [was and not self._insists(each.label) for each, was in zip(batch, told, strict=True)]
        new = [each.label for each, is_known in zip(batch, known, strict=True) if not is_known]
        numbers = iter(self._labels.add(*new))
        for each, is_known in zip(batch, known, strict=True):
            label = each.label if is_known else each.label.numbered(next(numbers))
            yield Written(each.path, label, is_known)

    def _insists(self, label: Labelled) -> bool:
        """Whether a human says again what was said before and is not heeded: then it is learned once more."""
        line = thresholds_of(self._engine.policy, label.account).unwanted
        return label.source is Source.HUMAN and (label.bits >= line) != label.spam

    def _read(self, slot: Slot) -> Labelled | None:
        """The label on one mail. A bug in the engine costs that mail alone."""
        try:
            raw = slot.read()[:MESSAGE_BYTES]
            return self._label(raw)
        except OSError as error:
            self.problems.append(f"{slot.shown}: {error.strerror or error}")
        except Exception as error:
            self.problems.append(f"{slot.shown}: could not be read: {type(error).__name__}: {error}")
        return None

    def _label(self, raw: bytes) -> Labelled | None:
        word, engine = self._word, self._engine
        studied = engine.study(self._envelope, raw)
        message = studied.message
        spam = word.spam
        if spam is None:
            scan = engine.scan(self._envelope, raw)
            line = thresholds_of(engine.policy, word.account).unwanted
            spam = sure(scan, line, self._labels.of(message.digest))
        if spam is None:
            self.unsure += 1
            return None
        return label(engine, studied, word, spam=spam)
