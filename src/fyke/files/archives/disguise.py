"""A file that is something else than its name promises. Only promises that matter: nobody clicks on a .dat."""

from __future__ import annotations

from collections.abc import Iterable

from fyke.files.base import Content, Said, Scanner
from fyke.files.identify import extension
from fyke.files.kinds import KINDS
from fyke.files.names import FILMS, PAPERS, PICTURES
from fyke.model import Finding, Label, Symbol

NOT_AS_NAMED = Symbol(
    "FILE_NOT_AS_NAMED",
    "A file is something else than its name says",
    "files",
    5.0,
    Label.MALWARE,
    family="File.Disguise.Program",
)

_HARMLESS = PICTURES | PAPERS | FILMS  # what people open without a thought
_PROGRAMS = frozenset("pe dos elf macho lnk dex apk".split())
_SCRIPTS = frozenset("hta vbs wsf powershell batch shell php perl python".split())  # told by content
_ARCHIVES = frozenset("zip rar 7z ace arj cab iso".split())
_OFFICE = frozenset("doc docx docm xls xlsx xlsm ppt pptx odt ods odp rtf".split())  # many of them are archives
_TEXTS = frozenset({"txt", "csv"})  # of which scripts are a kind


class Disguise(Scanner):
    """Is the file what its name says?"""

    name = "disguise"
    symbols = (NOT_AS_NAMED,)

    def look(self, file: Content) -> Iterable[Said]:
        """Compare the last extension with the content."""
        last = extension(file.name)
        kind = file.kind
        if last not in _HARMLESS or last in KINDS[kind].extensions:
            return
        if kind in _PROGRAMS:
            weight = 1.0
        elif kind in _SCRIPTS and last not in _TEXTS:
            weight = 0.6
        elif kind in _ARCHIVES and last not in _OFFICE:
            weight = 0.6 if kind != "zip" or last not in _TEXTS else 0.2
        elif kind in {"html", "svg"} and last in PICTURES | FILMS | {"pdf"}:
            weight = 0.2  # what a server sends that does not find the picture
        else:
            return
        yield Finding(NOT_AS_NAMED, f"{file.name[-120:]} is {KINDS[kind].text}", weight=weight)
