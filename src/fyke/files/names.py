"""What file names promise and what they hide: sets of extensions by what a double click does, and names that lie."""

from __future__ import annotations

NAME_CHARS = 255  # file systems allow no longer name

# By what a double click does. Windows unless said otherwise.
PROGRAMS = frozenset(
    """
    exe scr pif cpl msi msix appx appxbundle msp dll ocx gadget application jar apk xapk dmg pkg deb rpm xll
    """.split()
)
SCRIPTS = frozenset(
    """
    js jse vbs vbe vb ws wsf wsh wsc sct hta bat cmd ps1 ps1xml psm1 psc1 msh msc reg scf inf chm hlp py pyw pl
    sh php au3 ahk iqy slk settingcontent-ms library-ms search-ms diagcab xbap
    """.split()
)
SHORTCUTS = frozenset("lnk url website desktop webloc appref-ms rdp contact".split())
DISKS = frozenset("iso img vhd vhdx udf vmdk daa".split())
PAGES = frozenset("html htm shtml xhtml xht mht mhtml".split())
PICTURES = frozenset("jpg jpeg png gif bmp tif tiff webp heic ico".split())
FILMS = frozenset("mp3 mp4 avi mov wav mkv m4a wmv flac ogg".split())
PAPERS = frozenset("pdf doc docx docm xls xlsx xlsm ppt pptx rtf txt csv odt ods odp".split())
SHOWN = PAPERS | PICTURES | FILMS | frozenset("htm html zip".split())  # what a name shows to look harmless
RUNS = PROGRAMS | SCRIPTS | SHORTCUTS | {"com"}  # what a double click runs

_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
BLANKS = " " * 6  # a slip of the finger makes two


def extensions(name: str) -> list[str]:
    """The extensions of a file name, last first, lower case, without the blanks that hide them."""
    base = name[-NAME_CHARS:].replace("\\", "/").rpartition("/")[2]
    return [piece.strip() for piece in reversed(base.lower().rstrip(" .\u00a0\0").split(".")[1:])]


def runs(name: str) -> bool:
    """Whether a double click on a file of the name runs it."""
    found = extensions(name)
    return bool(found) and found[0] in RUNS


def is_double(name: str) -> bool:
    """Whether a harmless extension stands before one that runs."""
    found = extensions(name)
    return len(found) > 1 and found[0] in RUNS | DISKS and found[1] in SHOWN and found[0] != found[1]


def turns(name: str) -> bool:
    """Whether the direction of writing turns within a name."""
    return not name.isascii() and any(turn in name for turn in _TURNS)


def is_pushed(name: str) -> bool:
    """Whether blanks push the extension out of sight."""
    base = name.replace("\\", "/").rpartition("/")[2].replace("\u00a0", " ")
    return BLANKS in base or "\u2003\u2003" in base


def escapes(name: str) -> bool:
    """Whether a member's name leads out of the folder that an archive is unpacked into."""
    path = name.replace("\\", "/")
    return ".." in path.split("/") or path.startswith("/") or path[1:3] == ":/"
