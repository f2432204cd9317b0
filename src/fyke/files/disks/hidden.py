"""Files that an image hides beside one that is to be clicked: how a shortcut on a disk starts what nobody sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from fyke.files.entries import Entry
from fyke.files.identify import extension, identify
from fyke.files.kinds import KINDS
from fyke.model import Finding, Label, Symbol

HIDDEN = Symbol(
    "DISK_HIDDEN_FILES",
    "A disk image shows a shortcut or a script and hides the program that it starts",
    "files",
    6.0,
    Label.MALWARE,
    family="Disk.Dropper.HiddenPayload",
)
CLICKED = frozenset({"lnk", "url", "js", "vbs", "wsf", "hta", "batch", "powershell", "pe"})
FIRST_BYTES = 4_096
SYSTEM = ("system volume information/", "$recycle.bin/", "$extend/")  # hidden on every disk that Windows wrote to


class Sight:
    """What somebody who opens the image sees, and what not."""

    def __init__(self) -> None:
        self._shown: list[str] = []
        self._hidden: list[str] = []

    def of(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries as they are; each is noted when it was read."""
        for entry in entries:
            first: list[bytes] = []
            yield replace(entry, pieces=_tapped(entry.pieces, first))
            kind = identify(first[0], entry.name) if first else "empty"
            self._note(entry, kind)

    def _note(self, entry: Entry, kind: str) -> None:
        if entry.name.lower().startswith(SYSTEM):
            return
        if not entry.is_hidden:
            if kind in CLICKED:
                self._shown.append(entry.name)
        elif KINDS[kind].family in {"program", "script"} or extension(entry.name) in {"dll", "exe", "bat", "cmd"}:
            self._hidden.append(entry.name)

    def findings(self) -> Iterator[Finding]:
        """One, where something to be clicked stands beside something hidden that runs."""
        if self._shown and self._hidden:
            yield Finding(HIDDEN, f"{self._shown[0]} beside hidden {', '.join(self._hidden[:5])}"[:200])


def _tapped(pieces: Iterable[bytes], first: list[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if not first:
            first.append(piece[:FIRST_BYTES])
        yield piece
