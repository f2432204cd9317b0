"""Pictures that nobody is meant to see: they tell the sender who opened the mail, and when."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.ink import ink
from fyke.detect.facts.linked import followed
from fyke.model import Finding, Label, Mail, Symbol

PIXEL = Symbol("TRACKING_PIXEL", "Counts who opens it", "bulk", 1.0, Label.BULK)
CLICKS = Symbol("TRACKING_CLICKS", "Counts who follows its links", "bulk", 0.8, Label.BULK)
ONLY = Symbol("TRACKING_PIXEL_ONLY", "A short mail without links that still counts who opens it", "body", 0.8)

SEVERAL = 4
SHORT_CHARS = 400


class Tracking(Detector):
    """Does the sender watch who reads it?"""

    name = "tracking"
    symbols = (PIXEL, CLICKS, ONLY)
    needs = Needs.LINKS | Needs.HTML

    def look(self, mail: Mail) -> Look:
        """Look at the smallest pictures and at the shape of the links."""
        message = mail.message
        if not message.html.size_chars:
            return
        links = followed(message)
        for image in message.html.images:
            if 0 <= image.width <= 2 and 0 <= image.height <= 2 and image.url[:4] == "http":
                yield Finding(PIXEL, image.url[:80])
                if not links and len(message.html.images) == 1 and ink(message.text.visible) < SHORT_CHARS:
                    yield Finding(ONLY, image.url[:80])
                break
        if len(links) >= SEVERAL:
            hosts: dict[str, int] = {}
            for link in links:
                if len(link.path) + len(link.query) >= 40:
                    hosts[link.host] = hosts.get(link.host, 0) + 1
            most = max(hosts.values(), default=0)
            if most >= SEVERAL and most * 10 >= 6 * len(links):
                yield Finding(CLICKS, max(hosts, key=lambda host: hosts[host]))
