"""What a sender claims of the mail itself: that it is no spam, that it was asked for, that a law allows it."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.wording import Wording
from fyke.model import Finding, Mail, Symbol

NOT_SPAM = Symbol("CLAIM_NOT_SPAM", "Says of itself that it is no spam", "body", 3.0)
LAW = Symbol("CLAIM_LAW", "Claims that a law allows this mail", "body", 3.5)
ASKED = Symbol("CLAIM_OPT_IN", "Claims that the reader asked for it, without naming where", "body", 2.0)
EXPLICIT = Symbol(
    "LABEL_SEXUALLY_EXPLICIT", "Bears the label that US law demands of pornography", "body", 4.0, category="adult"
)
AD = Symbol("LABEL_ADVERTISEMENT", "The subject bears the label of an advertisement", "body", 3.0)

_CLAIMS = {
    "not_spam": (
        "this is not spam", "this is not a spam", "this is not an unsolicited", "this message is not spam",
        "this email is not spam", "this mail is not spam", "this e mail is not spam", "we do not spam",
        "not considered spam",
        "cannot be considered spam", "can not be considered spam", "we are not spammers", "this is no spam",
        "dies ist kein spam", "diese (mail|email|nachricht) ist kein spam", "ceci n est pas un spam", "esto no es spam",
        "este no es un correo no deseado", "isto não é spam", "isto nao e spam", "este e mail não é spam",
        "не является спамом", "это не спам", "non è spam",
    ),
    "law": (
        "bill s 1618", "s 1618 title", "bill 1618", "section 301 paragraph", "title iii passed by",
        "105th u s congress",
        "under bill s", "passed by the 105th", "decreto s 1618", "under the new email bill",
        "in compliance with the can spam", "can spam act of 2003", "in accordance with the can spam",
        "complies with the can spam", "federal requirements for commercial email",
        "complies with all federal guidelines",
        "ley de spam", "decreto ley", "nao pode ser considerado spam", "não poderá ser considerado spam",
        "no puede ser considerado spam", "no podrá ser considerado spam",
    ),
    "asked": (
        "you have opted in", "you opted in", "you are receiving this because you opted", "opt in email list",
        "opt in list", "opted in to receive", "opted to receive", "opt in mailing list", "opt in affiliate",
        "one of our partners", "one of our affiliates", "one of our partner sites", "our marketing partners",
        "through one of our", "from one of our partners", "via one of our", "agreed to receive special offers",
        "subscribed to one of our", "signed up with one of our", "visited one of our", "registered with one of our",
        "member of one of our", "you requested to receive this",
    ),
}  # fmt: skip
_AD = ("adv:", "adv ", "[adv", "(adv", "<adv", "ad:", "advertisement:", "advertisment:", "(광고)", "[광고]", "(ad)")


class Claims(Detector):
    """What does the mail claim about itself?"""

    name = "claims"
    symbols = (NOT_SPAM, LAW, ASKED, EXPLICIT, AD)

    def __init__(self) -> None:
        self._claims = Wording(_CLAIMS)

    def look(self, mail: Mail) -> Look:
        """Look at the subject, then for the claims in the text."""
        subject = mail.message.subject.lower().lstrip()
        if subject.startswith(("sexually-explicit", "sexually explicit")):  # 16 CFR 316.4: the first 19 characters
            yield Finding(EXPLICIT, mail.message.subject[:60])
        if subject.startswith(_AD) or subject.endswith((" adv", "-adv", "[adv]", "(adv)")):
            yield Finding(AD, mail.message.subject[:60])
        found = self._claims.found(mail.message.text.folded)
        for name, symbol in (("not_spam", NOT_SPAM), ("law", LAW), ("asked", ASKED)):
            if name in found:
                yield Finding(symbol, found[name][0])
