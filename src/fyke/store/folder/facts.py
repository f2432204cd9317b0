"""Facts as Parquet files, `recorded=2026-01-05/....parquet`: written whole, renamed into place, never touched again."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fyke.model.fact import Fact
from fyke.store.folder.segment import sync_folder
from fyke.store.labels import StoreError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BATCH = 200_000  # rows of a file: some 10 MB
COLUMNS = (
    "about VARCHAR, kind VARCHAR, value VARCHAR, seen_from TIMESTAMPTZ, seen_to TIMESTAMPTZ,"
    " source VARCHAR, evidence VARCHAR, recorded_at TIMESTAMPTZ"
)
_NAMES = ", ".join(column.split()[0] for column in COLUMNS.split(","))


class FolderFacts:
    """The `Facts` of one machine."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where there is none. Raises `StoreError`."""
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: {error.strerror}") from None

    def append(self, facts: Iterable[Fact], recorded_at: datetime) -> int:
        """Keep them, on the disk before this returns; how many."""
        total, batch = 0, list[Fact]()
        for fact in facts:
            batch.append(fact)
            if len(batch) == BATCH:
                total += self._write(batch, recorded_at)
                batch = []
        return total + (self._write(batch, recorded_at) if batch else 0)

    def relation(self, as_of: datetime | None = None) -> Any:
        """All facts that were recorded by then, as a DuckDB relation."""
        import duckdb  # noqa: PLC0415  a fifth of a second to load

        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        pattern = str(self._folder / "recorded=*" / "*.parquet")
        if not any(self._folder.glob("recorded=*/*.parquet")):
            connection.execute(f"CREATE TABLE facts ({COLUMNS})")
            return connection.table("facts")
        found = connection.read_parquet(pattern, hive_partitioning=False).project(_NAMES)
        if as_of is not None:
            found = found.filter(f"recorded_at <= '{as_of.astimezone(UTC).isoformat()}'::TIMESTAMPTZ")
        return found

    def of(self, about: str, as_of: datetime | None = None) -> list[tuple[Fact, datetime]]:
        """The facts about one thing, equal ones joined."""
        import duckdb  # noqa: PLC0415

        wanted = duckdb.ColumnExpression("about") == duckdb.ConstantExpression(about)
        rows = (
            self.relation(as_of)
            .filter(wanted)
            .aggregate(
                "about, kind, value, epoch_us(min(seen_from)) AS a, epoch_us(max(seen_to)) AS b, min(source) AS c,"
                " min(evidence) AS d, epoch_us(min(recorded_at)) AS e",
                "about, kind, value",
            )
            .order("kind, a, value")
        )
        return [
            (Fact(about, kind, value, _moment(first), _moment(last), source, evidence), _moment(recorded))
            for about, kind, value, first, last, source, evidence, recorded in rows.fetchall()
        ]

    def count(self) -> int:
        """How many rows there are."""
        return int(self.relation().aggregate("count(*)").fetchall()[0][0])

    def _write(self, facts: list[Fact], recorded_at: datetime) -> int:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        day = self._folder / f"recorded={recorded_at.astimezone(UTC):%Y-%m-%d}"
        path = day / f"{recorded_at.astimezone(UTC):%H%M%S}-{uuid.uuid4().hex}.parquet"
        moment = pa.timestamp("us", tz="UTC")
        columns = {
            "about": pa.array([_text(fact.about) for fact in facts], pa.string()),
            "kind": pa.array([fact.kind for fact in facts], pa.string()),
            "value": pa.array([_text(fact.value) for fact in facts], pa.string()),
            "seen_from": pa.array([fact.seen_from for fact in facts], moment),
            "seen_to": pa.array([fact.seen_to for fact in facts], moment),
            "source": pa.array([_text(fact.source) for fact in facts], pa.string()),
            "evidence": pa.array([fact.evidence for fact in facts], pa.string()),
            "recorded_at": pa.array([recorded_at] * len(facts), moment),
        }
        try:
            day.mkdir(mode=0o700, exist_ok=True)
            waiting = path.with_suffix(".part")
            pq.write_table(pa.table(columns), waiting, compression="zstd")
            with waiting.open("rb") as file:
                os.fsync(file.fileno())
            waiting.rename(path)
            sync_folder(day)
            sync_folder(self._folder)
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror or error}") from None
        return len(facts)


def _moment(microseconds: int) -> datetime:
    """The time of a number: DuckDB's own times need another library, for zones that are not used here."""
    return EPOCH + timedelta(microseconds=microseconds)


def _text(value: str) -> str:
    """The same without halves of surrogate pairs, which no file can hold."""
    return value.encode("utf-8", "backslashreplace").decode()
