"""What the parser had to forgive (`fyke.mail.defects`): each class of it that honest programs do not write."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Mail, Symbol

CHARSET_UNDECLARED = Symbol(
    "CHARSET_UNDECLARED", "The text has letters of no declared character set, as careless mail tools write it",
    "structure", 0.9,
)  # fmt: skip
CHARSET_WRONG = Symbol(
    "CHARSET_WRONG", "The text is not in the character set that it claims to be in", "structure", 1.8,
)  # fmt: skip
HEADER_UNENCODED = Symbol(
    "HEADER_UNENCODED", "A header has raw letters that mail programs always encode", "headers", 1.3,
)  # fmt: skip
ADDRESS_BROKEN = Symbol(
    "ADDRESS_BROKEN", "An address is written as no mail program writes one", "headers", 1.3,
)  # fmt: skip
MIME_BROKEN = Symbol(
    "MIME_BROKEN", "The parts of the message are put together wrongly, which hides them from some filters",
    "structure", 1.9,
)  # fmt: skip
ENCODING_BROKEN = Symbol(
    "ENCODING_BROKEN", "The text is encoded wrongly, which hides it from some filters", "structure", 1.5,
)  # fmt: skip
LIMITS_EXCEEDED = Symbol(
    "LIMITS_EXCEEDED", "The message is built to exhaust filters: more of something than any mail program writes",
    "structure", 2.0,
)  # fmt: skip

_CLASSES: dict[str, tuple[Symbol, ...]] = {
    kind: (symbol,)
    for symbol, kinds in {
        CHARSET_UNDECLARED: "charset-8bit",
        CHARSET_WRONG: "charset-broken charset-lies charset-unknown charset-utf7",
        HEADER_UNENCODED: "header-8bit",
        ADDRESS_BROKEN: "address-broken",
        MIME_BROKEN: "boundary-guessed boundary-missing boundary-near boundary-unused content-type-broken "
        "content-type-list content-type-repeated encoding-on-multipart encoding-unknown mime-unclosed "
        "parts-after-close separator-missing header-junk header-name headers-none body-attached bom",
        ENCODING_BROKEN: "base64-broken base64-junk base64-nested base64-padding base64-segments qp-broken nul "
        "cr-alone encoded-word-broken",
        LIMITS_EXCEEDED: "addresses-cut encoded-words-cut header-cut headers-cut mime-depth mime-parts parameters-cut "
        "received-cut",
    }.items()
    for kind in kinds.split()
}


class Defects(Detector):
    """Is the message broken in ways in which mail programs do not break messages?"""

    name = "defects"
    symbols = (
        CHARSET_UNDECLARED, CHARSET_WRONG, HEADER_UNENCODED, ADDRESS_BROKEN, MIME_BROKEN, ENCODING_BROKEN,
        LIMITS_EXCEEDED,
    )  # fmt: skip

    def look(self, mail: Mail) -> Look:
        """Say each class of breakage once, with its first example."""
        seen: set[str] = set()
        for defect in mail.message.defects:
            for symbol in _CLASSES.get(defect.kind, ()):
                if symbol.name not in seen:
                    seen.add(symbol.name)
                    yield Finding(symbol, f"{defect.kind} {defect.detail}".strip()[:200], defect.part)
