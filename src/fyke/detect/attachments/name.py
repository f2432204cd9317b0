"""File names that say one thing to the reader and another to the machine."""

from __future__ import annotations

from fyke.detect.attachments.attached import DISKS, DOCUMENTS, PAGES, PROGRAMS, SCRIPTS, SHORTCUTS, extensions, files
from fyke.detect.base import Detector, Look, Needs
from fyke.model import Finding, Label, Mail, Symbol

DOUBLE = Symbol(
    "ATTACH_DOUBLE_EXTENSION",
    "A file shows a harmless extension before the real one",
    "attachments",
    4.0,
    Label.MALWARE,
)
BIDI = Symbol("ATTACH_NAME_BIDI", "A file name turns the direction of writing", "attachments", 4.0, Label.MALWARE)
SPACES = Symbol(
    "ATTACH_NAME_SPACES", "A file name pushes its extension out of sight with blanks", "attachments", 4.0, Label.MALWARE
)

_RUNS = PROGRAMS | SCRIPTS | SHORTCUTS | DISKS | PAGES
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
BLANKS = " " * 6  # a slip of the finger makes two


class AttachName(Detector):
    """Does a file name lie about what the file is?"""

    name = "attach_name"
    symbols = (DOUBLE, BIDI, SPACES)
    needs = Needs.FILES

    def look(self, mail: Mail) -> Look:
        """Look at each file name."""
        for part in files(mail.message):
            name = part.filename
            if not name:
                continue
            found = extensions(name)
            if len(found) > 1 and found[0] in _RUNS and found[1] in DOCUMENTS and found[0] != found[1]:
                yield Finding(DOUBLE, name[-80:], part.path, weight=0.6 if found[0] in PAGES else 1.0)
            if not name.isascii() and any(turn in name for turn in _TURNS):
                yield Finding(BIDI, ascii(name)[:80], part.path)
            if BLANKS in name.replace("\u00a0", " ") or "\u2003\u2003" in name:
                yield Finding(SPACES, " ".join(name.split())[:80], part.path)
