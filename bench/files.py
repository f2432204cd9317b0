"""What looking into files costs and gets wrong: ordinary files, ClamAV's test files, bombs, and clamd beside it.

`--ordinary 2000` looks at that many files of this Debian system, `--clamav FOLDER INNER` at ClamAV's test files,
`--clamd FOLDER` at typical attachments (`--attachments FOLDER` puts them together), `--bombs` at what should explode.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench.process import children, cpu_s, memory_mib
from bench.signatures import clamd, databases
from fyke.files import packaged
from fyke.files.analyst import Analyst
from fyke.files.base import NOTE_BITS
from fyke.files.signatures import compiling
from fyke.files.signatures.database import Signatures
from fyke.files.signatures.known import Known
from fyke.lookup.frames import Terms
from fyke.lookup.pool import Pool
from fyke.model import Analyse, Analysis
from tests.files.builders.bombs import BOMBS

SEED = 20_261_123
LARGEST_BYTES = 25 << 20  # what mail servers take
SYSTEM = (Path("/usr"), Path("/etc"), Path("/opt"))
OFFICE = frozenset("pdf doc docx xls xlsx xlsm ppt pptx odt ods odp rtf vsd one msg eml".split())
MAILED = frozenset("zip jar gz tgz 7z html htm svg png jpg gif tif bmp ico ics csv xml js hta lnk url exe dll".split())
TYPICAL = {  # how many of each name are in a folder of typical attachments
    "pdf": 10, "docx": 6, "xlsx": 6, "doc": 2, "xls": 3, "pptx": 2, "png": 8, "jpg": 8, "gif": 2, "zip": 3, "html": 4,
    "odt": 2, "rtf": 1, "gz": 2, "txt": 2,
}  # fmt: skip


def asked(path: Path) -> Analyse:
    """The question about a file."""
    data = path.read_bytes()
    return Analyse(hashlib.sha256(data).hexdigest(), path.name, content=data)


def files(folders: Iterable[Path]) -> Iterator[Path]:
    """Regular files of a size that is mailed."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if "clamav-testfiles" in path.parts:
                continue  # meant to be found
            if path.is_file() and not path.is_symlink() and 0 < path.stat().st_size <= LARGEST_BYTES:
                yield path


def chosen(folders: Sequence[Path], number: int, seed: int) -> list[Path]:
    """By chance, but always the same: a quarter office files and PDFs, a quarter what is mailed too, half whatever."""
    chance = random.Random(seed)
    groups: dict[str, list[Path]] = collections.defaultdict(list)
    for path in files(folders):
        last = path.suffix[1:].lower()
        groups["office" if last in OFFICE else "mailed" if last in MAILED else "rest"].append(path)
    found: list[Path] = []
    for name in ("office", "mailed"):
        left = number // 4
        kinds: dict[str, list[Path]] = collections.defaultdict(list)
        for path in groups[name]:
            kinds[path.suffix.lower()].append(path)
        for paths in kinds.values():
            chance.shuffle(paths)
        while left and kinds:  # one of each kind in turn, so that a thousand pages do not hide the shortcuts
            for kind in list(kinds)[:left]:
                found.append(kinds[kind].pop())
                left -= 1
                if not kinds[kind]:
                    del kinds[kind]
    rest = groups["rest"]
    return found + chance.sample(rest, min(len(rest), number - len(found)))


def show_costs(spent: Sequence[float], what: str) -> None:
    """Mean, tail and most of some CPU times in seconds."""
    ms = sorted(each * 1000 for each in spent)
    print(
        f"{what}: {len(ms)} files, CPU a file: mean {statistics.fmean(ms):.2f} ms, median {ms[len(ms) // 2]:.2f}, "
        f"p99 {ms[int(len(ms) * 0.99)]:.1f}, most {ms[-1]:.0f}"
    )


def ordinary(folders: Sequence[Path], number: int, seed: int) -> None:
    """What is found in wanted files above a note: there should be nothing."""
    analyst = Analyst(packaged())
    for tenant in analyst.tenants:
        tenant.warm()
    spent, slow, notes, cut = [], [], collections.Counter[str](), collections.Counter[str]()
    wrong = faults = 0
    for path in chosen(folders, number, seed):
        question = asked(path)
        started = time.process_time()
        analysis = analyst.analyse(question)
        spent.append(time.process_time() - started)
        slow.append((spent[-1], path))
        for finding in analysis.findings:
            if finding.symbol.bits * finding.weight > NOTE_BITS:
                wrong += 1
                print(f"WRONG {finding.symbol.name} {finding.symbol.bits} {path} {finding.part}: {finding.detail}")
            else:
                notes[finding.symbol.name] += 1
        cut.update(each.cap for each in analysis.cuts)
        for fault in analysis.faults:
            faults += 1
            print(f"FAULT {path}: {fault.who}: {fault.what}")
    show_costs(spent, "ordinary")
    print(f"{wrong} findings above a note, {faults} faults; cuts {dict(cut)}; notes {dict(notes.most_common())}")
    for seconds, path in sorted(slow)[:-9:-1]:
        print(f"  {seconds * 1000:6.0f} ms {path.stat().st_size:10,} bytes {path}")


def clamav(folder: Path, inner: Path) -> None:
    """In how many of ClamAV's test files the program that all of them hold is found."""
    wanted, analyst = hashlib.sha256(inner.read_bytes()).hexdigest(), Analyst(packaged())
    held, paths = 0, list(files([folder]))
    for path in paths:
        analysis = analyst.analyse(asked(path))
        if any(file.digest == wanted for file in analysis.root.walk()):
            held += 1
            continue
        told = sorted({f"{finding.symbol.name} ({finding.detail})" for finding in analysis.findings})
        print(f"not in {path.name} ({analysis.root.kind}): {'; '.join(told) or 'nothing found'} {analysis.cuts or ''}")
        for fault in analysis.faults:
            print(f"  FAULT {fault.who}: {fault.what}")
    print(f"{held} of {len(paths)} test files give the program")


def attachments(sources: Sequence[Path], folder: Path) -> None:
    """Typical attachments, taken from what packages hold."""
    chance, left = random.Random(SEED), dict(TYPICAL)
    folder.mkdir(parents=True, exist_ok=True)
    paths = list(files(sources))
    chance.shuffle(paths)
    for path in paths:
        last = path.suffix[1:].lower()
        if left.get(last) and path.stat().st_size > 2_000:
            left[last] -= 1
            shutil.copy(path, folder / f"{left[last]:02}-{path.name}")
    print(f"missing: { {last: count for last, count in left.items() if count} }")


def beside_clamd(folder: Path) -> None:
    """CPU of all that is done with a folder of files, with the same signatures in both."""
    paths = list(files([folder]))
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        databases(place, 10_000, 10_000)
        compiling.compile([place], place / "cache")
        analyst = Analyst((*packaged(), Known(Signatures.open(place / "cache"))))
        for tenant in analyst.tenants:
            tenant.warm()
        questions, spent, first, kinds = (
            [asked(path) for path in paths],
            [],
            0.0,
            collections.defaultdict[str, float](float),
        )
        for question in questions:
            rounds = []
            for _ in range(3):
                started = time.process_time()
                kind = analyst.analyse(question).root.kind
                rounds.append(time.process_time() - started)
            spent.append(min(rounds))
            first += rounds[0]
            kinds[kind] += spent[-1]
        show_costs(spent, "fyke, with 20,000 signatures")
        print(
            f"  {sum(spent):.2f} s of CPU in all, {first:.2f} in the first of three rounds: "
            + ", ".join(f"{k} {s:.2f}" for k, s in sorted(kinds.items(), key=lambda each: -each[1])[:9])
        )
        for seconds, path in sorted(zip(spent, paths, strict=True))[:-9:-1]:
            print(f"  {seconds * 1000:6.0f} ms {path.stat().st_size:10,} bytes {path.name}")
        clamd(place, paths)


def bombs() -> None:
    """What should explode, in the closed process: the cap that is named, CPU and the most memory."""
    for name, make in BOMBS.items():
        data = make()
        pool = Pool(Terms(ocr=False))
        pool.warm()
        cell = children(os.getpid())[0]
        idle, before = memory_mib(cell, "VmHWM"), cpu_s([cell])
        question = Analyse(hashlib.sha256(data).hexdigest(), name, content=data)
        analysis = pool.analyse([question])[0]
        try:
            spent, most = cpu_s([cell]) - before, memory_mib(cell, "VmHWM")
        except OSError:  # it had used up so much that it ended after its answer
            spent, most = analysis.elapsed_us / 1e6, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        pool.close()
        print(f"{name:28} {len(data):10,} bytes {spent:5.2f} s {most:4.0f} MiB (idle {idle:.0f})  {ended(analysis)}")


def ended(analysis: Analysis) -> str:
    """By what an analysis was ended, or what it says instead."""
    told = [f"FAULT {fault.what}" for fault in analysis.faults]
    told += sorted({f"{cut.cap}: {cut.detail}" for cut in analysis.cuts})
    told += sorted({finding.symbol.name for finding in analysis.findings})
    return "; ".join(told)[:300]


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ordinary", type=int, metavar="NUMBER")
    parser.add_argument("--folders", type=Path, nargs="+", default=list(SYSTEM), help="where files are taken from")
    parser.add_argument("--seed", type=int, default=SEED, help="which of them")
    parser.add_argument("--clamav", type=Path, nargs=2, metavar=("FOLDER", "INNER"))
    parser.add_argument("--attachments", type=Path, metavar="FOLDER")
    parser.add_argument("--clamd", type=Path, metavar="FOLDER")
    parser.add_argument("--bombs", action="store_true")
    given = parser.parse_args()
    if given.ordinary:
        ordinary(given.folders, given.ordinary, given.seed)
    if given.clamav:
        clamav(*given.clamav)
    if given.attachments:
        attachments(given.folders, given.attachments)
    if given.clamd:
        beside_clamd(given.clamd)
    if given.bombs:
        bombs()
    if len(sys.argv) == 1:
        parser.print_help()


if __name__ == "__main__":
    main()
