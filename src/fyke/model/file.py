"""What a file is and what hides in it, as data. Made by `fyke.files` from any bytes; nothing here reads or judges."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from fyke.model.finding import Fault, Finding
from fyke.model.observable import Observable
from fyke.model.query import Query


class Cut(Struct, frozen=True):
    """What a limit kept from being looked at."""

    cap: str  # the limit that bit: a field of `fyke.files.budget.Budget`, such as "depth", "count" or "ratio"
    where: str  # path of the file in which it bit
    detail: str = ""  # what was left out, as far as it is known: "declares 1,073,741,824 bytes"


class Lead(Struct, frozen=True):
    """Where a file leads the one who opens it."""

    url: str  # as written
    source: str  # "qr", "pdf", "office", "rtf", "page", "script", "shortcut", ...
    where: str = ""  # path of the file that it stands in


class Reading(Struct, frozen=True):
    """Text that a person reads in a file that is no text."""

    text: str
    source: str  # "ocr", "pdf", "office", ...
    where: str = ""


class File(Struct, frozen=True):
    """One file, and those that were found in it. Its bytes are gone; what they were is kept."""

    name: str  # as the container writes it; may lie
    kind: str  # what its content is: a name of `fyke.files.kinds.KINDS`
    size_bytes: int
    digest: str  # sha256 of the content, hex
    how: str = ""  # how it was come by: "zip", "zip, opened with infected", "base64 in a script"
    also: tuple[str, ...] = ()  # further kinds that the same bytes are (polyglots)
    locked: bool = False  # it, or something in it, is encrypted and no word of the mail opened it
    findings: tuple[Finding, ...] = ()
    children: tuple[File, ...] = ()

    def walk(self) -> Iterator[File]:
        """This file and all below it, depth first, without recursion."""
        stack = [self]
        while stack:
            file = stack.pop()
            yield file
            stack.extend(reversed(file.children))


class Analysis(Struct, frozen=True):
    """All that is known of one file given to `fyke.files`: the tree, and what was not done."""

    root: File
    leads: tuple[Lead, ...] = ()
    readings: tuple[Reading, ...] = ()
    observables: tuple[Observable, ...] = ()
    cuts: tuple[Cut, ...] = ()
    faults: tuple[Fault, ...] = ()  # an unpacker, a scanner or an engine that failed; its evidence is missing
    elapsed_us: int = 0

    @property
    def findings(self) -> Iterator[Finding]:
        """All findings of the tree, outermost first."""
        return (finding for file in self.root.walk() for finding in file.findings)


class Analyse(Query[Analysis], frozen=True):
    """What is this file, and what hides in it? The bytes travel with the question: who answers keeps none."""

    digest: str  # sha256 of the content, hex
    name: str
    declared: str = ""  # media type that the mail, or the server, says it has
    words: tuple[str, ...] = ()  # that may open it if it is locked, likeliest first
    content: bytes = b""

    def __repr__(self) -> str:
        """The question without the bytes: this is what a scan keeps."""
        return f"Analyse({self.digest}, {self.name!r}, {self.declared!r}, {len(self.words)} words)"

    def __hash__(self) -> int:
        """By the digest: hashing megabytes twice says nothing new."""
        return hash((self.digest, self.name, self.words))
