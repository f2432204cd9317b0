"""What a sender claims of the mail itself: that it is no spam, that it was asked for, that a law allows it."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.facts.wording import wording
from fyke.model import Finding, Mail, Symbol

NOT_SPAM = Symbol("CLAIM_NOT_SPAM", "Says of itself that it is no spam", "body", 3.0)
LAW = Symbol("CLAIM_LAW", "Claims that a law allows this mail", "body", 3.5)
ASKED = Symbol("CLAIM_OPT_IN", "Claims that the reader asked for it somewhere, and does not say where", "body", 2.0)
EXPLICIT = Symbol(
    "LABEL_SEXUALLY_EXPLICIT", "Bears the label that US law demands of pornography", "body", 4.0, category="adult"
)
AD = Symbol("LABEL_ADVERTISEMENT", "The subject bears the label of an advertisement", "body", 3.0)

_SAID = (("not_spam", NOT_SPAM), ("law", LAW), ("asked", ASKED))
_EXPLICIT = ("sexually-explicit", "sexually explicit")  # 16 CFR 316.4: the first 19 characters of the subject
_AD = ("adv:", "adv ", "[adv", "(adv", "<adv", "ad:", "advertisement:", "advertisment:", "(광고)", "[광고]", "(ad)")
_AD_END = (" adv", "-adv", "[adv]", "(adv)")


class Claims(Detector):
    """What does the mail claim about itself?"""

    name = "claims"
    symbols = (NOT_SPAM, LAW, ASKED, EXPLICIT, AD)

    def __init__(self) -> None:
        self._wording = wording()

    def look(self, mail: Mail) -> Look:
        """Look at the subject, then for the claims in the text."""
        subject = mail.message.subject.lower().lstrip()
        if subject.startswith(_EXPLICIT):
            yield Finding(EXPLICIT, mail.message.subject[:60])
        if subject.startswith(_AD) or subject.endswith(_AD_END):
            yield Finding(AD, mail.message.subject[:60])
        said = self._wording.said(mail.message)
        if said:
            for name, symbol in _SAID:
                if name in said:
                    yield Finding(symbol, said[name][0].phrase)
