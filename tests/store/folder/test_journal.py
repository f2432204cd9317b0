"""The journal in a folder: the contract; a kill, a full disk, a folder that may not be written lose nothing told."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from fyke.model import Envelope
from fyke.store.folder import history, tending
from fyke.store.folder.history import connect
from fyke.store.folder.journal import FolderJournal
from fyke.store.folder.segment import Terms
from fyke.store.journal import Tended, Wanted
from fyke.store.labels import StoreError
from tests.store.journals import AT, check_journal, handled, names

NOW = datetime.now(UTC)

# Appends without end, some at a time, and tells the name of each that was acknowledged; tends the folder meanwhile.
WRITER = """
import itertools, os, sys
from datetime import UTC, datetime
from pathlib import Path
from fyke.store.folder.journal import FolderJournal
from fyke.store.folder.segment import Terms
from tests.store.journals import handled
journal = FolderJournal(Path(sys.argv[1]), Terms(most_bytes=20_000))
for count in itertools.count():
    names = [f"{os.getpid()}-{count}-{at}" for at in range(5)]
    for name, future in [(name, journal.append(handled(name))) for name in names]:
        future.result()
        os.write(1, f"{name}\\n".encode())
    if count % 20 == 19:
        journal.tend(datetime.now(UTC))
"""


def files(folder, suffix):
    return sorted(folder.rglob(f"*{suffix}"))


def test_contract(tmp_path):
    """As every journal."""
    check_journal(lambda: FolderJournal(tmp_path / "journal"))


def test_contract_with_many_segments(tmp_path):
    """Also where each line fills a segment."""
    check_journal(lambda: FolderJournal(tmp_path / "journal", Terms(most_bytes=1, fsync=False)))


def test_killed_at_any_point_nothing_acknowledged_is_lost(tmp_path):
    """Two writers that tend too, killed again and again: all that was told is there, once."""
    dice, told = random.Random(5), []
    for _ in range(6):
        running = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE) for _ in range(2)
        ]
        told += [each.stdout.readline() for each in running]
        time.sleep(dice.random() * 0.6)
        for each in running:
            os.kill(each.pid, signal.SIGKILL)
            told += each.communicate()[0].splitlines(keepends=True)
    acknowledged = [line.decode().strip() for line in told if line.endswith(b"\n")]
    journal = FolderJournal(tmp_path)
    for _ in range(2):
        found = names(journal.search(Wanted(limit=1_000_000)))
        assert len(found) == len(set(found)), "none twice"
        assert set(acknowledged) <= set(found)
        journal.tend(NOW + timedelta(days=2))
    assert len(acknowledged) > 100
    assert not files(tmp_path, ".jsonl")
    assert len(files(tmp_path, ".parquet")) == len(list(tmp_path.glob("day=*")))


def test_a_torn_line_is_counted_and_breaks_nothing(tmp_path):
    """What a kill cut off was never acknowledged; what is beside it is read, before and after it is turned."""
    journal = FolderJournal(tmp_path)
    for name in ("one", "two"):
        journal.append(handled(name)).result(9)
    journal.close()
    (segment,) = files(tmp_path, ".jsonl")
    whole = segment.read_bytes()
    for torn in (whole[:-30], whole + whole[:40], whole + b"\0" * 5000, whole[:9] + b"\xff" + whole):
        for left in files(tmp_path, ".parquet"):
            left.unlink()
        segment.write_bytes(torn)
        kept = [line for line in torn.split(b"\n") if line in whole.split(b"\n") and line]
        assert len(journal.search(Wanted())) == len(kept) == journal.count()
        assert journal.tend(NOW) == Tended(turned=1, entries=len(kept), torn=1)
        assert len(journal.search(Wanted())) == len(kept)


@pytest.mark.parametrize("cut", range(0, 3000, 211))
def test_cut_anywhere(tmp_path, cut):
    """A segment of any length has the lines that are whole in it."""
    journal = FolderJournal(tmp_path, Terms(fsync=False))
    journal.append(handled("one")).result(9)
    journal.append(handled("two")).result(9)
    journal.close()
    (segment,) = files(tmp_path, ".jsonl")
    whole = segment.read_bytes()
    segment.write_bytes(whole[:cut])
    sure = whole[:cut].count(b"\n")
    done = journal.tend(NOW)
    assert sure <= done.entries <= sure + 1, "a line may be whole without its newline"
    assert journal.count() == done.entries


def test_one_that_is_written_is_left_alone(tmp_path):
    """A segment belongs to its process until it is full, old, or its process is gone."""
    mine, other = FolderJournal(tmp_path), FolderJournal(tmp_path)
    mine.append(handled("mine")).result(9)
    assert other.tend(NOW) == Tended()
    assert names(other.search(Wanted())) == ["mine"]
    mine.append(handled("more", 1)).result(9)
    mine.close()
    assert other.tend(NOW).entries == 2
    assert names(other.search(Wanted())) == ["more", "mine"]


def test_a_segment_that_is_due_is_turned(tmp_path):
    """By its age, also where no mail came since; by its size; and at midnight."""
    now_s = [AT.timestamp()]
    journal = FolderJournal(tmp_path, Terms(most_s=600, most_bytes=4_000), clock=lambda: now_s[0])
    journal.append(handled("one")).result(9)
    assert journal.tend(NOW).turned == 0
    now_s[0] += 601
    assert journal.tend(NOW).turned == 1
    for name in "abcd":
        journal.append(handled(name)).result(9)
    assert journal.tend(NOW).turned >= 1
    journal.append(handled("tomorrow", 1440)).result(9)
    now_s[0] += 601
    journal.tend(AT)
    assert [path.name for path in sorted(tmp_path.glob("day=*"))] == ["day=2026-03-01", "day=2026-03-02"]
    assert journal.count() == 6


def test_only_one_tends(tmp_path, monkeypatch):
    """Two that tend at once do not turn the same segment: the second does nothing."""
    journal = FolderJournal(tmp_path)
    journal.append(handled("one")).result(9)
    journal.close()
    inner = []
    turn = tending.Tending._turn

    def slow(self, segment, done):
        inner.append(FolderJournal(tmp_path).tend(NOW))
        return turn(self, segment, done)

    monkeypatch.setattr(tending.Tending, "_turn", slow)
    assert journal.tend(NOW).turned == 1
    assert inner == [Tended()]


@pytest.mark.parametrize("step", ["unlink", "rename"])
def test_a_crash_between_two_steps(tmp_path, monkeypatch, step):
    """Whatever step of turning or merging is the last one done: nothing is lost, nothing is there twice."""
    journal = FolderJournal(tmp_path, Terms(most_bytes=1))
    for at in range(4):
        journal.append(handled(f"n{at}", at)).result(9)
    journal.close()
    real = getattr(tending.Path, step)
    for survived in range(40):
        left = [survived]

        def crash(path, *rest, left=left, **more):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return real(path, *rest, **more)

        monkeypatch.setattr(tending.Path, step, crash)
        try:
            journal.tend(NOW + timedelta(days=2))
            is_done = left[0] >= 0
        except KeyboardInterrupt:
            is_done = False
        monkeypatch.setattr(tending.Path, step, real)
        assert names(journal.search(Wanted())) == ["n3", "n2", "n1", "n0"]
        assert len(list(journal.between())) == 4
        if is_done:
            break
    assert len(files(tmp_path, ".parquet")) == 1
    assert not files(tmp_path, ".replaces")


def test_old_days_are_forgotten_and_counted(tmp_path):
    """By days, whole."""
    now_s = [AT.timestamp()]
    journal = FolderJournal(tmp_path, Terms(most_s=60), keep_days=7, clock=lambda: now_s[0])
    for day in range(3):
        now_s[0] = (AT + timedelta(days=day)).timestamp()
        journal.append(handled(f"day{day}", day * 1440)).result(9)
    now_s[0] += 61
    assert journal.tend(AT + timedelta(days=3)).forgotten == 0
    assert journal.tend(AT + timedelta(days=8)).forgotten == 1
    assert names(journal.search(Wanted())) == ["day2", "day1"]
    assert not (tmp_path / "day=2026-03-01").exists()


def test_a_full_disk_fails_the_append_and_is_mended(tmp_path):
    """The append fails, leaves nothing behind, and the next one works when there is room again."""
    script = f"""
import resource, signal, sys
from pathlib import Path
from fyke.store.folder.journal import FolderJournal
from fyke.store.labels import StoreError
from tests.store.journals import handled
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = FolderJournal(Path({str(tmp_path)!r}))
journal.append(handled("before")).result(9)
resource.setrlimit(resource.RLIMIT_FSIZE, (2500, resource.RLIM_INFINITY))
for _ in range(2):
    try:
        journal.append(handled("full", subject="x" * 5000)).result(9)
    except StoreError as error:
        print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.append(handled("after", 1)).result(9)
journal.close()
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.count("File too large") == 2
    journal = FolderJournal(tmp_path)
    assert names(journal.search(Wanted())) == ["after", "before"]
    assert all(line.endswith(b"}\n") for path in files(tmp_path, ".jsonl") for line in path.open("rb"))
    assert journal.tend(NOW).torn == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting wants root")
def test_a_disk_that_is_really_full(tmp_path):
    """A small disk, filled to the brim and emptied again."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("may not mount")
    try:
        journal = FolderJournal(disk / "journal")
        done = 0
        while (error := journal.append(handled(f"n{done}", done)).exception(9)) is None:
            done += 1
        assert "No space left" in str(error)
        assert journal.count() == done > 20
        with pytest.raises(StoreError, match="No space left"):
            journal.append(handled("large", subject="x" * 500_000)).result(9)
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        journal.append(handled("after", 5000)).result(9)
        assert journal.count() == done + 1
        journal.close()
        assert journal.tend(NOW).torn == 0
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting wants root")
def test_a_folder_that_may_not_be_written(tmp_path):
    """Appending fails with the reason; what is there is still read; and it goes on when it may."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", str(disk)], check=False).returncode:
        pytest.skip("may not mount")
    try:
        before = FolderJournal(disk / "journal")
        before.append(handled("before")).result(9)
        before.close()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        journal = FolderJournal(disk / "journal")
        with pytest.raises(StoreError, match="Read-only file system"):
            journal.append(handled("refused")).result(9)
        with pytest.raises(StoreError, match="Read-only file system"):
            journal.tend(NOW)
        assert names(journal.search(Wanted())) == ["before"]
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        journal.append(handled("after", 1)).result(9)
        assert names(journal.search(Wanted())) == ["after", "before"]
        journal.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_child_after_a_fork_writes_its_own(tmp_path):
    """Threads do not live through a fork; the parent's segment stays the parent's."""
    journal = FolderJournal(tmp_path)
    journal.append(handled("parent")).result(9)
    child = os.fork()
    if not child:
        journal.append(handled("child", 1)).result(9)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    journal.append(handled("parent again", 2)).result(9)
    assert len(files(tmp_path, ".jsonl")) == 2
    assert journal.tend(NOW).entries == 1, "the child is gone, the parent still writes"
    assert names(journal.search(Wanted())) == ["parent again", "child", "parent"]


def test_a_scan_of_absurd_size_is_kept_and_says_what_it_left_out(tmp_path):
    """The list of files or of findings may be as long as a stranger likes."""
    journal = FolderJournal(tmp_path)
    entry = handled("huge", answers=tuple((f"q{at}", "x" * 1000) for at in range(6000)))
    journal.append(entry).result(9)
    (found,) = journal.get(entry.scan.id)
    assert found.scan.answers == ()
    assert "were left out" in found.scan.faults[0].what
    assert found.scan.verdict == entry.scan.verdict


def test_a_file_that_goes_while_it_is_asked_for(tmp_path, monkeypatch):
    """A search that lists a segment just before it is turned asks again."""
    journal = FolderJournal(tmp_path)
    journal.append(handled("one")).result(9)
    journal.close()
    listed = history.Files.listed
    stale = [listed(history.Files(tmp_path))]
    journal.tend(NOW)
    monkeypatch.setattr(history.Files, "listed", lambda self, span=None: stale.pop() if stale else listed(self))
    assert names(journal.search(Wanted())) == ["one"]


def test_nobody_else_may_read_it(tmp_path):
    """It holds who wrote to whom."""
    journal = FolderJournal(tmp_path / "journal")
    journal.append(handled("one")).result(9)
    journal.close()
    (segment,) = files(tmp_path, ".jsonl")
    assert segment.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "journal" / "open").stat().st_mode & 0o777 == 0o700
    journal.tend(NOW)
    (parquet,) = files(tmp_path, ".parquet")
    assert parquet.stat().st_mode & 0o777 == 0o600


def test_a_scan_loads_no_database(tmp_path):
    """Forty megabytes that a worker need not have."""
    script = f"""
import sys
from pathlib import Path
from fyke.store.folder.journal import FolderJournal
from tests.store.journals import handled
journal = FolderJournal(Path({str(tmp_path)!r}))
journal.append(handled("one")).result(9)
journal.close()
assert "duckdb" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_lines_are_json_that_others_can_read(tmp_path):
    """One object a line, flat, with the scan in it."""
    journal = FolderJournal(tmp_path)
    journal.append(handled("one")).result(9)
    journal.close()
    (segment,) = files(tmp_path, ".jsonl")
    line = json.loads(segment.read_text())
    assert line["symbols"] == ["TEST_LURE"]
    assert line["recipients"] == ["Ann@example.org", "bob@example.org"]
    assert msgspec.convert(line["scan"], type(handled("one").scan)) == handled("one").scan


def test_newest_days_are_asked_first_and_none_is_left_out(tmp_path):
    """Over many days, whatever the limit: the same as all of it sorted."""
    now_s = AT.timestamp()
    journal = FolderJournal(tmp_path, clock=lambda: now_s)
    for day in range(12):
        for at in (day * 1440, day * 1440 + 700):
            journal.append(handled(f"m{at}", at, envelope=Envelope("192.0.2.1", queue_id=f"Q{day}"))).result(9)
        if day % 3 == 0:
            journal.tend(AT + timedelta(days=day, hours=13))
    every = [row.at for row in journal.search(Wanted())]
    assert len(every) == 24
    assert every == sorted(every, reverse=True)
    for limit in (1, 2, 3, 5, 23, 24, 99):
        assert [row.at for row in journal.search(Wanted(limit=limit))] == every[:limit]
    since, until = AT + timedelta(days=3), AT + timedelta(days=5, hours=1)
    assert [row.at for row in journal.search(Wanted(since=since, until=until))] == [
        at for at in every if since <= at < until
    ]
    assert len(journal.search(Wanted(queue_id="Q7"))) == len(journal.search(Wanted(text="q7"))) == 2
    assert journal.search(Wanted(queue_id="Q")) == []
    assert journal.search(Wanted(limit=0)) == []
    journal.close()


def test_files_of_before_are_read(tmp_path):
    """A column that they do not have is empty."""
    journal = FolderJournal(tmp_path)
    journal.append(handled("old")).result(9)
    journal.close()
    FolderJournal(tmp_path).tend(AT + timedelta(days=900))
    (file,) = tmp_path.glob("day=*/*.parquet")
    with connect() as connection:
        connection.execute(
            f"COPY (SELECT * EXCLUDE (queue_id) FROM read_parquet('{file}')) TO '{file}.x' (FORMAT parquet)"
        )
    file.with_name(f"{file.name}.x").rename(file)
    journal = FolderJournal(tmp_path)
    journal.append(handled("new", 5, envelope=Envelope(queue_id="Q1"))).result(9)
    assert [row.queue_id for row in journal.search(Wanted())] == ["Q1", ""]
    assert len(journal.search(Wanted(queue_id="Q1"))) == 1
    journal.close()
