"""What an unpacker and a scanner are. Both are given one file's bytes and yield what they found; neither does I/O.

They may raise on bad bytes: `Broken` for a file that is not well made (that is evidence), anything else is our fault,
is noted as one, and costs what this one tenant had still to say. What was yielded before is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from msgspec import Struct

from fyke.files.budget import Meter
from fyke.model import File, Finding, Lead, Observable, Reading, Symbol

NOTE_BITS = 1.0  # a finding of at most so many bits is a note: true, worth showing, and common in wanted files


class Broken(Exception):  # noqa: N818  it is what the sender did, not an error of ours
    """The bytes are not what their kind should be; the sentence says where."""


class Content(Struct, frozen=True):
    """One file to be looked at."""

    data: bytes
    name: str = ""
    kind: str = ""
    declared: str = ""  # media type that somebody said it has
    how: str = ""  # how it was come by, as `File.how`
    within: tuple[str, ...] = ()  # kinds of the files around it, outermost first
    words: tuple[str, ...] = ()  # that may open it, likeliest first
    children: tuple[File, ...] = ()  # what was found in it; empty while unpackers are at work
    around: tuple[bytes, ...] = ()  # the files around it, outermost first: signatures may allow one


class Member(Struct, frozen=True):
    """A file that an unpacker found in another."""

    data: bytes
    name: str = ""
    how: str = ""  # what it was taken out of and how: "zip", "rar, opened with 1234"
    kind: str = ""  # where the container knows better than the bytes can tell ("vba" for macro source); else empty
    declared: str = ""


class Locked(Struct, frozen=True):
    """A member, or the whole file (no name), that is encrypted and that no word opened."""

    name: str = ""
    detail: str = ""  # "AES-256", "ZipCrypto"


Said = Finding | Lead | Reading | Observable
Item = Member | Locked | Said


class Tenant:
    """What both are: a name, the kinds it takes (none: every kind), and the symbols it may yield."""

    name: ClassVar[str]
    kinds: ClassVar[frozenset[str]] = frozenset()
    symbols: ClassVar[tuple[Symbol, ...]] = ()

    def warm(self) -> None:
        """Load what would otherwise be loaded, opened or started with the first file: after this, nothing can be."""


class Unpacker(Tenant):
    """Takes files out of a file."""

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield each member as soon as it is read; the meter says how much may be read. Raises `Broken`."""
        raise NotImplementedError


class Scanner(Tenant):
    """Says what is wrong with a file; asked after all that is in it was looked at."""

    def look(self, file: Content) -> Iterable[Said]:
        """Yield a `Finding` for each fact there is. Raises `Broken`."""
        raise NotImplementedError
