"""What makes an archive a lure: one program and nothing else, names that lie, a nest, names of what is locked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fyke.files.base import Content, Item, Locked, Said, Scanner
from fyke.files.kinds import KINDS
from fyke.files.names import SCRIPTS, SHORTCUTS, escapes, extensions, is_double, is_pushed, runs, turns
from fyke.model import File, Finding, Label, Symbol

LONE_SCRIPT = Symbol(
    "ARCHIVE_LONE_SCRIPT",
    "An archive holds one script or shortcut and hardly anything else",
    "files",
    4.0,
    Label.MALWARE,
    family="Archive.Lure.Script",
)
LONE_PROGRAM = Symbol(
    "ARCHIVE_LONE_PROGRAM",
    "An archive holds one program and hardly anything else",
    "files",
    3.0,
    Label.MALWARE,
    family="Archive.Lure.Program",
)
LOCKED_RUNS = Symbol(
    "ARCHIVE_LOCKED_PROGRAM",
    "A locked file in an archive is a program or a script by its name",
    "files",
    3.5,
    Label.MALWARE,
    family="Archive.Locked.Program",
)
DEEP = Symbol("ARCHIVE_DEEP", "An archive in an archive in an archive", "files", 2.0, Label.MALWARE)
ESCAPES = Symbol("ARCHIVE_ESCAPES", "A file in an archive wants to lie outside of its folder", "files", 1.0)
BIDI = Symbol(
    "FILE_NAME_BIDI",
    "The name of a file in an archive turns the direction of writing",
    "files",
    4.0,
    Label.MALWARE,
    family="Archive.Name.Turned",
)
DOUBLE = Symbol(
    "FILE_NAME_DOUBLE",
    "A file in an archive shows a harmless extension before the real one",
    "files",
    4.0,
    Label.MALWARE,
    family="Archive.Name.Double",
)
SPACES = Symbol(
    "FILE_NAME_SPACES",
    "The name of a file in an archive pushes its extension out of sight with blanks",
    "files",
    4.0,
    Label.MALWARE,
    family="Archive.Name.Pushed",
)
NAMES = (BIDI, DOUBLE, SPACES)

LURES = frozenset("zip 7z rar arj ace lha cab".split())  # archives in which people are sent files to click on
SINGLE = frozenset("gzip bzip2 xz lzma lzip zstd compress szdd tar".split())  # in which servers keep scripts too
BESIDE = 2  # files beside the one that runs: a text, a picture
MANY = 10  # files of an archive above which it is a collection of somebody's work
NOTE = 0.25  # weight of a name in such a collection
# A double click runs these on Windows; of other scripts collections of source are full.
_WINDOWS_SCRIPTS = frozenset("js vbs wsf hta powershell batch lnk url".split())
_WINDOWS_NAMES = (SCRIPTS | SHORTCUTS) - frozenset("php py pyw pl sh inf reg desktop webloc url".split())
_WINDOWS_PROGRAMS = frozenset({"pe", "dos"})
_PATH_CHARS = 150


class Lures(Scanner):
    """Is the archive made to make somebody click?"""

    name = "lures"
    kinds = LURES | SINGLE
    symbols = (LONE_SCRIPT, LONE_PROGRAM, LOCKED_RUNS, DEEP, ESCAPES, *NAMES)

    def look(self, file: Content) -> Iterable[Said]:
        """Look at the files in it together."""
        children = file.children
        if 0 < len(children) <= BESIDE + 1:
            yield from _lone(file)
        around = [kind for kind in (*file.within, file.kind) if kind in LURES]
        if len(around) == 3 and file.kind in LURES:
            yield Finding(DEEP, " > ".join(around))
        weight = 1.0 if len(children) <= MANY and file.kind in LURES else NOTE
        for child in children:
            yield from named(child.name, weight)
            if escapes(child.name):
                yield Finding(ESCAPES, child.name[:_PATH_CHARS])


def _lone(file: Content) -> Iterator[Finding]:
    """Whether one file runs, and the others are nothing much."""
    running = [child for child in file.children if _runs(child)]
    if len(running) != 1 or any(KINDS[child.kind].family == "archive" for child in file.children):
        return
    one = running[0]
    is_windows = one.kind in _WINDOWS_PROGRAMS
    is_program = is_windows or (KINDS[one.kind].family == "program" and one.kind not in {"lnk", "url"})
    weight = 1.0 if file.kind in LURES else 2 / 3 if is_windows else NOTE
    yield Finding(LONE_PROGRAM if is_program else LONE_SCRIPT, one.name[-_PATH_CHARS:], weight=weight)


def _runs(child: File) -> bool:
    return child.kind in _WINDOWS_SCRIPTS | _WINDOWS_PROGRAMS or (
        extensions(child.name)[:1] != [] and (extensions(child.name)[0] in _WINDOWS_NAMES)
    )


def named(name: str, weight: float = 1.0) -> Iterator[Finding]:
    """What a member's name does to deceive the one who reads it."""
    if turns(name):
        yield Finding(BIDI, ascii(name)[-_PATH_CHARS:])
    if is_double(name):
        yield Finding(DOUBLE, name[-_PATH_CHARS:], weight=weight)
    if is_pushed(name):
        yield Finding(SPACES, " ".join(name.split())[-_PATH_CHARS:], weight=weight if runs(name) else NOTE)


def locked(name: str, lock: str) -> Iterator[Item]:
    """A member that stays locked, and what its name says all the same."""
    yield Locked(name, lock)
    if runs(name):
        yield Finding(LOCKED_RUNS, name[-_PATH_CHARS:])
    yield from named(name)
