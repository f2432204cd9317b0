"""How the mail greets: by the first half of the address, by the address, or as everybody's customer."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.linked import followed
from fyke.detect.wording import Wording
from fyke.model import Finding, Label, Mail, Symbol

LOCAL = Symbol("GREETING_LOCAL_PART", "Greets the reader by the first half of the address", "body", 1.5, Label.PHISHING)
ADDRESS = Symbol("GREETING_ADDRESS", "Greets the reader by the whole address", "body", 1.5, Label.PHISHING)
GENERIC = Symbol(
    "GREETING_GENERIC", "Greets nobody in particular and asks to follow a link", "body", 1.0, Label.PHISHING
)

_GENERIC = (
    "dear (valued|esteemed)? (customer|client|member|user|subscriber|account holder|cardholder|email user|beneficiary)",
    "dear (sir madam|sir or madam|friend|beloved|winner|account owner|webmail user|email owner|mailbox user)",
    "(hello|hi|attention) (valued)? (customer|client|user|member|email user|account user|winner|beneficiary)",
    "sehr geehrter (kunde|nutzer|benutzer)", "sehr geehrte (kundin|kunden|nutzer)", "lieber (kunde|nutzer)",
    "guten tag lieber kunde", "cher (client|utilisateur|abonne|membre|adherent)", "chere cliente",
    "bonjour cher client", "estimado (cliente|usuario)", "estimada cliente", "querido (cliente|usuario|amigo)",
    "prezado (cliente|usuario|a|senhor)", "caro (cliente|usuario)", "gentile (cliente|utente)",
    "уважаемый (клиент|пользователь|абонент|покупатель)", "geachte (klant|gebruiker|heer mevrouw)", "beste klant",
    "kara kund", "kjære kunde", "kære kunde", "szanowny kliencie", "vazeny zakazniku",
)  # fmt: skip
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
        self._generic = Wording({"generic": [phrase.replace(")? (", ")? (") for phrase in _GENERIC]})

    def look(self, mail: Mail) -> Look:
        """Look at the top of the text."""
        message = mail.message
        head = message.text.folded[:HEAD_BYTES]
        links = followed(message)
        if links or message.html.forms:
            found = self._generic.found(head)
            if found:
                yield Finding(GENERIC, found["generic"][0])
        top = message.text.current[:HEAD_BYTES].lower()
        for to in message.to[:1]:
            local = to.local.lower()
            if len(local) < 4 or local in _ROLES:
                continue
            at = top.find(local)
            if at < 0:
                continue
            before = " " + " ".join(top[max(0, at - 30) : at].split()) + " "
            if not before.endswith(_GREETS):
                continue
            rest = top[at + len(local) :]
            if rest.startswith("@"):
                yield Finding(ADDRESS, to.address)
            elif rest[:1] in ",!:;\n." and not _is_name(local, to.name):
                yield Finding(LOCAL, local)


def _is_name(local: str, name: str) -> bool:
    """Whether the local part may be what friends call this person."""
    return local.isalpha() and (not name or local in name.lower().split() or len(local) < 7)
