"""What the attachment detectors share: which parts are files, and what their names say they are."""

from __future__ import annotations

from fyke.files.names import DISKS, NAME_CHARS, PAGES, PICTURES, PROGRAMS, SCRIPTS, SHORTCUTS
from fyke.model import Message, Part

# What the detectors take from here; the sets of extensions are those by which files in archives are judged too.
__all__ = [
    "ARCHIVES",
    "DISKS",
    "DOCUMENTS",
    "MACROS",
    "NAME_CHARS",
    "NOTES",
    "ODD_ARCHIVES",
    "OLD_OFFICE",
    "PAGES",
    "PARTS",
    "PICTURES",
    "PROGRAMS",
    "SCRIPTS",
    "SHORTCUTS",
    "extensions",
    "files",
]

PARTS = 200  # attachments looked at; people attach a dozen

ARCHIVES = frozenset(
    """
    zip rar 7z gz tgz tar bz2 tbz xz lz lzma lzh lha zst cab arj ace z zipx uue xxe jar egg alz zpaq r00 r01 001
    """.split()
)
ODD_ARCHIVES = frozenset("ace arj lzh lha cab zipx uue xxe egg alz zpaq r00 r01 001".split())
MACROS = frozenset("docm dotm xlsm xltm xlsb xlam pptm potm ppsm ppam sldm".split())
OLD_OFFICE = frozenset("doc dot xls xlt xla ppt pot pps rtf".split())
NOTES = frozenset("one onepkg onetoc2".split())
DOCUMENTS = frozenset(
    """
    pdf doc docx docm xls xlsx xlsm ppt pptx rtf txt csv odt ods jpg jpeg png gif bmp tif tiff mp3 mp4 avi mov
    wav htm html zip
    """.split()
)


class _Attached:
    """The files of the last message asked about: six detectors ask of the same message in a row."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: tuple[Part | None, list[Part]] = (None, [])

    def files(self, message: Message) -> list[Part]:
        """The parts that a mail program shows as files; none, at once, where the message is a single text."""
        last = self._last
        if last[0] is not message.root:
            last = self._last = message.root, _files(message)
        return last[1]


files = _Attached().files


def _files(message: Message) -> list[Part]:
    root = message.root
    if not root.children and not root.filename and root.content_type in {"text/plain", "text/html"}:
        return []
    return [
        part
        for part in message.attachments[:PARTS]
        if part.filename or not part.content_type.startswith(("text/", "multipart/", "message/"))
    ]


def extensions(name: str) -> list[str]:
    """The extensions of a file name, last first, lower case, without the blanks that hide them."""
    return [piece.strip() for piece in reversed(name[-NAME_CHARS:].lower().rstrip(" .\u00a0").split(".")[1:])]
