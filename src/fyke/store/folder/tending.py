"""What a timer does for the journal: finished segments become Parquet, past days one file each, old days are forgotten.

Each step writes a whole file beside, syncs it and renames it: that is the moment at which it counts. What it stands
for is deleted after that, and is not read any more even where a crash keeps it from being deleted.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from fyke.store.folder.history import PARQUET, REPLACES, Files, connect, lines_of, parquet_of, quoted
from fyke.store.folder.lines import COLUMNS, FOLDED, is_whole
from fyke.store.folder.segment import UNBORN, is_finished, sync_folder
from fyke.store.journal import Tended
from fyke.store.labels import StoreError

GROUP_ROWS = 16_384  # of one group in a Parquet file: what a stream of all entries reads at a time
UNBORN_S = 60.0  # a segment that was not named by then never will be

_ROWS = ", ".join(f'"{name}"' for name in (*COLUMNS, *FOLDED))
_FORM = f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP_ROWS})"


class Tending:
    """One process at a time tends a folder; others find the lock taken and do nothing."""

    def __init__(self, folder: Path, keep_days: int) -> None:
        self._folder, self._keep_days = folder, keep_days
        self._files = Files(folder)

    def tend(self, now: datetime) -> Tended:
        """All of it. Raises `StoreError`."""
        import duckdb  # noqa: PLC0415

        done = Tended()
        try:
            with self._alone() as is_alone:
                if is_alone:
                    self._tidy(now)
                    for segment in self._files.segments():
                        done = self._turn(segment, done)
                    today = f"day={now.astimezone(UTC):%Y-%m-%d}"
                    for day in self._files.days():
                        if day.name < today:
                            done = self._merge(day, done)
                    done = self._forget(now, done)
        except (OSError, duckdb.Error) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
            raise StoreError(f"{self._folder}: {said}") from None
        return done

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        lock = os.open(self._folder / "tend.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(lock)

    def _tidy(self, now: datetime) -> None:
        """Take away what a crash left half done."""
        for unborn in (self._folder / "open").glob(f"*{UNBORN}"):
            if now.timestamp() - unborn.stat().st_mtime > UNBORN_S and is_finished(unborn):
                unborn.unlink(missing_ok=True)
        for day in self._files.days():
            for half in (*day.glob("*.half"), *day.glob("*.clean")):
                half.unlink(missing_ok=True)
            for note in day.glob(f"*{REPLACES}"):
                self._replace(day, note)

    def _turn(self, segment: Path, done: Tended) -> Tended:
        """Turn a finished segment into a Parquet file of the day on which it began."""
        if not is_finished(segment):
            return done
        day = self._folder / f"day={segment.name[:10]}"
        whole = day / f"{segment.stem}{PARQUET}"
        if whole.exists():  # a crash before the deletion
            segment.unlink()
            return done
        read = _read(segment)
        if read.lines:
            day.mkdir(mode=0o700, exist_ok=True)
            source = segment
            if read.torn:
                source = day / f"{segment.stem}.clean"
                _write_clean(segment, source)
            clause = (
                f'SELECT {_ROWS}, scan::VARCHAR AS scan FROM {lines_of([source])} WHERE id IS NOT NULL ORDER BY "at"'  # noqa: S608
            )
            self._copy(clause, whole, read.lines)
            source.unlink()
        segment.unlink(missing_ok=True)
        sync_folder(segment.parent)
        return replace(done, turned=done.turned + 1, entries=done.entries + read.lines, torn=done.torn + read.torn)

    def _merge(self, day: Path, done: Tended) -> Tended:
        """Make one file of those of a past day."""
        parts = self._files.of(day)
        if len(parts) < 2:
            return done
        name = f"{day.name.removeprefix('day=')}-all-{os.urandom(4).hex()}"
        note = day / f"{name}{REPLACES}"
        note.write_text("\n".join(path.stem for path in parts) + "\n")
        with note.open("rb") as file:
            os.fsync(file.fileno())
        clause = f'SELECT {_ROWS}, scan FROM {parquet_of(parts)} ORDER BY "at"'  # noqa: S608
        self._copy(clause, day / f"{name}{PARQUET}", _rows(parts))
        self._replace(day, note)
        return replace(done, merged=done.merged + len(parts))

    def _replace(self, day: Path, note: Path) -> None:
        """Delete what a merged file stands for; or the note, where there is no such file."""
        if (day / f"{note.stem}{PARQUET}").exists():
            for gone in note.read_text().split():
                (day / f"{gone}{PARQUET}").unlink(missing_ok=True)
            sync_folder(day)
        note.unlink()

    def _copy(self, clause: str, path: Path, rows: int) -> None:
        """Write what the clause finds as a file that is there whole or not at all."""
        half = path.with_name(f"{path.name}.half")
        with connect() as connection:
            connection.execute(f"SET temp_directory = {quoted(self._folder / 'spilled')}")
            connection.execute(f"COPY ({clause}) TO {quoted(half)} {_FORM}")
        if (found := _rows([half])) != rows:
            raise StoreError(f"{half}: {found:,} of {rows:,} entries were written; the segment is kept")
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.chmod(0o600)
        half.rename(path)
        sync_folder(path.parent)
        sync_folder(self._folder)

    def _forget(self, now: datetime, done: Tended) -> Tended:
        """Delete the days that were kept long enough; without a number of days all are kept."""
        if not self._keep_days:
            return done
        oldest = f"day={now.astimezone(UTC) - timedelta(days=self._keep_days):%Y-%m-%d}"
        forgotten = 0
        for day in self._files.days():
            if day.name < oldest:
                parts = self._files.of(day)
                forgotten += _rows(parts)
                for path in day.iterdir():
                    path.unlink()
                day.rmdir()
        return replace(done, forgotten=done.forgotten + forgotten)


class _Read(Struct, frozen=True):
    lines: int
    torn: int


def _read(segment: Path) -> _Read:
    """How many lines are whole records. One without its newline was never acknowledged, but may be whole."""
    lines = torn = 0
    with segment.open("rb") as file:
        for line in file:
            if is_whole(line.rstrip(b"\n")):
                lines += 1
            else:
                torn += 1
    return _Read(lines, torn)


def _write_clean(segment: Path, path: Path) -> None:
    with segment.open("rb") as file, path.open("wb") as out:
        out.writelines(line for line in file if is_whole(line.rstrip(b"\n")))


def _rows(parts: list[Path]) -> int:
    if not parts:
        return 0
    names = ", ".join(map(quoted, parts))
    with connect() as connection:
        found = connection.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata([{names}])").fetchone()  # noqa: S608
    return int(found[0]) if found else 0
