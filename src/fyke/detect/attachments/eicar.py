"""The agreed test file of virus scanners (EICAR), told where nobody looks into files too."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.files.signatures.eicar import EICAR_SIGN, PLACE_BYTES
from fyke.model import Finding, Label, Mail, Symbol

EICAR = Symbol(
    "EICAR", "The test file of virus scanners: harmless, to be treated as a virus", "test", 8.0, Label.MALWARE
)


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
            if EICAR_SIGN in part.content[:PLACE_BYTES]:
                yield Finding(EICAR, part.filename, part.path)
