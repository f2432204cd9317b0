"""The agreed test message of spam filters (GTUBE). Its text is put together here so that no file of ours holds it."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Mail, Symbol

GTUBE = Symbol("GTUBE", "The test message of spam filters: not spam, but to be treated as spam", "test", 8.0)

SIGN = "XJS*C4JDBQADN1" + ".NSBN3*2IDNEN*" + "GTUBE-STANDARD" + "-ANTI-UBE-TEST" + "-EMAIL*C.34X"


class Gtube(Detector):
    """Is this the test message that proves a filter is at work?"""

    name = "gtube"
    symbols = (GTUBE,)

    def look(self, mail: Mail) -> Look:
        """Look for the test text."""
        if SIGN in mail.message.text.visible:
            yield Finding(GTUBE)
