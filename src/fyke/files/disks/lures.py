"""An image that holds nothing but what is to be clicked: one program on a disk is sent to keep it unmarked.

Windows marks files that came by mail; files on an image that it mounts, it did not mark for years.
"""

from __future__ import annotations

from collections.abc import Iterable

from fyke.files.base import Content, Said, Scanner
from fyke.files.identify import extension
from fyke.files.kinds import KINDS
from fyke.model import File, Finding, Label, Symbol

LONE = Symbol(
    "DISK_LONE_PROGRAM",
    "A disk image that holds one program, script or shortcut and hardly anything else",
    "files",
    5.0,
    Label.MALWARE,
    family="Disk.Dropper.LoneProgram",
)
SHORTCUT = Symbol(
    "DISK_SHORTCUT",
    "A disk image with a shortcut or a script beside the program that it starts",
    "files",
    5.0,
    Label.MALWARE,
    family="Disk.Dropper.Shortcut",
)
FEW = 3  # files on an image whose only content is a lure
SOME = 12  # files on an image around a shortcut: libraries, a decoy
STARTED = frozenset({"lnk", "js", "vbs", "wsf", "hta", "batch", "powershell"})  # clicked to start something else
RUN = frozenset({"pe", "dos", "jar", "apk", "elf", "macho", "chm"}) | STARTED
FLOPPY = frozenset({"autorun.inf", "desktop.ini", "thumbs.db", "wpsettings.dat", "indexervolumeguid"})  # not counted


class Lures(Scanner):
    """Is there little on the disk but a thing to be clicked?"""

    name = "disk_lures"
    kinds = frozenset({"iso", "udf", "disk", "vhd", "vhdx"})
    symbols = (LONE, SHORTCUT)

    def look(self, file: Content) -> Iterable[Said]:
        """Count what is on it."""
        there = [child for child in file.children if _last(child).lower() not in FLOPPY and child.kind != "empty"]
        runs = [child for child in there if child.kind in RUN and not _boots(child)]
        started = [child for child in runs if child.kind in STARTED]
        if len(runs) == 1 and len(there) <= FEW:
            yield Finding(LONE, f"{runs[0].name} ({KINDS[runs[0].kind].text})"[:200])
        elif started and len(there) <= SOME and len(runs) > 1:
            others = ", ".join(_last(child) for child in runs if child not in started)
            yield Finding(SHORTCUT, f"{_last(started[0])} beside {others or _last(runs[-1])}"[:200])


def _last(file: File) -> str:
    return file.name.rpartition("/")[2]


def _boots(file: File) -> bool:
    """Whether it is what a computer starts from, not what a person does."""
    return extension(file.name) in {"efi", "sys", "mui", "c32", "bin"}
