"""fyke's doors beside rspamd and SpamAssassin: the same mails and clients, in turns, in one run.

    python -m bench.doors                     all parts that are quick
    python -m bench.doors checkv2 memory      these; memory takes --memory mails

Mails are drawn at random from all packs. Costs are processor time of the whole process tree, so that ratios hold on a
machine that does other work beside; rates and latencies are of turns in the same minutes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import socket
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import packs
from bench.door_clients import Ask, Taken, checkv2, closed, paced, smtp, spamc
from bench.peers import HTTP_PORT, SPAMD_PORT, Peer
from bench.served import RSPAMD_MILTER_PORT, RspamdMilter, Served, Spamd, pss_mib, used_s

ROUNDS = 5
WARM = 300  # mails to each before anything is counted
NOT_MAIL = ("torture", "attachment_samples")


class Side:
    """One of those that are compared: a server, and how it is asked."""

    def __init__(self, name: str, peer: Peer, ask: Ask) -> None:
        self.name, self.peer, self.ask = name, peer, ask
        self.mails, self.used_s = 0, 0.0
        self.rates: list[float] = []

    def round(self, mails: Sequence[bytes], run: Callable[[Ask, Sequence[bytes]], Taken]) -> Taken:
        """One turn."""
        before = used_s(self.peer)
        taken = run(self.ask, mails)
        self.used_s += used_s(self.peer) - before
        self.mails += taken.count
        self.rates.append(taken.rate)
        return taken

    def forget(self) -> None:
        """Begin to count anew."""
        self.mails, self.used_s, self.rates = 0, 0.0, []

    @property
    def per_cpu_s(self) -> float:
        """Mails a second of processor time."""
        return self.mails / self.used_s

    def show(self) -> None:
        """Its line."""
        print(
            f"  {self.name:12} {self.per_cpu_s:8,.1f} mails a CPU second ({1_000 / self.per_cpu_s:.2f} ms each), "
            f"{statistics.median(self.rates):,.0f} mails/s ({min(self.rates):,.0f} to {max(self.rates):,.0f})"
        )


def compare(sides: Sequence[Side], mails: Sequence[bytes], clients: int, warm: Sequence[bytes]) -> None:
    """The same mails to each, in turns, so many at a time, once they are warm."""
    for side in sides:
        closed(side.ask, warm[: 10 if side.name == "SpamAssassin" else len(warm)], clients)
    each = len(mails) // ROUNDS
    for number in range(ROUNDS):
        some = mails[number * each : (number + 1) * each]
        for side in sides if number % 2 else reversed(sides):
            side.round(some, lambda ask, part: closed(ask, part, clients))
    for side in sides:
        side.show()
    print(f"  {sides[0].name} does {sides[0].per_cpu_s / sides[1].per_cpu_s:.2f} times {sides[1].name}'s a CPU second")


def show_checkv2(mails: Sequence[bytes], warm: Sequence[bytes]) -> None:
    """/checkv2: cost and rate, one at a time and eight, and latency at half of rspamd's top rate."""
    print(f"/checkv2, one worker each, {len(mails)} mails, one at a time, then eight")
    with Served() as fyke, RspamdMilter() as rspamd:
        sides = [Side("fyke", fyke, checkv2(fyke.ports["rspamd"])), Side("rspamd", rspamd, checkv2(HTTP_PORT))]
        compare(sides, mails, 1, warm)
        for side in sides:
            side.forget()
        compare(sides, mails, 8, ())
        half = statistics.median(sides[1].rates) / 2
        show_latency(sides, mails, half)


def show_latency(sides: Sequence[Side], mails: Sequence[bytes], rate: float) -> None:
    """Within how long so many mails a second are answered, in turns."""
    waits: dict[str, list[float]] = {side.name: [] for side in sides}
    each = len(mails) // ROUNDS
    for number in range(ROUNDS):
        some = mails[number * each : (number + 1) * each]
        for side in sides:
            waits[side.name] += side.round(some, lambda ask, part: paced(ask, part, rate)).waits_s
    print(f"  latency at {rate:,.0f} mails/s, half of rspamd's top rate")
    for name, all_waits in waits.items():
        taken = Taken(len(all_waits), 1.0, sorted(all_waits))
        parts = ", ".join(f"p{share * 100:g} {taken.part(share):.1f}" for share in (0.5, 0.9, 0.99, 0.999))
        print(f"    {name:10} {parts} ms")


def show_milter(mails: Sequence[bytes], warm: Sequence[bytes]) -> None:
    """Through real Postfix."""
    from tests.peers.postfix import Postfix, Sink  # noqa: PLC0415  needs pytest, which is for developers

    print(f"milter, through Postfix, {len(mails)} mails")
    with ExitStack() as stack:
        fyke, rspamd = stack.enter_context(Served()), stack.enter_context(RspamdMilter())
        sides = []
        for peer, port in ((fyke, fyke.ports["milter"]), (rspamd, RSPAMD_MILTER_PORT)):
            sink = stack.enter_context(Sink())
            postfix = stack.enter_context(Postfix(sink, milters=[f"inet:127.0.0.1:{port}"]))
            sides.append(Side(peer.name, peer, smtp(postfix.port)))
        compare(sides, mails, 4, warm)


def show_spamd(mails: Sequence[bytes], warm: Sequence[bytes]) -> None:
    """spamc's protocol."""
    print(f"spamd, one worker each, {len(mails)} mails")
    with Served() as fyke, Spamd() as spamd:
        sides = [Side("fyke", fyke, spamc(fyke.ports["spamd"])), Side("SpamAssassin", spamd, spamc(SPAMD_PORT))]
        compare(sides, mails, 1, warm)


def show_workers(mails: Sequence[bytes], warm: Sequence[bytes]) -> None:
    """Two workers beside one, in turns."""
    print(f"workers, /checkv2, {len(mails)} mails a turn")
    with Served(1) as one, Served(2) as two:
        sides = [Side("two workers", two, checkv2(two.ports["rspamd"])), Side("one", one, checkv2(one.ports["rspamd"]))]
        compare(sides, mails, 12, warm)
        ratios = [a / b for a, b in zip(sides[0].rates, sides[1].rates, strict=True)]
        best = max(sides[0].rates) / max(sides[1].rates)
        print(f"  two workers do {statistics.median(ratios):.2f} times one's (the best turns {best:.2f})")
        print(f"  two processes that only count do {spinning(2) / spinning(1):.2f} times one's on this machine now")


def spinning(processes: int) -> float:
    """How much so many busy processes get done together in a second: what a machine that is shared has to give."""
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return sum(pool.map(_spin, range(processes)))


def _spin(_number: int) -> float:
    done, until = 0, time.perf_counter() + 3.0
    while time.perf_counter() < until:
        done += sum(range(100)) > 0
    return done / 3.0


def show_idle(warm: Sequence[bytes], count: int = 1_000) -> None:
    """What connections cost that say nothing, or said one thing."""
    print(f"{count} idle connections, two workers")
    for door, hello in (("rspamd", b""), ("milter", b""), ("rspamd", b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")):
        with Served(2) as fyke, ExitStack() as stack:
            closed(checkv2(fyke.ports["rspamd"]), warm, 16)  # what a worker touches it no longer shares
            before = pss_mib(fyke)
            for _ in range(count):
                peer = stack.enter_context(socket.create_connection(("127.0.0.1", fyke.ports[door])))
                if hello:
                    peer.sendall(hello)
                    peer.recv(4_096)
            time.sleep(2)
            print(f"  {door}{' after a request' if hello else ''}: {pss_mib(fyke) - before:+.1f} MiB (PSS of all)")


def show_memory(mails: Sequence[bytes], count: int) -> None:
    """Whether memory grows with the mails that were judged."""
    print(f"memory over {count:,} mails, /checkv2, one worker")
    chance, steps = random.Random(7), 10
    with Served() as fyke:
        ask = checkv2(fyke.ports["rspamd"])
        sizes = []
        for step in range(steps + 1):
            some = chance.choices(mails, k=count // (steps + 1))
            closed(ask, some, 8)
            sizes.append(pss_mib(fyke))
            print(f"  after {(step + 1) * len(some):7,} mails {sizes[-1]:.1f} MiB", flush=True)
    each = count // (steps + 1)
    later = sizes[steps // 2 :]  # caches are full by then
    slope = statistics.linear_regression([each * step for step in range(len(later))], later).slope
    print(f"  second half: {slope * 200_000:+.1f} MiB over 200,000 mails, {slope * 200_000 / later[0]:+.2%}")


def draw(folder: Path, count: int, seed: int) -> list[bytes]:
    """So many mails of all packs, at random."""
    found = [
        sample.path for name in packs.names(folder) if name not in NOT_MAIL for sample in packs.samples(folder, name)
    ]
    if not found:
        sys.exit(f"no packs in {folder}: name their folder with --corpora")
    chance = random.Random(seed)
    return [path.read_bytes() for path in chance.choices(found, k=count)]


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("checkv2", "milter", "spamd", "workers", "idle", "memory")
    parser.add_argument("parts", nargs="*", default=[part for part in parts if part != "memory"], metavar="PART")
    parser.add_argument("--corpora", type=Path, default=packs.default())
    parser.add_argument("--count", type=int, default=2_000, help="mails of a part")
    parser.add_argument("--memory", type=int, default=200_000, help="mails of the part memory")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    if wrong := set(chosen.parts) - set(parts):
        parser.error(f"no part {', '.join(sorted(wrong))}: {', '.join(parts)}")
    mails = draw(chosen.corpora, chosen.count, chosen.seed)
    warm = draw(chosen.corpora, WARM, chosen.seed + 1)
    kib = statistics.median(map(len, mails)) / 1024
    print(f"{len(mails)} mails, median {kib:.1f} KiB, {sum(map(len, mails)) / len(mails) / 1024:.1f} KiB on average")
    run: dict[str, Callable[[], None]] = {
        "checkv2": lambda: show_checkv2(mails, warm),
        "milter": lambda: show_milter(mails[: len(mails) // 2], warm),
        "spamd": lambda: show_spamd(mails[:100], warm),
        "workers": lambda: show_workers(mails, warm),
        "idle": lambda: show_idle(warm),
        "memory": lambda: show_memory(mails, chosen.memory),
    }
    for part in chosen.parts:
        run[part]()
        print(flush=True)


if __name__ == "__main__":
    main()
