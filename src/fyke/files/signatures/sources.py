"""The files of a signature database, out of folders and out of ClamAV's containers (.cvd, .cld, .cud).

A container is a header of 512 bytes and a tar, mostly gzipped. Its digital signature is not checked: who fetched it
(freshclam) has checked it.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from fyke.files.signatures.records import Tally

HEADER_BYTES = 512
CONTAINERS = frozenset({".cvd", ".cld", ".cud"})
MEMBER_BYTES = 1 << 30  # of one member: the largest of ClamAV's has some 300 MB
HASHES = frozenset({".hdb", ".hsb", ".hdu", ".hsu", ".mdb", ".msb", ".mdu", ".msu", ".imp", ".fp", ".sfp"})
LISTS = frozenset({".txt", ".csv"})
PATTERNS = frozenset({".db", ".ndb", ".ndu", ".ldb", ".ldu", ".cdb"})
IGNORES = frozenset({".ign", ".ign2"})
RULES = frozenset({".yar", ".yara"})
READ = HASHES | LISTS | PATTERNS | IGNORES | RULES
# Of ClamAV's formats those that are counted, but not read; each line of theirs is one signature (a .cbc is one whole).
UNREAD = {
    ".cbc": "bytecode is not run", ".idb": "icons are not compared", ".pdb": "phishing lists are for links",
    ".gdb": "phishing lists are for links", ".wdb": "phishing lists are for links", ".ftm": "kinds are found otherwise",
    ".crb": "certificates are not checked", ".cat": "catalogues are not read", ".pwdb": "passwords are not signatures",
    ".ioc": "OpenIOC is not read",
}  # fmt: skip
PUA = frozenset({".hdu", ".hsu", ".mdu", ".msu", ".ndu", ".ldu"})
SILENT = frozenset({".info", ".cfg"})  # say something about a database, and find nothing


class Source(Struct, frozen=True):
    """One file of signatures."""

    name: str  # "site.ndb", or "daily.cvd/daily.ldb"
    data: bytes
    is_official: bool = False  # ClamAV writes .UNOFFICIAL behind names that do not come out of its containers

    @property
    def suffix(self) -> str:
        """The extension, which tells the format."""
        return Path(self.name).suffix.lower()

    def lines(self) -> Iterator[tuple[int, str]]:
        """Lines that are neither empty nor a comment, with their numbers."""
        for number, whole in enumerate(self.data.decode("utf-8", "replace").split("\n"), 1):
            line = whole.strip("\r\n \t")
            if line and not line.startswith("#"):
                yield number, line


def files(paths: Iterable[Path]) -> list[Path]:
    """The files that the paths name: a folder stands for its files of known formats, in the order of their names."""
    known = READ | CONTAINERS | UNREAD.keys() | SILENT
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        found.update(dict.fromkeys(each for each in inside if each.is_file() and each.suffix.lower() in known))
    return list(found)


def sources(paths: Iterable[Path], tally: Tally) -> Iterator[Source]:
    """The files, those in containers among them; what cannot be opened is counted as refused."""
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError as error:
            tally.files.add(path.name)
            tally.refuse(path.name, f"the file cannot be read: {error.strerror}")
            continue
        if path.suffix.lower() in CONTAINERS:
            yield from _contained(path.name, data, tally)
        else:
            yield Source(path.name, data)


def _contained(name: str, data: bytes, tally: Tally) -> Iterator[Source]:
    """The members of a container. .cud is unsigned: what it holds is as unofficial as a loose file."""
    if not data.startswith(b"ClamAV-VDB:"):
        tally.files.add(name)
        tally.refuse(name, "the container has no header")
        return
    try:
        with tarfile.open(fileobj=io.BytesIO(data[HEADER_BYTES:]), mode="r:*") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() and member.size <= MEMBER_BYTES else None
                if stream is not None:
                    inner = Path(member.name).name
                    yield Source(f"{name}/{inner}", stream.read(), is_official=not name.lower().endswith(".cud"))
    except (tarfile.TarError, OSError, EOFError, ValueError):
        tally.files.add(name)
        tally.refuse(name, "the container ends early or is damaged")
