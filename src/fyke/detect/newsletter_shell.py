"""The frame of a newsletter (unsubscribe, privacy, copyright) without what a real newsletter has."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.wording import Wording
from fyke.model import Finding, Mail, Symbol

SHELL = Symbol("NEWSLETTER_SHELL", "Looks like a newsletter, but its headers do not say so", "body", 1.0)
EMPTY = Symbol("NEWSLETTER_EMPTY", "The frame of a newsletter around a picture, with no news in it", "body", 1.5)

_FRAME = {
    "leave": (
        "unsubscribe", "opt out", "be removed", "remove me", "no longer wish to receive", "stop receiving",
        "update your preferences", "manage preferences", "email preferences", "abmelden", "abbestellen",
        "desinscrire", "désinscrire", "desabonner", "darse de baja", "cancelar suscripción", "descadastrar",
        "cancelar inscrição", "отписаться",
    ),
    "law": (
        "privacy policy", "privacy statement", "terms of use", "terms of service", "terms and conditions",
        "all rights reserved", "datenschutz", "impressum", "mentions legales", "politique de confidentialite",
        "politica de privacidad", "todos los derechos reservados", "todos os direitos reservados",
    ),
    "view": (
        "view in browser", "view in your browser", "view this email", "view online", "view it online",
        "click here to view",
        "trouble viewing", "having trouble", "cannot see the images", "images not displaying", "can t see the images",
        "add us to your address book", "im browser ansehen", "im browser anzeigen", "version en ligne",
        "ver en el navegador",
    ),
}  # fmt: skip
FRAME_BYTES = 4_000  # of the end, where the frame stands
TEXT_WORDS = 90  # of the whole text: a frame alone


class NewsletterShell(Detector):
    """Is this a real newsletter, or only its frame?"""

    name = "newsletter_shell"
    symbols = (SHELL, EMPTY)

    def __init__(self) -> None:
        self._frame = Wording(_FRAME)

    def look(self, mail: Mail) -> Look:
        """Look for the frame at the end of the text."""
        message = mail.message
        if not message.html.size_chars or _says_list(mail):
            return
        found = self._frame.found(message.text.folded[-FRAME_BYTES:])
        if "leave" not in found and not ("view" in found and "law" in found):
            return
        yield Finding(SHELL, ", ".join(phrases[0] for phrases in found.values()))
        if message.html.images and message.text.folded.count(b" ") < TEXT_WORDS:
            yield Finding(EMPTY, f"{len(message.html.images)} pictures, {message.text.folded.count(b' ')} words")


def _says_list(mail: Mail) -> bool:
    """Whether the headers say that it was sent to a list."""
    index = mail.message.index
    return "list-unsubscribe" in index or "list-id" in index or "feedback-id" in index or "precedence" in index
