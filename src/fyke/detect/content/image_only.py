"""Mails whose message is a picture: nothing to read for a filter, and little for a reader without images."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.ink import ink
from fyke.detect.facts.linked import followed
from fyke.model import Finding, Image, Mail, Symbol

REMOTE = Symbol("IMAGE_REMOTE_ONLY", "The message is a remote picture with hardly any text", "body", 2.5)
ATTACHED = Symbol("IMAGE_ATTACHED_ONLY", "The message is an attached picture with hardly any text", "body", 1.5)
LINKED = Symbol("IMAGE_ONE_LINK", "All pictures of the mail lead to one place", "body", 1.5)
LONE = Symbol("IMAGE_LONE", "One picture and a few lines around it", "body", 1.5)
NAMELESS = Symbol("IMAGE_NAMELESS", "None of the pictures says what it shows", "body", 0.7)

TEXT_CHARS = 120  # a greeting and an unsubscribe line
LINES_CHARS = 300
DOORS = 3  # the picture, and where to unsubscribe
PIXEL = 10  # smaller pictures count openings or fill space


class ImageOnly(Detector):
    """Is the message only a picture?"""

    name = "image_only"
    symbols = (REMOTE, ATTACHED, LINKED, LONE, NAMELESS)
    needs = Needs.HTML

    def look(self, mail: Mail) -> Look:
        """Weigh pictures against words."""
        images = mail.message.html.images
        if not images:
            return
        seen = [image for image in images if not _is_small(image)]
        if not seen:
            return
        if not any(image.alt for image in seen):
            yield Finding(NAMELESS, f"{len(seen)} pictures")
        chars = ink(mail.message.text.visible)
        if chars <= TEXT_CHARS:
            remote = any(image.url[:4] == "http" for image in seen)
            yield Finding(REMOTE if remote else ATTACHED, f"{len(seen)} pictures, {chars} letters")
        elif len(seen) == 1 and chars <= LINES_CHARS:
            yield Finding(LONE, seen[0].url[:80])
        links = {image.link for image in seen if image.link}
        if len(links) == 1 and len({link.url for link in followed(mail.message)}) <= DOORS:
            yield Finding(LINKED, next(iter(links))[:80])


def _is_small(image: Image) -> bool:
    """Whether a picture is no picture: a pixel, a spacer, a rule."""
    return 0 <= image.width < PIXEL or 0 <= image.height < PIXEL
