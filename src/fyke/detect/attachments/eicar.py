"""The agreed test file of virus scanners (EICAR). Its text is put together here so that no file of ours holds it."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.model import Finding, Label, Mail, Symbol

EICAR = Symbol(
    "EICAR", "The test file of virus scanners: harmless, to be treated as a virus", "test", 8.0, Label.MALWARE
)

SIGN = b"X5O!P%@AP[4\\PZX54(P^)" + b"7CC)7}$EI" + b"CAR-STANDARD-" + b"ANTIVIRUS-TEST-" + b"FILE!$H+H*"
PLACE_BYTES = 1_024  # the test file has 68 bytes and stands at the start; room for a wrapper


class Eicar(Detector):
    """Is the test file of virus scanners attached?"""

    name = "eicar"
    symbols = (EICAR,)
    needs = Needs.FILES

    def look(self, mail: Mail) -> Look:
        """Look at the start of each part."""
        message = mail.message
        if not message.root.children and message.root.content_type == "text/plain" and not message.root.filename:
            return
        for part in message.root.walk():
            if SIGN in part.content[:PLACE_BYTES]:
                yield Finding(EICAR, part.filename, part.path)
