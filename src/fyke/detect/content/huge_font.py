"""Letters far larger than any headline."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.model import Finding, Mail, Symbol

HUGE = Symbol("FONT_HUGE", "Letters are far larger than any headline", "body", 0.8)

HUGE_PX = 100.0  # honest newsletters print a discount at up to 76


class HugeFont(Detector):
    """Does the mail shout in giant letters?"""

    name = "huge_font"
    symbols = (HUGE,)
    needs = Needs.HTML

    def look(self, mail: Mail) -> Look:
        """Look at the largest letters."""
        size = mail.message.html.largest_font_px
        if size >= HUGE_PX:
            yield Finding(HUGE, f"{size:.0f} pixels")
