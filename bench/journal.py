"""The journal under a million mails: what an append costs, how long a search takes, how fast a stream goes.

`python -m bench.journal` makes a million entries out of the demo's mail (`--entries`), keeps them in `--folder`, and
prints figures. Nothing is asked of the network.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from fyke import house
from fyke.model import Action, Envelope, Label, Scan
from fyke.store.folder.journal import FolderJournal
from fyke.store.folder.segment import Terms
from fyke.store.journal import Entry, Wanted

MAIL = Path(__file__).parent.parent / "src" / "fyke" / "demo" / "mail"
DAYS = 7
WAITING = 2_000  # appends on their way at a time, as of a busy door
START = datetime(2026, 3, 2, tzinfo=UTC)


def entries(count: int) -> Iterator[Entry]:
    """Entries over a week, in order, with senders, recipients and subjects that repeat as they do in real life."""
    engine, dice = house.build(), random.Random(3)
    scans = [engine.scan(Envelope(), path.read_bytes()) for path in sorted(MAIL.glob("*.eml"))]
    for at in range(count):
        yield _entry(scans[dice.randrange(len(scans))], at, count, dice)


def _entry(scan: Scan, at: int, count: int, dice: random.Random) -> Entry:
    number = int(dice.paretovariate(0.6)) % 200_000
    recipient = f"user{dice.randrange(5_000)}@example.org"
    client = f"192.0.{dice.randrange(256)}.{dice.randrange(256)}"
    fresh = replace(
        scan,
        id=f"{dice.getrandbits(128):032x}",
        sender=f"sender{number}@{scan.sender_domain or 'example.net'}",
        subject=f"{scan.subject} {dice.randrange(100_000)}",
        envelope=Envelope(client_ip=client, mail_from=f"b{number}@example.net", rcpt_to=(recipient,)),
    )
    return Entry(START + timedelta(days=DAYS) * at / count, fresh, fresh.action)


def fill(folder: Path, count: int, fsync: bool) -> None:
    """Append all of them, a day at a time as a real clock would, and tend the folder after each."""
    now_s = START.timestamp()
    journal = FolderJournal(folder, Terms(fsync=fsync), clock=lambda: now_s)
    waiting: deque[Future[None]] = deque()
    started, processor, last = time.perf_counter(), time.process_time(), 0
    for at, entry in enumerate(entries(count), 1):
        now_s = entry.at.timestamp()
        waiting.append(journal.append(entry))
        if len(waiting) > WAITING:
            waiting.popleft().result()
        if at * 40 // count > last:
            last = at * 40 // count
            for each in waiting:
                each.result()
            waiting.clear()
            journal.tend(entry.at)
    for each in waiting:
        each.result()
    taken, processor = time.perf_counter() - started, time.process_time() - processor
    print(f"filled: {count:,} entries in {taken:.0f} s with tending ({processor / count * 1e6:.0f} µs CPU an entry)")
    journal.close()


def appends(count: int) -> None:
    """What one append costs its worker, and how many a second are synced, in a folder of its own."""
    ready = list(entries(count))
    with tempfile.TemporaryDirectory(dir=".") as folder:
        journal = FolderJournal(Path(folder))
        journal.append(ready[0]).result()
        started, processor = time.perf_counter(), time.process_time()
        for future in [journal.append(entry) for entry in ready]:
            future.result()
        taken, processor = time.perf_counter() - started, time.process_time() - processor
        print(f"append: {count / taken:,.0f} a second synced in groups, {processor / count * 1e6:.0f} µs CPU each")
        started = time.perf_counter()
        for entry in ready[:200]:
            journal.append(entry).result()
        print(f"append: {(time.perf_counter() - started) / 200 * 1e3:.2f} ms for one alone, synced")
        journal.close()


SEARCHES = {
    "newest 50": Wanted(),
    "sender": Wanted(sender="sender17@"),
    "recipient": Wanted(recipient="user4711@example.org"),
    "subject": Wanted(subject="voucher"),
    "label and action": Wanted(labels=(Label.PHISHING,), actions=(Action.QUARANTINE,)),
    "symbol": Wanted(symbol="LINK_BRAND"),
    "free text": Wanted(text="tents"),
    "an hour": Wanted(since=START + timedelta(days=3), until=START + timedelta(days=3, hours=1)),
    "nothing fits": Wanted(sender="nobody-has-this-name"),
}


def _timed(name: str, question: Callable[[], object]) -> None:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        found = question()
        times.append(time.perf_counter() - started)
    size = f"{len(found):,} found" if isinstance(found, list) else f"{found}"
    print(f"{name:<18} {min(times) * 1e3:7.0f} ms, worst of three {max(times) * 1e3:7.0f} ms  {size}")


def main() -> None:
    """Fill, then ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path("out/journal"))
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    appends(20_000)
    journal = FolderJournal(args.folder)
    if journal.count() < args.entries:
        fill(args.folder, args.entries, fsync=True)
    files = [path for path in args.folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    segments = sum(path.stat().st_size for path in files if path.suffix == ".jsonl")
    print(
        f"{journal.count():,} entries, {len(files)} files, {size / 1e6:,.0f} MB, of it {segments / 1e6:,.0f} MB lines"
    )
    for name, wanted in SEARCHES.items():
        _timed(name, lambda wanted=wanted: journal.search(wanted))  # type: ignore[misc]
    case = journal.search(Wanted(limit=1))[0].case
    _timed("a case", lambda: journal.get(case[:12]))
    started, streamed = time.perf_counter(), 0
    for _ in journal.between():
        streamed += 1
    taken = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"stream: {streamed:,} entries in {taken:.0f} s, {streamed / taken:,.0f} a second; {peak:,.0f} MiB at most")


if __name__ == "__main__":
    main()
