"""All themes as one table of columns, and the patterns beside it; from the cache where the files have not changed.

Reading TOML and folding thousands of phrases takes half a second, decoding the kept table a few milliseconds.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

import fyke
from fyke.detect import frequency, neighbours, phrases, pieces, themes
from fyke.detect.pieces import Confirm
from fyke.detect.themes import POINTS, SHIPPED, Entry, Theme, lexicon_files, read_themes
from fyke.mail import fold, patterns
from fyke.mail.patterns import ONCE, Expression, Patterns, cache_dir
from fyke.model import Symbol

DISGUISE_BYTES = 5  # shorter words come out of letters and digits by chance


class Finders(Struct, frozen=True):
    """The expressions that find some of the phrases, a column each."""

    expressions: tuple[bytes, ...]
    owners: tuple[tuple[int, ...], ...]  # the phrases that it belongs to
    lengths: tuple[int, ...]  # of its literal; 0 where it is none


class Table(Struct, frozen=True):
    """The phrases of all themes, a column each, and how they are found.

    Weak and innocent phrases mean nothing alone and stand in most texts, so they are looked for only in company.
    """

    symbols: tuple[Symbol, ...]
    sources: tuple[str, ...]
    heads: tuple[tuple[bytes, ...], ...]
    themes: tuple[int, ...]  # place in `symbols`
    points: tuple[float, ...]  # see `POINTS`; negative for innocent ones
    confirms: dict[int, Confirm]  # of the phrases that are found by an anchor
    telling: Finders  # of strong and medium phrases
    company: Finders  # of weak and innocent ones
    vocabulary: frozenset[bytes]  # words worth a disguise


def load(folders: Sequence[Path] = (), cache: Path | None = None) -> tuple[Table, Patterns, Patterns]:
    """The table of the shipped themes and the folders' own, and the patterns of its telling and company phrases.

    Raises LexiconError for a bad file.
    """
    cache = cache_dir() if cache is None else cache
    folders = (SHIPPED, *folders)
    path = cache / f"{_key(folders)}.lexicons"
    table = _kept(path)
    if table is None:
        table = build(read_themes(folders))
        _keep(path, table)
    telling, company = expressions(table, table.telling), expressions(table, table.company)
    return table, patterns.load(telling, cache), patterns.load(company, cache)


def expressions(table: Table, finders: Finders) -> list[Expression]:
    """What hyperscan compiles. A phrase counts once, so one report is enough; but any anchor may be the right one."""
    confirms = table.confirms.keys()
    pairs = zip(finders.expressions, finders.owners, strict=True)
    return [Expression(pattern, ONCE if confirms.isdisjoint(owners) else 0) for pattern, owners in pairs]


def build(read: Sequence[Theme]) -> Table:
    """The columns of the themes."""
    rows = [(number, entry) for number, theme in enumerate(read) for entry in theme.entries]
    return Table(
        symbols=tuple(theme.symbol for theme in read),
        sources=tuple(entry.phrase.source for _, entry in rows),
        heads=tuple(entry.phrase.heads for _, entry in rows),
        themes=tuple(number for number, _ in rows),
        points=tuple(POINTS[entry.strength] for _, entry in rows),
        confirms={number: entry.finder.confirm for number, (_, entry) in enumerate(rows) if entry.finder.confirm},
        telling=_finders((number, entry) for number, (_, entry) in enumerate(rows) if entry.is_telling),
        company=_finders((number, entry) for number, (_, entry) in enumerate(rows) if not entry.is_telling),
        vocabulary=_vocabulary(read),
    )


def _finders(entries: Iterable[tuple[int, Entry]]) -> Finders:
    """The expressions of the phrases, each once."""
    owners: dict[bytes, list[int]] = {}
    lengths: dict[bytes, int] = {}
    for number, entry in entries:
        for expression, length in zip(entry.finder.expressions, entry.finder.lengths, strict=True):
            owners.setdefault(expression, []).append(number)
            lengths[expression] = length
    return Finders(tuple(owners), tuple(map(tuple, owners.values())), tuple(lengths.values()))


def _vocabulary(read: Sequence[Theme]) -> frozenset[bytes]:
    """The words of one-word phrases, strong or medium: those that a seller has a reason to disguise."""
    telling = (entry for theme in read for entry in theme.entries if entry.is_telling)
    words = (item for entry in telling if len(entry.phrase.items) == 1 for item in entry.phrase.words)
    return frozenset(word for word in words if len(word) >= DISGUISE_BYTES and word.isalpha())


def _key(folders: Sequence[Path]) -> str:
    """A name that changes with the files and with the code that reads them."""
    digest = hashlib.sha256(fyke.__version__.encode())
    code = (Path(str(module.__file__)) for module in (fold, phrases, frequency, neighbours, pieces, themes))
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
