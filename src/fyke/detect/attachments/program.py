"""Attached files that run: programs, scripts, shortcuts, disk images."""

from __future__ import annotations

from fyke.detect.attachments.attached import DISKS, NOTES, PROGRAMS, SCRIPTS, SHORTCUTS, extensions, files
from fyke.detect.base import Detector, Look, Needs
from fyke.model import Finding, Label, Mail, Symbol

PROGRAM = Symbol("ATTACH_PROGRAM", "A program is attached", "attachments", 4.0, Label.MALWARE)
SCRIPT = Symbol("ATTACH_SCRIPT", "A script is attached", "attachments", 3.5, Label.MALWARE)
SHORTCUT = Symbol(
    "ATTACH_SHORTCUT", "A shortcut is attached, which can run anything", "attachments", 4.0, Label.MALWARE
)
DISK = Symbol(
    "ATTACH_DISK_IMAGE",
    "A disk image is attached, which hides its content from scanners",
    "attachments",
    3.5,
    Label.MALWARE,
)
NOTE = Symbol(
    "ATTACH_ONENOTE", "A OneNote file is attached, which can hold programs", "attachments", 2.5, Label.MALWARE
)

_KINDS = (
    *((extension, DISK) for extension in DISKS), *((extension, PROGRAM) for extension in PROGRAMS),
    *((extension, SCRIPT) for extension in SCRIPTS), *((extension, SHORTCUT) for extension in SHORTCUTS),
    *((extension, NOTE) for extension in NOTES),
)  # fmt: skip
_SYMBOLS = dict(_KINDS)
_TYPES = {
    "application/x-msdownload": PROGRAM, "application/x-msdos-program": PROGRAM, "application/x-dosexec": PROGRAM,
    "application/java-archive": PROGRAM, "application/vnd.android.package-archive": PROGRAM,
    "application/hta": SCRIPT, "application/x-vbs": SCRIPT, "application/x-iso9660-image": DISK,
    "application/x-ms-shortcut": SHORTCUT, "application/x-mswinurl": SHORTCUT, "application/onenote": NOTE,
}  # fmt: skip
# Source code that programmers send each other as text; a mail program does not run it.
_SOURCE = frozenset("py pl sh php js reg inf".split())


class AttachProgram(Detector):
    """Is something attached that runs when it is opened?"""

    name = "attach_program"
    symbols = (PROGRAM, SCRIPT, SHORTCUT, DISK, NOTE)
    needs = Needs.FILES

    def look(self, mail: Mail) -> Look:
        """Look at each file by name, type and first bytes."""
        for part in files(mail.message):
            last = extensions(part.filename)[:1]
            extension = last[0] if last else ""
            symbol = _SYMBOLS.get(extension) or _TYPES.get(part.content_type)
            if part.content[:2] == b"MZ" and b"This program" in part.content[:512]:
                symbol = PROGRAM
            if symbol is None or (extension in _SOURCE and part.content_type.startswith("text/")):
                continue
            yield Finding(symbol, part.filename or part.content_type, part.path)
