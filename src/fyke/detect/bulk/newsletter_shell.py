"""The frame of a newsletter (unsubscribe, privacy, copyright) without what a real newsletter has."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.wording import wording
from fyke.model import Finding, Mail, Symbol

SHELL = Symbol("NEWSLETTER_SHELL", "Looks like a newsletter, but its headers do not say so", "body", 0.8)
EMPTY = Symbol("NEWSLETTER_EMPTY", "The frame of a newsletter around a picture, with no news in it", "body", 1.5)

TEXT_WORDS = 90  # of the whole text: a frame alone
_LIST_HEADERS = frozenset({"list-unsubscribe", "list-id", "feedback-id", "precedence"})


class NewsletterShell(Detector):
    """Is this a real newsletter, or only its frame?"""

    name = "newsletter_shell"
    symbols = (SHELL, EMPTY)
    needs = Needs.LINKS | Needs.HTML

    def __init__(self) -> None:
        self._wording = wording()

    def look(self, mail: Mail) -> Look:
        """Look for the frame, and for the headers and the news that belong to it."""
        message = mail.message
        if not message.html.size_chars or not _LIST_HEADERS.isdisjoint(message.index):
            return
        said = self._wording.said(message)
        frame = [said[name][0].phrase for name in ("unsubscribe", "preferences", "browser", "terms") if name in said]
        if not frame or ("unsubscribe" not in said and len(frame) < 2):
            return
        yield Finding(SHELL, ", ".join(frame))
        words = message.text.folded.count(b" ")
        if message.html.images and words < TEXT_WORDS:
            yield Finding(EMPTY, f"{len(message.html.images)} pictures, {words} words")
