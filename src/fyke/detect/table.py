"""All themes as one table of columns, and the patterns beside it; from the cache where the files have not changed.

Reading TOML and folding thousands of phrases takes half a second, decoding the kept table a few milliseconds.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

import fyke
from fyke.detect import phrases, pieces, themes
from fyke.detect.themes import POINTS, SHIPPED, Theme, lexicon_files, read_themes
from fyke.mail import fold, patterns
from fyke.mail.patterns import ONCE, Expression, Patterns, cache_dir
from fyke.model import Symbol

DISGUISE_BYTES = 5  # shorter words come out of letters and digits by chance


class Confirm(Struct, frozen=True):
    """What must stand around the anchor of a phrase."""

    pattern: bytes  # regex of the whole phrase
    before: int  # bytes that it may have before the anchor
    after: int


class Table(Struct, frozen=True):
    """The phrases of all themes and the expressions that find them, a column each."""

    symbols: tuple[Symbol, ...]
    # one for each phrase
    sources: tuple[str, ...]
    heads: tuple[tuple[bytes, ...], ...]
    themes: tuple[int, ...]  # place in `symbols`
    points: tuple[float, ...]  # see `POINTS`; negative for innocent ones
    confirms: dict[int, Confirm]  # of the phrases that are found by an anchor
    # one for each expression
    expressions: tuple[bytes, ...]
    owners: tuple[int, ...]  # the phrase that it belongs to
    lengths: tuple[int, ...]  # of its literal; 0 where it is none
    vocabulary: frozenset[bytes]  # words worth a disguise


def load(folders: Sequence[Path] = (), cache: Path | None = None) -> tuple[Table, Patterns]:
    """The table of the shipped themes and the folders' own, and its patterns. Raises LexiconError for a bad file."""
    cache = cache_dir() if cache is None else cache
    folders = (SHIPPED, *folders)
    path = cache / f"{_key(folders)}.lexicons"
    table = _kept(path)
    if table is None:
        table = build(read_themes(folders))
        _keep(path, table)
    return table, patterns.load(expressions(table), cache)


def expressions(table: Table) -> list[Expression]:
    """What hyperscan compiles. A phrase counts once, so one report is enough; but any anchor may be the right one."""
    confirms = table.confirms
    pairs = zip(table.expressions, table.owners, strict=True)
    return [Expression(pattern, 0 if owner in confirms else ONCE) for pattern, owner in pairs]


def build(read: Sequence[Theme]) -> Table:
    """The columns of the themes."""
    entries = [(number, entry) for number, theme in enumerate(read) for entry in theme.entries]
    finders = [entry.finder for _, entry in entries]
    return Table(
        symbols=tuple(theme.symbol for theme in read),
        sources=tuple(entry.phrase.source for _, entry in entries),
        heads=tuple(entry.phrase.heads for _, entry in entries),
        themes=tuple(number for number, _ in entries),
        points=tuple(POINTS[entry.strength] for _, entry in entries),
        confirms={
            number: Confirm(finder.confirm, finder.before, finder.after)
            for number, finder in enumerate(finders)
            if finder.confirm
        },
        expressions=tuple(expression for finder in finders for expression in finder.expressions),
        owners=tuple(number for number, finder in enumerate(finders) for _ in finder.expressions),
        lengths=tuple(length for finder in finders for length in finder.lengths),
        vocabulary=_vocabulary(read),
    )


def _vocabulary(read: Sequence[Theme]) -> frozenset[bytes]:
    """The words of one-word phrases, strong or medium: those that a seller has a reason to disguise."""
    telling = (entry for theme in read for entry in theme.entries if entry.strength in {"strong", "medium"})
    words = (item for entry in telling if len(entry.phrase.items) == 1 for item in entry.phrase.words)
    return frozenset(word for word in words if len(word) >= DISGUISE_BYTES and word.isalpha())


def _key(folders: Sequence[Path]) -> str:
    """A name that changes with the files and with the code that reads them."""
    digest = hashlib.sha256(fyke.__version__.encode())
    code = (Path(str(module.__file__)) for module in (fold, phrases, pieces, themes))
    for path in (*code, Path(__file__), *lexicon_files(folders)):
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def _kept(path: Path) -> Table | None:
    """The kept table; None where there is none, or none that can be read."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Table)
    except (OSError, msgspec.MsgspecError):
        return None


def _keep(path: Path, table: Table) -> None:
    """Write the file whole or not at all; a folder that cannot be written costs only time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(msgspec.msgpack.encode(table))
        Path(file.name).replace(path)
    except OSError:
        pass
