"""Many patterns, one pass: hyperscan databases, compiled once and kept in a cache that loads in milliseconds.

The cache is a convenience: without a writable folder, or with a broken file in it, the patterns are compiled anew.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import hyperscan
from msgspec import Struct

CASELESS = hyperscan.HS_FLAG_CASELESS
ONCE = hyperscan.HS_FLAG_SINGLEMATCH  # report a pattern once a scan; cannot be joined with START
START = hyperscan.HS_FLAG_SOM_LEFTMOST  # report where a match starts; without it every start is 0

MATCHES = 20_000  # a scan stops there: 64 kB of text that is nothing but hits; the cut is reported


class Expression(Struct, frozen=True):
    """One pattern in hyperscan's syntax (PCRE without back-references and look-around), over bytes."""

    pattern: bytes
    flags: int = 0


class Match(Struct, frozen=True, gc=False):
    """Where an expression matched: its index, and byte offsets."""

    index: int
    start: int
    end: int


class Patterns:
    """A compiled set of expressions. Scanning is linear in the data. One thread a `Patterns`."""

    def __init__(self, database: hyperscan.Database) -> None:
        self._database = database

    def scan(self, data: bytes) -> list[Match]:
        """All matches in order of their end; at most `MATCHES` of them."""
        found: list[Match] = []
        append = found.append

        def note(index: int, start: int, end: int, _flags: int, _context: object) -> bool:
            append(Match(index, start, end))
            return len(found) >= MATCHES

        try:
            self._database.scan(data, match_event_handler=note)
        except hyperscan.ScanTerminated:
            pass
        return found


def cache_dir() -> Path:
    """The folder of compiled patterns: `$FYKE_CACHE`, or `fyke` in the user's cache folder."""
    own = os.environ.get("FYKE_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fyke"


def load(expressions: Sequence[Expression], folder: Path | None = None) -> Patterns:
    """Patterns for the expressions, from the cache where it has them. Raises hyperscan.error for a bad one."""
    return load_known(_key(expressions), lambda: expressions, folder)


def load_known(key: str, expressions: Callable[[], Sequence[Expression]], folder: Path | None = None) -> Patterns:
    """Patterns under a key of the caller's, who makes the expressions only where the cache has none under it.

    The key changes with the expressions. Raises hyperscan.error for a bad one.
    """
    folder = cache_dir() if folder is None else folder
    path = folder / f"{_for_this_machine(key)}.hsdb"
    try:
        database = hyperscan.loadb(path.read_bytes(), hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)  # a loaded database has none, and would refuse to scan
        return Patterns(database)
    except (OSError, hyperscan.error):
        pass
    database = compile(expressions())
    _keep(path, hyperscan.dumpb(database))
    return Patterns(database)


def compile(expressions: Sequence[Expression]) -> hyperscan.Database:
    """A database of the expressions, index by index. Raises hyperscan.error for one it refuses."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression.pattern for expression in expressions],
        ids=list(range(len(expressions))),
        flags=[expression.flags for expression in expressions],
        elements=len(expressions),
    )
    return database


def _key(expressions: Sequence[Expression]) -> str:
    """A name that changes with the expressions."""
    digest = hashlib.sha256()
    for expression in expressions:
        digest.update(b"%d\0%b\n" % (expression.flags, expression.pattern))
    return digest.hexdigest()


def _for_this_machine(key: str) -> str:
    """A name that changes with the key, the library and the processor's instructions."""
    version = hyperscan.__version__  # type: ignore[attr-defined]
    return hashlib.sha256(f"{version}\0{_processor()}\0{key}".encode()).hexdigest()[:32]


@cache  # of one process it is always the same
def _processor() -> str:
    """What hyperscan compiles for: a database of one processor may not load on another."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=[b"fyke"], ids=[0], flags=[0], elements=1)
    return str(database.info())


def _keep(path: Path, blob: bytes) -> None:
    """Write the file whole or not at all; a folder that cannot be written costs only time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(blob)
        Path(file.name).replace(path)
    except OSError:
        pass
