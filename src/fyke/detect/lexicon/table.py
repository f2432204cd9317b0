"""All themes as one table of columns, and the patterns beside it; from the cache where the files have not changed.

Reading the files and compiling their phrases takes seconds, decoding the kept table a few milliseconds.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from functools import cache as once
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

import fyke
from fyke.detect.lexicon import frequency, neighbours, phrases, pieces, themes
from fyke.detect.lexicon.pieces import Finder
from fyke.detect.lexicon.themes import POINTS, SHIPPED, Entry, Theme, lexicon_files, read_themes
from fyke.mail import fold, patterns
from fyke.mail.patterns import ONCE, Expression, Patterns, cache_dir
from fyke.model import Symbol

DISGUISE_BYTES = 5  # shorter words come out of letters and digits by chance
GOODS = frozenset({"adult", "drugs", "gambling", "replica", "software"})

NOTHING = Expression(rb"\xff\xff\xff\xff")  # hyperscan compiles no empty set; no text holds these bytes

# Which phrases are looked for together.
TELLING, COMPANY, HOSTS = ("strong", "medium"), ("weak", "innocent"), ("hosts",)
GROUPS = 8  # of themes, whose weak phrases are looked for apart: a message has to do with one or two themes


_LOOKED_FOR: dict[str, tuple[tuple[str, ...], int | None]] = {
    "telling": (TELLING, None),
    **{f"company-{group}": (COMPANY, group) for group in range(GROUPS)},
    "hosts": (HOSTS, None),
}


class Finders(Struct, frozen=True):
    """The expressions that find some of the phrases, a column each."""

    owners: tuple[int, ...]  # the phrase that it belongs to; -1 - n where it belongs to all of `shared[n]`
    shared: tuple[tuple[int, ...], ...]
    lengths: tuple[int, ...]  # of its literal; 0 where it is none


class Table(Struct, frozen=True):
    """The phrases of all themes, a column each, and how they are found.

    Weak and innocent phrases mean nothing alone and stand in most texts, so they are looked for only in company.
    """

    symbols: tuple[Symbol, ...]
    themes: tuple[int, ...]  # place in `symbols`
    points: tuple[float, ...]  # see `POINTS`; negative for innocent ones
    wholes: dict[int, bytes]  # of the phrases that hyperscan finds whole: their regex, to see where they begin
    confirms: dict[int, bytes]  # of the phrases that are found by an anchor: a packed `Confirm`
    telling: Finders
    company: tuple[Finders, ...]  # by group of themes
    hosts: Finders  # of parts of hosts' names
    vocabulary: frozenset[bytes]  # words worth a disguise


class Lexicons(Struct, frozen=True):
    """A table and its patterns, ready for work."""

    table: Table
    telling: Patterns
    company: tuple[Patterns, ...]
    hosts: Patterns


def load(folders: Sequence[Path] = (), cache: Path | None = None) -> Lexicons:
    """The shipped themes and those of the folders. Raises LexiconError for a bad file."""
    cache = cache_dir() if cache is None else cache
    folders = (SHIPPED, *folders)
    key = _key(folders)
    read = once(lambda: read_themes(folders))  # only where something is not kept
    table = _kept(cache / f"{key}.lexicons")
    if table is None:
        table = build(read())
        _keep(cache / f"{key}.lexicons", table)
    compiled = [
        patterns.load_known(f"{key}-{name}", partial(_expressions_of, read, strengths, group), cache)
        for name, (strengths, group) in _LOOKED_FOR.items()
    ]
    return Lexicons(table, compiled[0], tuple(compiled[1:-1]), compiled[-1])


def _expressions_of(
    read: Callable[[], Sequence[Theme]], strengths: tuple[str, ...], group: int | None
) -> list[Expression]:
    return expressions(_rows(read()), strengths, group) or [NOTHING]


def expressions(
    rows: Sequence[tuple[int, Entry]], strengths: tuple[str, ...], group: int | None = None
) -> list[Expression]:
    """What hyperscan compiles. A phrase counts once, so one report is enough; but any anchor may be the right one."""
    return [
        Expression(pattern, ONCE if all(finder.confirm is None for _, finder in found) else 0)
        for pattern, found in _by_expression(rows, strengths, group).items()
    ]


def build(read: Sequence[Theme]) -> Table:
    """The columns of the themes."""
    rows = _rows(read)
    return Table(
        symbols=tuple(theme.symbol for theme in read),
        themes=tuple(number for number, _ in rows),
        points=tuple(POINTS[entry.strength] for _, entry in rows),
        wholes={number: entry.finder.expressions[0] for number, (_, entry) in enumerate(rows) if entry.is_whole},
        confirms={
            number: msgspec.msgpack.encode(entry.finder.confirm)
            for number, (_, entry) in enumerate(rows)
            if entry.finder.confirm
        },
        telling=_finders(rows, TELLING),
        company=tuple(_finders(rows, COMPANY, group) for group in range(GROUPS)),
        hosts=_finders(rows, HOSTS),
        vocabulary=_vocabulary(read),
    )


def _rows(read: Sequence[Theme]) -> list[tuple[int, Entry]]:
    """All phrases with the number of their theme; a phrase's number is its place here."""
    return [(number, entry) for number, theme in enumerate(read) for entry in theme.entries]


def _by_expression(
    rows: Sequence[tuple[int, Entry]], strengths: tuple[str, ...], group: int | None
) -> dict[bytes, list[tuple[int, Finder]]]:
    """Each expression once, with the phrases that it belongs to."""
    found: dict[bytes, list[tuple[int, Finder]]] = {}
    for number, (theme, entry) in enumerate(rows):
        if entry.strength in strengths and group in {None, theme % GROUPS}:
            for expression in entry.finder.expressions:
                found.setdefault(expression, []).append((number, entry.finder))
    return found


def _finders(rows: Sequence[tuple[int, Entry]], strengths: tuple[str, ...], group: int | None = None) -> Finders:
    owners: list[int] = []
    shared: list[tuple[int, ...]] = []
    lengths: list[int] = []
    for expression, found in _by_expression(rows, strengths, group).items():
        if len(found) > 1:
            shared.append(tuple(number for number, _ in found))
        owners.append(found[0][0] if len(found) == 1 else -len(shared))
        finder = found[0][1]
        lengths.append(finder.lengths[finder.expressions.index(expression)])
    return Finders(tuple(owners), tuple(shared), tuple(lengths))


def _vocabulary(read: Sequence[Theme]) -> frozenset[bytes]:
    """The words that a seller has a reason to disguise: telling ones, and of the goods any one."""
    return frozenset(
        run[0].literal
        for theme in read
        for entry in theme.entries
        if entry.strength in TELLING or (entry.strength == "weak" and theme.symbol.category in GOODS)
        if len(entry.phrase.items) == 1
        for run in entry.phrase.items[0].choices
        if len(run) == 1 and len(run[0].literal) >= DISGUISE_BYTES and run[0].literal.isalpha()
    )


def _key(folders: Sequence[Path]) -> str:
    """A name that changes with the files and with the code that reads them."""
    digest = hashlib.sha256(fyke.__version__.encode())
    code = (Path(str(module.__file__)) for module in (fold, phrases, frequency, neighbours, pieces, themes))
    for path in (*code, Path(__file__), frequency.SOURCE, *lexicon_files(folders)):
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
