"""Sums that nobody mails a stranger about, and the time left to act."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.linked import followed
from fyke.detect.wording import Wording
from fyke.mail.patterns import CASELESS, START, Expression, load
from fyke.model import Finding, Label, Mail, Symbol

MILLIONS = Symbol("MONEY_MILLIONS", "Speaks of millions", "body", 1.5, Label.SCAM)
HOURS = Symbol("DEADLINE_HOURS", "Leaves the reader a few hours to follow a link", "body", 1.0, Label.PHISHING)

_SIGN = rb"(?:us ?\$|usd|\$|\xe2\x82\xac|eur|euros?|\xc2\xa3|gbp|pounds)"
_UNIT = rb"(?:us ?\$|u\.?s\.? dollars|united states dollars|dollars|usd|euros?|eur|gbp|pounds|british pounds)"
_GROUPS = rb"[0-9]{1,3}(?:[., '][0-9]{3}){2,4}(?:[.,][0-9]{2})?"
_MILLION = rb"[0-9]{1,3}(?:[.,][0-9]{1,2})?[ \n]?(?:million|mio|millionen|millones|milh\xc3\xb5es|milhoes)"
_MONEY = (
    _SIGN + rb"[ \n]?" + _GROUPS,
    _GROUPS + rb"[ \n]?" + _UNIT,
    _SIGN + rb"[ \n]?" + _MILLION,
    _MILLION + rb"[ \n](?:de )?" + _UNIT,
)
_HOURS = (
    "(within|in) (the)? (next)? (12|24|48|72) (hours|hrs|hour)", "(24|48|72) hours (from|of) (now|receiving|receipt)",
    "(innerhalb|binnen) (von)? (24|48|72) stunden", "(dans les|sous|d ici) (24|48|72) (heures|h)",
    "(en|dentro de) (las)? (proximas|próximas)? (24|48|72) horas", "(em|dentro de) (até)? (24|48|72) horas",
    "(в течение|за) (24|48|72) часов", "(в течение|за) 24 часа", "binnen (24|48|72) uur", "entro (24|48|72) ore",
)  # fmt: skip
READ_CHARS = 8_000


class Money(Detector):
    """Does it dangle a fortune or set a clock?"""

    name = "money"
    symbols = (MILLIONS, HOURS)

    def __init__(self) -> None:
        self._sums = load([Expression(pattern, CASELESS | START) for pattern in _MONEY])
        self._hours = Wording({"hours": _HOURS})

    def look(self, mail: Mail) -> Look:
        """Look for sums and deadlines."""
        message = mail.message
        if followed(message):
            found = self._hours.found(message.text.folded[:READ_CHARS])
            if found:
                yield Finding(HOURS, found["hours"][0])
        data = message.text.current[:READ_CHARS].encode("utf-8", "replace")
        matches = self._sums.scan(data)
        if matches:
            first = matches[0]
            yield Finding(MILLIONS, data[first.start : first.end].decode("utf-8", "replace"))
