"""What signature databases cost: time to compile and to open, memory, time a file; beside clamd on the same files.

The databases are made here: hashes and patterns by chance, which match nothing. `--files` names what is scanned.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import socket as sockets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fyke.files import packaged
from fyke.files.analyst import Analyst
from fyke.files.base import Content
from fyke.files.identify import identify
from fyke.files.signatures import compiling
from fyke.files.signatures.database import Signatures
from fyke.files.signatures.known import Known
from fyke.model import Analyse

SIZES = ((20_000, 2_000), (300_000, 0), (300_000, 20_000))  # hashes, patterns
ROUNDS = 3


def databases(folder: Path, hashes: int, patterns: int) -> None:
    """Write a database of each sort."""
    chance = random.Random(7)
    rows = (f"{hashlib.sha256(b'%d' % number).hexdigest()}:*:Bench.Hash-{number}:73" for number in range(hashes))
    (folder / "bench.hsb").write_text("\n".join(rows) + "\n")
    lines = []
    for number in range(patterns):
        target, one, two = chance.choice((0, 1, 2, 3, 6, 7, 10)), chance.randbytes(24).hex(), chance.randbytes(16).hex()
        body = chance.choice((one, f"{one}??{two}", f"{one}*{two}", f"{one}{{4-40}}{two}"))
        lines.append(f"Bench.Pattern-{number}:{target}:*:{body}")
    if lines:
        (folder / "bench.ndb").write_text("\n".join(lines) + "\n")


def memory_kib(field: str = "VmRSS") -> int:
    """Memory of this process, in KiB: `RssAnon` is its own, `RssFile` is shared."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def contents(paths: list[Path]) -> list[Content]:
    """The files, identified."""
    files = [path for each in paths for path in ([each] if each.is_file() else sorted(each.rglob("*")))]
    read = [(path.name, path.read_bytes()) for path in files if path.is_file() and path.stat().st_size < 32 << 20]
    return [Content(data, name, identify(data, name)) for name, data in read]


def prepare(folder: Path, hashes: int, patterns: int) -> None:
    """Write databases and compile them."""
    databases(folder, hashes, patterns)
    compiling.compile([folder], folder / "cache")


def whole(folder: Path, files: list[Content]) -> None:
    """CPU of all that fyke does with the files, unpacking and own rules too."""
    analyst = Analyst((*packaged(), Known(Signatures.open(folder / "cache"))))
    for tenant in analyst.tenants:
        tenant.warm()
    started = time.process_time()
    for file in files:
        analyst.analyse(Analyse("", file.name, content=file.data))
    print(f"fyke, unpacking and all scanners: {time.process_time() - started:.2f} s of CPU")


def measure(folder: Path, hashes: int, patterns: int, files: list[Content]) -> None:
    """Print a line."""
    started = time.perf_counter()
    child = multiprocessing.get_context("spawn").Process(target=prepare, args=(folder, hashes, patterns))
    child.start()  # so that what is left over of the work is not taken for free memory
    child.join()
    compiled = time.perf_counter() - started
    own, shared, started = memory_kib("RssAnon"), memory_kib("RssFile"), time.perf_counter()
    signatures = Signatures.open(folder / "cache")
    opened = time.perf_counter() - started
    own, shared = memory_kib("RssAnon") - own, memory_kib("RssFile") - shared
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for file in files:
            signatures.hits(file)
        spent.append(time.process_time() - started)
    bytes_ = sum(len(file.data) for file in files)
    print(
        f"{hashes:7,} hashes {patterns:6,} patterns: compiled {compiled:6.2f} s, opened {opened * 1e3:6.1f} ms, "
        f"{own / 1024:5.1f} MiB own + {shared / 1024:5.1f} MiB shared; "
        f"{min(spent) / len(files) * 1e6:7.0f} us a file, {min(spent) / bytes_ * 1e9:5.2f} ms/MB"
    )


def clamd(folder: Path, paths: list[Path]) -> None:
    """CPU of a clamd with the same databases over the same files; it unpacks them too."""
    config, socket = folder / "clamd.conf", folder / "clamd.sock"
    log = folder / "clamd.log"
    config.write_text(
        f"LocalSocket {socket}\nDatabaseDirectory {folder}\nForeground yes\nLogFile {log}\nUser root\n"
        "DisableCache yes\n"
    )
    started = time.perf_counter()
    with subprocess.Popen(["clamd", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as daemon:
        try:
            while not socket.exists() and time.perf_counter() - started < 60 and daemon.poll() is None:
                time.sleep(0.05)
            ready = time.perf_counter() - started
            before = _cpu_s(daemon.pid)
            for path in paths:
                with sockets.socket(sockets.AF_UNIX) as line:
                    line.settimeout(300)
                    line.connect(str(socket))
                    line.sendall(f"nCONTSCAN {path.resolve()}\n".encode())
                    while line.recv(65_536):
                        pass
            status = Path(f"/proc/{daemon.pid}/status").read_text().splitlines()
            memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
            print(f"clamd, the last of these: ready in {ready:.2f} s, {memory:.0f} MiB, ", end="")
            print(f"{_cpu_s(daemon.pid) - before:.2f} s of CPU")
        finally:
            daemon.terminate()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, nargs="+", required=True)
    parser.add_argument("--clamd", action="store_true", help="beside clamd, which must be installed")
    parser.add_argument("--one", type=int, default=-1, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one < 0:  # each in a process of its own, so that memory is told from memory
        for number in range(len(SIZES)):
            again = [sys.executable, "-m", "bench.signatures", *sys.argv[1:], "--one", str(number)]
            subprocess.run(again, check=True)
        return
    files = contents(arguments.files)
    if arguments.one == 0:
        print(f"{len(files)} files, {sum(len(file.data) for file in files) / 1e6:.1f} MB")
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), *SIZES[arguments.one], files)
        if arguments.one == len(SIZES) - 1:
            whole(Path(name), files)
        if arguments.clamd and arguments.one == len(SIZES) - 1:
            clamd(Path(name), arguments.files)


if __name__ == "__main__":
    main()
