"""Messages per second, CPU per message, latency, memory and start-up; beside the peers that are installed, in one run.

All figures are of the same messages on the same machine within minutes, so ratios hold where absolute times drift.
fyke judges in this process with everything on; the peers are servers on loopback without network tests.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench import learner, packs
from bench.peers import PEERS, Bogofilter, Peer
from bench.process import memory_mib
from fyke.engine import Engine
from fyke.house import build, settle
from fyke.model import Envelope

ENVELOPE = Envelope()
ROUNDS = 3
STARTS = 7


def scan_all(engine: Engine, raws: Sequence[bytes]) -> tuple[float, list[float]]:
    """CPU seconds for all messages with their JSON, and the wall time of each in ms."""
    walls = []
    started = time.process_time()
    for raw in raws:
        before = time.perf_counter()
        msgspec.json.encode(engine.scan(ENVELOPE, raw))
        walls.append((time.perf_counter() - before) * 1000)
    return time.process_time() - started, walls


def show_own(raws: Sequence[bytes]) -> float:
    """Our own figures; gives CPU ms a message."""
    engine = build()
    settle()
    for raw in raws[:200]:  # warm: the first messages fill caches
        engine.scan(ENVELOPE, raw)
    rounds = [scan_all(engine, raws) for _ in range(ROUNDS)]
    cpus = sorted(cpu / len(raws) * 1000 for cpu, _ in rounds)
    walls = sorted(rounds[-1][1])
    cpu = statistics.median(cpus)
    print(f"fyke, one process, {len(raws)} messages, {ROUNDS} rounds")
    print(f"  CPU {cpu:.3f} ms a message ({cpus[0]:.3f} to {cpus[-1]:.3f}), {1000 / cpu:,.0f} messages a CPU second")
    print(f"  latency p50 {walls[len(walls) // 2]:.3f} p99 {walls[int(len(walls) * 0.99)]:.3f} max {walls[-1]:.1f} ms")
    print(
        f"  memory at most {memory_mib(os.getpid(), 'VmHWM') - sum(map(len, raws)) / 2**20:.0f} MiB beside the messages"
    )
    return cpu


def show_jobs(paths: Sequence[Path]) -> None:
    """`fyke scan --json` as a whole, with one and two jobs."""
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            (Path(folder) / f"{number:05}.eml").symlink_to(path.resolve())
        took = {}
        for jobs in (1, 2):
            times = [
                _timed([sys.executable, "-m", "fyke", "scan", "--json", "--jobs", str(jobs), folder])
                for _ in range(ROUNDS)
            ]
            took[jobs] = statistics.median(times)
            print(
                f"fyke scan --json --jobs {jobs}: {len(paths) / took[jobs]:,.0f} messages a second, start-up included"
            )
        print(f"  two jobs are {took[1] / took[2]:.2f} times one")


def show_startup(path: Path) -> None:
    """A process from nothing to its first verdict, with a warm pattern cache."""
    before = _children_cpu_s()
    times = [_timed([sys.executable, "-m", "fyke", "scan", "--json", str(path)]) for _ in range(STARTS)]
    cpu = (_children_cpu_s() - before) / STARTS
    spread = f"{min(times):.3f} to {max(times):.3f}"
    print(f"start to first verdict: {statistics.median(times):.3f} s ({spread}), CPU {cpu:.3f} s")


def _children_cpu_s() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stderr.decode())
    return time.perf_counter() - started


def measure(peer: Peer, raws: Sequence[bytes]) -> tuple[float, float]:
    """A running peer's CPU ms a message, and its worker's memory."""
    for raw in raws[:20]:
        peer.check(raw)
    before = peer.cpu_s()
    for raw in raws:
        peer.check(raw)
    return (peer.cpu_s() - before) / len(raws) * 1000, peer.memory_mib()


def show_peers(own_ms: float, samples: Sequence[packs.Sample]) -> None:
    """Each installed peer on a part of the same messages, and how many times cheaper fyke is."""
    print(f"\n{'peer':14} {'messages':>8} {'CPU ms':>8} {'MiB':>6}  fyke does so many times more in a CPU second")
    for kind in PEERS:
        if not kind.is_installed():
            print(f"{kind.name:14} not installed")
            continue
        with kind() as peer:
            if isinstance(peer, Bogofilter):
                ham, spam = ([s.path for s in samples if s.kind == name][:500] for name in ("ham", "spam"))
                peer.train(ham, spam)
                some = [sample.path for sample in samples]
                cost, memory = peer.bulk(some)[0] / len(some) * 1000, 0.0
            else:
                some = [sample.path for sample in samples[:: 30 if kind.name == "spamassassin" else 6]]
                cost, memory = measure(peer, [path.read_bytes() for path in some])
        print(f"{kind.name:14} {len(some):8} {cost:8.2f} {memory:6.0f}  {cost / own_ms:.1f}")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=packs.default())
    parser.add_argument("--pack", default="spamassassin")
    parser.add_argument("--every", type=int, default=1, help="only every Nth message")
    parser.add_argument("--no-peers", action="store_true")
    arguments = parser.parse_args()
    samples = list(packs.samples(arguments.corpora, arguments.pack))[:: arguments.every]
    if not samples:
        sys.exit(f"no pack {arguments.pack} in {arguments.corpora}: name its folder with --corpora")
    show_startup(samples[0].path)
    # In a child of its own, so that its memory is a worker's and not this program's.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        raws = [sample.read() for sample in samples]
        own_ms = pool.apply(show_own, (raws,))
        pool.apply(learner.show, (raws,))
    show_jobs([sample.path for sample in samples])
    if not arguments.no_peers:
        show_peers(own_ms, samples)


if __name__ == "__main__":
    main()
