"""The agreed test message of spam filters (GTUBE)."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.files.signatures.eicar import GTUBE_SIGN
from fyke.model import Finding, Mail, Symbol

GTUBE = Symbol("GTUBE", "The test message of spam filters: not spam, but to be treated as spam", "test", 8.0)

SIGN = GTUBE_SIGN.decode()


class Gtube(Detector):
    """Is this the test message that proves a filter is at work?"""

    name = "gtube"
    symbols = (GTUBE,)

    def look(self, mail: Mail) -> Look:
        """Look for the test text."""
        if SIGN in mail.message.text.visible:
            yield Finding(GTUBE)
