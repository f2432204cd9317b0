"""A million mails from the journal to campaigns, networks and operations: wall time, CPU and the most memory.

    python -m bench.campaign_million --mails 1000000

The journal is drawn, not scanned: texts by template with a quarter of the words exchanged, sketched as mail is, on
scans of one mail a site. What is then measured is `fyke lab run WORLD --journal`, whole, as its own process.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from fyke import house
from fyke.drill.knobs import SIZES
from fyke.drill.world import World, made
from fyke.drill.write import write
from fyke.mail import parse
from fyke.mail.sketch import sketch, sketched
from fyke.model import Envelope, Scan
from fyke.model.sketch import Sketch
from fyke.store.folder.journal import FolderJournal
from fyke.store.journal import Entry

CHURN = 0.25
WAITING = 4_000  # records that may be on their way to the disk
LETTERS = "bdfgklmnprstvz"


class Drawn(Struct, frozen=True):
    """A template, and a scan and sketch of it for each site that it links to."""

    words: tuple[bytes, ...]
    bases: tuple[tuple[Scan, Sketch], ...]


def drawn(world: World, dice: random.Random, templates: int) -> tuple[list[Drawn], list[bytes]]:
    """Templates that link to the world's sites, and the words that stand in for others."""
    words = ["".join(dice.choices(LETTERS, k=2)) + "".join(dice.choices("aeiou" + LETTERS, k=5)) for _ in range(20_000)]
    engine, found = house.build(), []
    owners = [[site.name for site in cell.sites] for cell in world.cells] + [[site.name] for site in world.honest]
    for at in range(templates):
        text = dice.choices(words, k=dice.randint(50, 160))
        path, bases = dice.choice(words), []
        for site in owners[at % len(owners)][:6]:
            head = f"From: <{path}@{site}>\r\nSubject: {' '.join(text[:5])}\r\nX-Mailer: {path}\r\n"
            raw = f"{head}\r\n{' '.join(text)}\r\nhttp://{site}/{path}/{at}\r\n"
            scan = engine.scan(Envelope(client_ip="198.51.100.7"), raw.encode())
            slim = replace(scan, answers=(), verdict=replace(scan.verdict, findings=(), contributions=()))
            bases.append((slim, sketch(parse(raw.encode()))))
        found.append(Drawn(tuple(word.encode() for word in text), tuple(bases)))
    return found, [word.encode() for word in words]


def entries(templates: list[Drawn], words: list[bytes], dice: random.Random, count: int) -> Iterator[Entry]:
    """Mails in the order of time, over three weeks."""
    begins = datetime(2026, 5, 1, tzinfo=UTC)
    weights = list(accumulate(dice.paretovariate(1.0) for _ in templates))
    for number in range(count):
        template = (
            dice.choices(templates, weights)[0]
            if number % 64 == 0 or count < 64
            else templates[dice.randrange(len(templates))]
        )
        text = [dice.choice(words) if dice.random() < CHURN else word for word in template.words]
        scan, base = template.bases[dice.randrange(len(template.bases))]
        most, runs, exact = sketched(b" " + b" ".join(text) + b" ")
        digest = sha256(number.to_bytes(8, "little")).hexdigest()
        at = begins + timedelta(days=21) * (number / count)
        own = replace(base, words=most, grams=runs, exact=exact)
        yield Entry(at, replace(scan, id=digest[:32], digest=digest, came_at=at, sketch=own), scan.action)


def fill(folder: Path, mails: Iterator[Entry]) -> None:
    """Write a journal as Parquet."""
    journal, waiting = FolderJournal(folder), list[Future[None]]()
    for entry in mails:
        waiting.append(journal.append(entry))
        if len(waiting) >= WAITING:
            waiting[-1].result()
            waiting.clear()
    for future in waiting:
        future.result()
    journal.close()
    FolderJournal(folder).tend(datetime(2026, 11, 1, tzinfo=UTC))


def main() -> None:
    """Draw, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=1_000_000)
    parser.add_argument("--templates", type=int, default=2_000)
    parser.add_argument("--size", choices=sorted(SIZES), default="medium", help="of the world of sites")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, dice = Path(name), random.Random(7)
        world = made(replace(SIZES[args.size], seed=7, mails=0, honest_mails=0))
        write(world, folder / "world")
        (folder / "fyke.toml").write_text(f'[site]\nfolder = "{folder}/site"\n')
        started = time.monotonic()
        templates, words = drawn(world, dice, args.templates)
        fill(folder / "site" / "journal", entries(templates, words, dice, args.mails))
        size = sum(path.stat().st_size for path in (folder / "site" / "journal").rglob("*.parquet"))
        print(
            f"{args.mails:,} mails drawn into {size / 2**20:,.0f} MiB of Parquet in {time.monotonic() - started:.0f} s"
        )
        started = time.monotonic()
        command = [sys.executable, "-m", "fyke", "lab", "run", str(folder / "world"), "--journal", "--json"]
        ran = subprocess.Popen([*command, "--config", str(folder / "fyke.toml")])
        _, status, used = os.wait4(ran.pid, 0)
        print(
            f"lab run: exit {os.waitstatus_to_exitcode(status)}, {time.monotonic() - started:.0f} s wall,"
            f" {used.ru_utime + used.ru_stime:.0f} s CPU, at most {used.ru_maxrss / 2**20:.2f} GiB"
        )


if __name__ == "__main__":
    main()
