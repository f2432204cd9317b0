"""How the mail greets: by the first half of the address, by the address, or as everybody's customer."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.facts.linked import followed
from fyke.detect.facts.wording import wording
from fyke.model import Finding, Label, Mail, Symbol

LOCAL = Symbol("GREETING_LOCAL_PART", "Greets the reader by the first half of the address", "body", 1.5, Label.PHISHING)
ADDRESS = Symbol("GREETING_ADDRESS", "Greets the reader by the whole address", "body", 2.0, Label.PHISHING)
GENERIC = Symbol(
    "GREETING_GENERIC", "Greets nobody in particular and asks to follow a link", "body", 0.8, Label.PHISHING
)

HEAD_BYTES = 600  # a greeting stands at the top
_ROLES = frozenset(
    """
    info sales support admin office contact mail hello team webmaster postmaster abuse news
    """.split()
)
_GREETS = (" dear ", " hello ", " hi ", " hallo ", " bonjour ", " hola ", " attention ", " attn ", " ola ", " welcome ")


class Greeting(Detector):
    """Does the sender know whom they write to?"""

    name = "greeting"
    symbols = (LOCAL, ADDRESS, GENERIC)

    def __init__(self) -> None:
        self._wording = wording()

    def look(self, mail: Mail) -> Look:
        """Look at the top of the text."""
        message = mail.message
        if message.links or message.html.forms:
            said = self._wording.said(message).get("greeting")
            if said and said[0].end < HEAD_BYTES and (followed(message) or message.html.forms):
                yield Finding(GENERIC, said[0].phrase)
        to = message.to[0] if message.to else None
        if to is None or len(to.local) < 4:
            return
        local = to.local.lower()
        top = message.text.current[:HEAD_BYTES].lower()
        at = top.find(local) if local not in _ROLES else -1
        if at < 0 or not " ".join(("", *top[max(0, at - 30) : at].split(), "")).endswith(_GREETS):
            return
        rest = top[at + len(local) :]
        if rest.startswith("@"):
            yield Finding(ADDRESS, to.address)
        elif rest[:1] in {",", "!", ":", ";", "\n"} and not _is_name(local, to.name):
            yield Finding(LOCAL, local)


def _is_name(local: str, name: str) -> bool:
    """Whether the local part may be what friends call this person."""
    return local.isalpha() and (not name or local in name.lower().split() or len(local) < 7)
