"""Files that are not what they are declared as: by name, by type, by their first bytes."""

from __future__ import annotations

from fyke.detect.attachments.attached import PICTURES, extensions, files
from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.ink import ink
from fyke.model import Finding, Label, Mail, Part, Symbol

BYTES = Symbol("ATTACH_NOT_AS_NAMED", "A file is not what its name says", "attachments", 3.0, Label.MALWARE)
TYPE = Symbol(
    "ATTACH_TYPE_DISAGREES",
    "A file is declared as something else than its name says",
    "attachments",
    1.0,
    Label.MALWARE,
)
LONE = Symbol(
    "ATTACH_LONE_PDF", "A document is attached to a mail with hardly any text", "attachments", 1.0, Label.SCAM
)

# First bytes, and the extensions that files beginning so may have.
_MAGIC = (
    (b"%PDF", frozenset({"pdf", "ai"})),
    (b"MZ", frozenset({"exe", "dll", "scr", "com", "cpl", "ocx", "sys", "pif", "msi"})),
    (b"\x89PNG", PICTURES), (b"GIF8", PICTURES), (b"\xff\xd8\xff", PICTURES),
    (b"Rar!", frozenset({"rar", "r00", "cbr"})),
    (b"7z\xbc\xaf", frozenset({"7z", "001"})),
)  # fmt: skip
_NAMED = {
    "pdf": (b"%PDF",), "png": (b"\x89PNG",), "gif": (b"GIF8",), "jpg": (b"\xff\xd8",), "jpeg": (b"\xff\xd8",),
}  # fmt: skip
_PROMISED = frozenset("pdf doc docx xls xlsx ppt pptx jpg jpeg png gif txt".split())
_TYPES = {
    "pdf": ("application/pdf", "application/x-pdf", "application/acrobat"),
    "jpg": ("image/",), "jpeg": ("image/",), "png": ("image/",), "gif": ("image/",),
    "html": ("text/",), "htm": ("text/",), "zip": ("application/",),
}  # fmt: skip
_VAGUE = ("application/octet-stream", "application/x-", "application/force-download", "application/download", "binary/")
HEAD_BYTES = 1_024  # Acrobat accepts a header that starts within the first 1,024 bytes
LITTLE_CHARS = 200


class AttachType(Detector):
    """Is an attached file what it says it is?"""

    name = "attach_type"
    symbols = (BYTES, TYPE, LONE)
    needs = Needs.FILES

    def look(self, mail: Mail) -> Look:
        """Compare name, type and first bytes of each file."""
        found = files(mail.message)
        if not found:
            return
        for part in found:
            last = extensions(part.filename)[:1]
            if not last:
                continue
            extension = last[0]
            if _is_other(part, extension):
                yield Finding(BYTES, part.filename, part.path)
            types = _TYPES.get(extension)
            if types is not None and not part.content_type.startswith((*types, *_VAGUE)):
                yield Finding(TYPE, f"{part.filename} as {part.content_type}", part.path)
        documents = [part for part in found if extensions(part.filename)[:1] in (["pdf"], ["docx"], ["doc"])]
        if len(documents) == 1 and ink(mail.message.text.current) < LITTLE_CHARS:
            yield Finding(LONE, documents[0].filename, documents[0].path)


def _is_other(part: Part, extension: str) -> bool:
    """Whether the first bytes are those of another kind than the name promises."""
    head = part.content[:HEAD_BYTES].lstrip()
    if len(head) < 16:
        return False
    signs = _NAMED.get(extension)
    if signs is not None and extension == "pdf" and b"%PDF" not in part.content[:HEAD_BYTES]:
        return (
            head[:2] == b"MZ"
            or head[:4] in (b"PK\x03\x04", b"Rar!")
            or head[:1] == b"<"
            or head[:4] == b"\xd0\xcf\x11\xe0"
        )
    if extension not in _PROMISED:
        return False
    return any(head.startswith(sign) and extension not in names for sign, names in _MAGIC)
