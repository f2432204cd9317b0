"""Lines of exact hashes: of files, of sections of programs, of import tables; and those that are allowed.

After ClamAV's manual, "File hash signatures": .hdb, .hsb, .mdb, .msb, .imp, .fp, .sfp; and plain lists of a site's own.
"""

from __future__ import annotations

import re

from msgspec import Struct

from fyke.files.signatures.records import ANY, LEVEL, TEXT_NAME, Refused

FILE, SECTION, IMPORTS, ALLOWED = "file", "section", "imports", "allowed"
ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}
WIDTHS = {"md5": 16, "sha1": 20, "sha256": 32}
_SCOPES = {
    ".hdb": FILE, ".hsb": FILE, ".hdu": FILE, ".hsu": FILE, ".mdb": SECTION, ".msb": SECTION, ".mdu": SECTION,
    ".msu": SECTION, ".imp": IMPORTS, ".fp": ALLOWED, ".sfp": ALLOWED,
}  # fmt: skip
_HASH = re.compile(r"(?i)[0-9a-f]{32}(?:[0-9a-f]{8}(?:[0-9a-f]{24})?)?")
_SPLIT = re.compile(r"[\s,;:]+")
NAME_CHARS = 200


class Row(Struct, frozen=True):
    """One hash."""

    scope: str
    algorithm: str
    digest: bytes
    size_bytes: int  # `ANY` where it is not told
    name: str


def read_line(line: str, suffix: str) -> Row:
    """The hash of a line. Raises `Refused`."""
    fields = line.split(":")
    if len(fields) < 3:
        raise Refused("a hash line has three fields or more")
    first, second, name = fields[0], fields[1], fields[2]
    digest, size = (second, first) if _SCOPES[suffix] == SECTION else (first, second)
    check_level(fields[3:5])
    if not _HASH.fullmatch(digest):
        raise Refused("the hash is neither MD5, SHA-1 nor SHA-256")
    if size != "*" and not size.isdecimal():
        raise Refused("the size is no number")
    if size == "*" and suffix in {".hdb", ".mdb", ".fp"} and not fields[3:]:
        raise Refused("a hash of any size needs a functional level")  # as ClamAV has it: 73 and later
    algorithm = ALGORITHMS[len(digest)]
    return Row(
        _SCOPES[suffix], algorithm, bytes.fromhex(digest), ANY if size == "*" else min(int(size), ANY), name.strip()
    )


def read_text(line: str) -> Row:
    """A line of a plain list: a hash, and what it is called if anybody said so, in either order."""
    words = [word.strip("\"'") for word in _SPLIT.split(line[:2_000])]
    digest = next((word for word in words if _HASH.fullmatch(word)), "")
    if not digest:
        raise Refused("no hash stands in a line of a list")
    rest = " ".join(word for word in words if word and word != digest and not _HASH.fullmatch(word))
    algorithm = ALGORITHMS[len(digest)]
    return Row(FILE, algorithm, bytes.fromhex(digest), ANY, (rest or TEXT_NAME)[:NAME_CHARS])


def check_level(fields: list[str]) -> None:
    """Raise `Refused` where a signature is not meant for engines of our functional level."""
    low, high = [*fields, "", ""][:2]
    if not all(not field or field.isdecimal() for field in (low, high)):
        raise Refused("the functional level is no number")
    if (low and int(low) > LEVEL) or (high and int(high) < LEVEL):
        raise Refused("meant for engines of another functional level")
