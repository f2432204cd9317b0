"""What the model says of a mail, as findings that the judge weighs and shows beside those of the detectors."""

from __future__ import annotations

from collections.abc import Sequence

from fyke.learn.categories import SYMBOLS as TRADES
from fyke.learn.categories import Categories, packaged
from fyke.learn.features import Features, Reader
from fyke.learn.model import Learned, Model
from fyke.model import Finding, Message, Symbol

BASE = Symbol("LEARNED_BASE", "Learned from public mail of other years", "learned_base", 1.0)
SITE = Symbol("LEARNED_SITE", "Learned from the labels of this site", "learned", 1.0)
OWN = Symbol("LEARNED_OWN", "Learned from what this reader said", "learned_own", 1.0)
SYMBOLS = (BASE, SITE, OWN, *TRADES)

LEAST_BITS = 0.05  # less than this is not worth a line


class Opinion:
    """A model and the reader of its features."""

    def __init__(self, model: Model, categories: Categories | None = None) -> None:
        self.model = model
        self._categories = packaged() if categories is None else categories
        self._reader = Reader()

    def read(self, message: Message, findings: Sequence[Finding]) -> Features:
        """The features of a message in which detectors found this."""
        return self._reader.read(message, findings)

    def of(self, features: Features, account: str) -> list[Finding]:
        """Findings whose weight is bits: positive speaks for unwanted mail."""
        return told(self.model.weigh(features, account))

    def trades(self, features: Features) -> list[Finding]:
        """The trades that the mail is likely in, if it is unwanted."""
        table = self.model.table
        return self._categories.findings(features, table.trades if table is not None and table.labels else None)


def told(learned: Learned) -> list[Finding]:
    """The model's bits as findings."""
    bits = ((BASE, learned.base), (SITE, learned.shared), (OWN, learned.own))
    return [Finding(symbol, weight=weight) for symbol, weight in bits if abs(weight) >= LEAST_BITS]
