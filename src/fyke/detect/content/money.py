"""Sums that nobody mails a stranger about, and the time left to act."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.facts.linked import followed
from fyke.detect.facts.wording import SUMS, wording
from fyke.mail.patterns import START, Expression, load
from fyke.model import Finding, Label, Mail, Symbol

MILLIONS = Symbol("MONEY_MILLIONS", "Speaks of millions", "body", 0.9, Label.SCAM)
HOURS = Symbol("DEADLINE_HOURS", "Leaves the reader a few hours to follow a link", "body", 1.5, Label.PHISHING)

# Over folded text, where points and commas of numbers are spaces.
_SIGN = rb" (?:us ?\$|usd|\$|\xe2\x82\xac|eur|euros?|\xc2\xa3|gbp) ?"
_UNIT = rb"(?:us ?\$|u s dollars|us dollars|united states dollars|dollars|usd|euros?|eur|gbp|pounds|british pounds) "
_GROUPS = rb"[0-9]{1,3}(?: [0-9]{3}){2,4}(?: [0-9]{2})?"
_MILLION = rb"[0-9]{1,3}(?: [0-9]{1,2})? ?(?:million|mio|millionen|millones|milhoes|milh\xc3\xb5es|millions) "
_MONEY = (
    _SIGN + _GROUPS + b" ",
    b" " + _GROUPS + b" " + _UNIT,
    _SIGN + _MILLION,
    b" " + _MILLION + b"(?:de )?" + _UNIT,
)
READ_BYTES = 3_000  # whoever has a fortune to give says so on the first page
EXACT = 2  # of `_MONEY`: sums to the last unit; news rounds, a letter about a fortune does not


class Money(Detector):
    """Does it dangle a fortune or set a clock?"""

    name = "money"
    symbols = (MILLIONS, HOURS)

    def __init__(self) -> None:
        self._sums = load([Expression(pattern, START) for pattern in _MONEY])
        self._wording = wording()

    def look(self, mail: Mail) -> Look:
        """Look for sums and deadlines."""
        said = self._wording.said(mail.message)
        if "hours" in said and followed(mail.message):
            yield Finding(HOURS, said["hours"][0].phrase)
        if SUMS not in said:
            return
        folded = mail.message.text.folded[:READ_BYTES]
        sums = self._sums.scan(folded)
        if sums:
            first = min(sums, key=lambda match: (match.index >= EXACT, match.start))
            shown = folded[first.start : first.end].decode("utf-8", "replace").strip()
            yield Finding(MILLIONS, shown, weight=1.0 if first.index < EXACT else 0.5)
