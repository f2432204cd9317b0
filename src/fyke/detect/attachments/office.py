"""Office files by how much they can do: macros above all."""

from __future__ import annotations

from fyke.detect.attachments.attached import MACROS, OLD_OFFICE, extensions, files
from fyke.detect.base import Detector, Look, Needs
from fyke.model import Finding, Label, Mail, Symbol

MACRO = Symbol("ATTACH_MACRO", "An office file that may run macros is attached", "attachments", 2.5, Label.MALWARE)
INSIDE = Symbol(
    "ATTACH_MACRO_INSIDE", "An office file with macros inside is attached", "attachments", 3.0, Label.MALWARE
)
OLD = Symbol(
    "ATTACH_OLD_OFFICE",
    "An office file of the old kind is attached, which may hold macros",
    "attachments",
    0.3,
    Label.MALWARE,
)

_TYPES = ("macroenabled",)
READ_BYTES = 1_000_000  # the directory of an OLE file and the member names of a ZIP stand within
_OLE = b"\xd0\xcf\x11\xe0"


class AttachOffice(Detector):
    """May an attached office file run code?"""

    name = "attach_office"
    symbols = (MACRO, INSIDE, OLD)
    needs = Needs.FILES

    def look(self, mail: Mail) -> Look:
        """Look at each office file."""
        for part in files(mail.message):
            last = extensions(part.filename)[:1]
            extension = last[0] if last else ""
            if extension in MACROS or "macroenabled" in part.content_type:
                yield Finding(MACRO, part.filename, part.path)
            head = part.content[:4]
            if head in {_OLE, b"PK\x03\x04"}:
                content = part.content[:READ_BYTES] + part.content[READ_BYTES:][-65_536:]
                if b"vbaProject.bin" in content or (
                    b"V\0B\0A\0" in content and b"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0" in content
                ):
                    yield Finding(INSIDE, part.filename, part.path)
                    continue
            if extension in OLD_OFFICE:
                yield Finding(OLD, part.filename, part.path)
