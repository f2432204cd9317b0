"""Signs of wanted mail that cost a mass mailer more than a line of text. Modest: each of them can be forged for one."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look
from fyke.mail.domains import registered
from fyke.model import Finding, Label, Mail, Message, Symbol

REPLY_TO_YOURS = Symbol("REPLY_TO_YOURS", "It answers a message from your own domain", "headers", -1.5, Label.HAM)
CONVERSATION = Symbol(
    "CONVERSATION",
    "It belongs to a conversation: it names earlier messages and quotes from them",
    "headers",
    -1.3,
    Label.HAM,
)
ANSWERS_INLINE = Symbol(
    "ANSWERS_INLINE", "It quotes a message piece by piece and answers in between", "structure", -1.2, Label.HAM
)
SIGNED = Symbol("SIGNED", "Its sender signed or encrypted it with a key of their own", "structure", -1.5, Label.HAM)

_REPLY = re.compile(r"(?:re|aw|sv|antw|odp)(?:\[\d{1,3}\])?\s?:", re.IGNORECASE)
_ID = re.compile(r"<[^<>@\s]{1,250}@([\w.-]{1,250})>")
_TURN = re.compile(r"\n>[^\n]{0,998}+\n\s{0,4}+(?=[^>\s][^\n]{20})")
_TURNS = 2
TEXT_CHARS = 20_000


class Ham(Detector):
    """Is it part of a conversation between people?"""

    name = "ham"
    symbols = (REPLY_TO_YOURS, CONVERSATION, ANSWERS_INLINE, SIGNED)

    def look(self, mail: Mail) -> Look:
        """Headers of a thread count only with the quoted text that belongs to them."""
        message = mail.message
        index = message.index
        if message.root.content_type in {"multipart/signed", "multipart/encrypted"} and len(message.root.children) > 1:
            yield Finding(SIGNED, message.root.content_type)
        threaded = "in-reply-to" in index or "references" in index
        if threaded and message.text.quoted:
            if _REPLY.match(message.subject) is not None:
                yield Finding(CONVERSATION)
            if _answers_yours(mail):
                yield Finding(REPLY_TO_YOURS, message.first("in-reply-to")[:200])
        turns = _turns(message)
        if turns >= _TURNS:
            yield Finding(ANSWERS_INLINE, f"{turns} answers")


def _answers_yours(mail: Mail) -> bool:
    """Whether the message that it answers was numbered by the recipient's domain, which is not the sender's."""
    match = _ID.search(mail.message.first("in-reply-to")[:1000])
    if match is None:
        return False
    domain = registered(match[1].lower())
    given = mail.envelope.rcpt_to[:20] or [address.address for address in mail.message.to[:5]]
    return domain in {registered(address.rpartition("@")[2].lower()) for address in given} and domain != registered(
        mail.message.sender.domain
    )


def _turns(message: Message) -> int:
    """How often a line of the sender's own follows quoted lines."""
    text = message.text.visible
    if ">" not in text or "\n>" not in text:  # one sign is sought much faster than two
        return 0
    return len(_TURN.findall(text, 0, TEXT_CHARS))
