"""Questions to the journal's files: DuckDB reads the Parquet files of past hours and the segments of this one alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.structs import replace

from fyke.store.folder.lines import COLUMNS, FOLDED, decode, fold
from fyke.store.folder.segment import SUFFIX
from fyke.store.journal import Entry, Row, Wanted
from fyke.store.labels import StoreError

if TYPE_CHECKING:
    import duckdb

PARQUET = ".parquet"
REPLACES = ".replaces"  # beside a merged file of that name: the ids of the files that it stands for
WINDOW = 4_000  # entries that are sorted and held at a time
TRIES = 20  # a file that was listed may have been turned or merged before it is read
MEMORY = "1GB"
GROWTH = 8  # of the days that are searched at a time: a search that finds nothing should open files seldom

T = TypeVar("T")
Span = tuple[datetime | None, datetime | None]

_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_EMPTY = ", ".join(
    f'NULL::{kind} AS "{name}"' for name, kind in (*COLUMNS.items(), *FOLDED.items(), ("scan", "VARCHAR"))
)


def connect() -> duckdb.DuckDBPyConnection:
    """A DuckDB of our own that holds nothing and fetches nothing."""
    import duckdb  # noqa: PLC0415  40 MB that no scan needs

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": MEMORY,
        "preserve_insertion_order": "true",
    }
    return duckdb.connect(":memory:", config=settings)


class Files:
    """Which files of the folder hold the journal now, none of them twice."""

    def __init__(self, folder: Path) -> None:
        self._open, self._folder = folder / "open", folder

    def segments(self) -> list[Path]:
        """Those that are still lines, oldest first."""
        return sorted(self._open.glob(f"*{SUFFIX}"))

    def days(self) -> list[Path]:
        """The folders of days, oldest first."""
        return sorted(self._folder.glob("day=*"))

    def of(self, day: Path) -> list[Path]:
        """The Parquet files of a day that count: without those for which a merged one stands."""
        found = {path.stem: path for path in day.glob(f"*{PARQUET}")}
        for note in day.glob(f"*{REPLACES}"):
            if note.stem in found:
                for gone in note.read_text().split():
                    found.pop(gone, None)
        return sorted(found.values())

    def listed(self, span: Span = (None, None)) -> tuple[list[Path], list[Path]]:
        """Parquet files and segments that may have entries of that time."""
        segments = self.segments()  # first: what is turned meanwhile is then seen twice, and not missed
        days = [day for day in self.days() if _is_in(day.name.removeprefix("day="), span)]
        parquet = [path for day in days for path in self.of(day)]
        turned = {path.stem for path in parquet}
        return parquet, [path for path in segments if path.stem not in turned and _is_in(path.name[:10], span)]


def _is_in(day: str, span: Span) -> bool:
    since, until = (None if at is None else f"{at.astimezone(UTC):%Y-%m-%d}" for at in span)
    return (since is None or day >= since) and (until is None or day <= until)


class History:
    """Searches and streams. One connection for each question, so any thread may ask."""

    def __init__(self, folder: Path) -> None:
        self._files = Files(folder)
        self._folder = folder

    def search(self, wanted: Wanted) -> list[Row]:
        """What fits, newest first: the newest day is asked first, and older ones while there is room."""
        found: list[Row] = []
        for since, until in self._stretches((wanted.since, wanted.until)):
            left = wanted.limit - len(found)
            if left <= 0:
                break
            found += self._searched(replace(wanted, since=since, until=until, limit=left))
        return found

    def _stretches(self, span: Span) -> Iterator[Span]:
        """The time asked about in pieces that go back: the newest day, then the eight before it, and so on."""
        parquet, segments = self._files.listed(span)
        days = sorted(
            {*(path.parent.name.removeprefix("day=") for path in parquet), *(at.name[:10] for at in segments)}
        )
        until, size = span[1], 1
        while days:
            days, group = days[:-size], days[-size:]
            since = datetime.fromisoformat(group[0]).replace(tzinfo=UTC) if days else span[0]
            yield since, until
            until, size = since, size * GROWTH

    def _searched(self, wanted: Wanted) -> list[Row]:
        where, values = _conditions(wanted)
        first = f'SELECT "at", id FROM entries WHERE {where} ORDER BY "at" DESC, id LIMIT {int(wanted.limit)}'  # noqa: S608
        if wanted.text:
            first, values = _anywhere(wanted, where, values)

        def asked(ask: Ask) -> list[tuple[Any, ...]]:
            found = ask(first, values)  # all columns of these alone: most columns need not be read to find them
            times, ids = sorted({at for at, _ in found}), [id for _, id in found]
            if not found:
                return []
            then = (
                f'SELECT {_NAMES} FROM entries WHERE "at" IN ({", ".join("?" * len(times))}) AND list_contains(?, id)'  # noqa: S608
            )
            wanted_pairs = set(found)
            rows = [row for row in ask(then, [*times, ids]) if (row[0], row[1]) in wanted_pairs]
            return sorted(rows, key=lambda row: (-row[0].timestamp(), row[1]))[: wanted.limit]

        return [_row(each) for each in self._asked((wanted.since, wanted.until), asked)]

    def get(self, case: str) -> list[Entry]:
        """All entries whose case or id begins so, oldest first."""
        first = 'SELECT "at", id FROM entries WHERE starts_with(id, ?) OR starts_with("case", ?) ORDER BY "at", id'

        def asked(ask: Ask) -> list[tuple[Any, ...]]:
            # The scans are read of these alone: they are most of the bytes.
            return [
                each for at, id in ask(first, [case, case]) for each in ask(f'{_WHOLE} "at" = ? AND id = ?', [at, id])
            ]

        return [decode(*each) for each in dict.fromkeys(map(_hashable, self._asked((None, None), asked)))]

    def count(self, since: datetime | None, until: datetime | None) -> int:
        """How many entries there are in that time."""
        where, values = _spanned(since, until)
        (found,) = self._asked((since, until), lambda ask: ask(f"SELECT count(*) FROM entries WHERE {where}", values))  # noqa: S608
        return int(found[0])

    def between(self, since: datetime | None, until: datetime | None) -> Iterator[Entry]:
        """All entries of that time, in order: a window of a few thousand after the other."""
        where, values = _spanned(since, until)
        numbered = f'SELECT "at", row_number() OVER (ORDER BY "at") AS n FROM entries WHERE {where}'  # noqa: S608
        edges = f'SELECT min("at") FROM ({numbered}) GROUP BY n // {WINDOW} ORDER BY 1'  # noqa: S608
        bounds = [at for (at,) in self._asked((since, until), lambda ask: ask(edges, values)) if at is not None]
        ends: list[datetime | None] = [*bounds[1:], None]
        for begin, end in zip(bounds, ends, strict=False):
            # The last window is open where no end was asked for: what comes meanwhile belongs to it.
            stop = end if end is not None else _plain(until)
            yield from self._window(begin, stop)

    def _window(self, begin: datetime, end: datetime | None) -> Iterator[Entry]:
        span = (begin.replace(tzinfo=UTC), end.replace(tzinfo=UTC) if end else None)
        where, values = _spanned(*span)
        for each in self._asked(span, lambda ask: ask(f'{_WHOLE} {where} ORDER BY "at", id', values)):
            yield decode(*each)

    def _asked(self, span: Span, question: Callable[[Ask], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
        """What the question finds in the files of that time; asked again where one of them went meanwhile."""
        import duckdb  # noqa: PLC0415

        error: Exception | None = None
        for _ in range(TRIES):
            parquet, segments = self._files.listed(span)
            try:
                with connect() as connection:
                    connection.execute(_view(parquet, segments))
                    return question(lambda clause, values: connection.execute(clause, values).fetchall())
            except duckdb.IOException as gone:
                error = gone
                if all(path.exists() for path in (*parquet, *segments)):
                    break
            except (duckdb.Error, OSError) as wrong:
                raise StoreError(f"{self._folder}: {str(wrong).splitlines()[0]}") from None
        raise StoreError(f"{self._folder}: {str(error).splitlines()[0]}")


Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
_WHOLE = 'SELECT "at", "case", "action", fates, scan FROM entries WHERE'


def quoted(text: str | Path) -> str:
    """A string of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def lines_of(segments: Sequence[Path]) -> str:
    """The clause that reads segments; what is no whole record has no id."""
    kinds = ", ".join(f"\"{name}\": '{kind}'" for name, kind in (*COLUMNS.items(), *FOLDED.items(), ("scan", "JSON")))
    names = ", ".join(map(quoted, segments))
    return f"read_ndjson([{names}], columns = {{{kinds}}}, ignore_errors = true)"


def parquet_of(files: Sequence[Path]) -> str:
    """The clause that reads Parquet files; a column that older ones do not have is NULL in them."""
    names = ", ".join(map(quoted, files))
    whole = f"SELECT * FROM read_parquet([{names}], hive_partitioning = false, union_by_name = true)"  # noqa: S608
    return f"(SELECT {_EMPTY} WHERE false UNION ALL BY NAME {whole})"


def _view(parquet: Sequence[Path], segments: Sequence[Path]) -> str:
    """What the questions are asked of: `turned` is in Parquet files, `open` still in lines, `entries` is both."""
    columns = f"{_NAMES}, {', '.join(FOLDED)}"
    nothing = f"SELECT {_EMPTY} WHERE false"
    turned = f"SELECT {columns}, scan FROM {parquet_of(parquet)}" if parquet else nothing  # noqa: S608
    lines = f"SELECT {columns}, scan::VARCHAR AS scan FROM {lines_of(segments)} WHERE id IS NOT NULL"  # noqa: S608
    both = " UNION ALL ".join(f"FROM {name}" for name, there in (("turned", parquet), ("open", segments)) if there)
    views = {"turned": turned, "open": lines if segments else nothing, "entries": both or nothing}
    return "; ".join(f"CREATE TEMP VIEW {name} AS {clause}" for name, clause in views.items())


def _anywhere(wanted: Wanted, where: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The clause that finds text in any column: a pass for each is quicker than one in which any of them may fit.

    Not so where all columns must be read for one: lines are gone through once.
    """
    passes = [f'SELECT "at", id FROM turned WHERE {where} AND contains({column}, ?)' for column in FOLDED]  # noqa: S608
    any_of = " OR ".join(f"contains({column}, ?)" for column in FOLDED)
    passes.append(f'SELECT "at", id FROM open WHERE {where} AND ({any_of})')  # noqa: S608
    text = fold(wanted.text)
    told = [*[*values, text] * len(FOLDED), *values, *[text] * len(FOLDED)]
    return f'{" UNION ".join(passes)} ORDER BY "at" DESC, id LIMIT {int(wanted.limit)}', told


def _conditions(wanted: Wanted) -> tuple[str, list[Any]]:
    where, values = _spanned(wanted.since, wanted.until)
    parts = [where]

    def anywhere(text: str, *columns: str) -> None:
        if text:
            parts.append("(" + " OR ".join(f"contains({name}, ?)" for name in columns) + ")")
            values.extend([fold(text)] * len(columns))

    anywhere(wanted.sender, "who")
    anywhere(wanted.recipient, "whom")
    anywhere(wanted.subject, "what")
    for column, words in (("label", wanted.labels), ("action", wanted.actions)):
        if words:
            own = " OR list_has_any(fates, ?)" if column == "action" else ""
            parts.append(f'(list_contains(?, "{column}"){own})')
            values.extend([[word.value for word in words]] * (2 if own else 1))
    if wanted.symbol:
        parts.append("list_contains(symbols, ?)")
        values.append(wanted.symbol)
    if wanted.campaign:
        parts.append("campaign = ?")
        values.append(wanted.campaign)
    if wanted.queue_id:
        parts.append("queue_id = ?")
        values.append(wanted.queue_id)
    if wanted.case:
        parts.append('(starts_with("case", ?) OR starts_with(id, ?))')
        values.extend([wanted.case, wanted.case])
    return " AND ".join(parts), values


def _spanned(since: datetime | None, until: datetime | None) -> tuple[str, list[Any]]:
    parts, values = ["true"], list[Any]()
    if since is not None:
        parts.append('"at" >= ?')
        values.append(_plain(since))
    if until is not None:
        parts.append('"at" < ?')
        values.append(_plain(until))
    return " AND ".join(parts), values


def _plain(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC).replace(tzinfo=None)


def _hashable(each: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in each)


def _row(values: tuple[Any, ...]) -> Row:
    told = dict(zip(COLUMNS, values, strict=True))
    told["at"] = told["at"].replace(tzinfo=UTC)
    return msgspec.convert(
        {name: value for name, value in told.items() if value is not None}
        | {name: told[name] or () for name in ("recipients", "fates", "symbols", "categories")},
        Row,
    )
