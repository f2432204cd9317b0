"""What the resolver costs, and what a bad server does to the flow of mail: it loses three of ten, and delays the rest.

Each mail asks some questions, of its own and of what others asked before, in two rounds one after the other (as SPF
follows from what it finds); the servers run in processes of their own. Mails beyond the concurrency wait for a slot, so
the longest wait is that of a mail in its slot.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection

from msgspec import Struct

from bench.nameserver import Nameserver
from fyke.lookup.dns import Resolver
from fyke.lookup.dns_asker import Terms
from fyke.lookup.dns_servers import Address
from fyke.model.query import Dns, Records

DEADLINE_S = 10.0
KINDS = ("A", "TXT", "MX", "TXT", "A", "A")
HEALTHY, BAD = (0.0, 0.0), (0.3, 0.2)  # share lost, delay in seconds
SENDERS = 200  # that write most of the mail


class Run(Struct):
    """What came of one run."""

    mails: int
    took_s: float
    cpu_s: float
    waits_s: list[float]
    questions: int
    answered: int
    wrong: int
    sent: int

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.mails / self.took_s


def _serve(lost: float, delay_s: float, line: Connection) -> None:
    server = Nameserver(lost=lost, delay_s=delay_s)
    line.send(server.port)
    server.serve()


@contextmanager
def serving(lost: float = 0.0, delay_s: float = 0.0) -> Iterator[int]:
    """The port of a server in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(lost, delay_s, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def questions(mails: int, each: int, fresh: float) -> list[list[Dns]]:
    """Of each mail; a share of the names is new, the others are of senders who write often."""
    chance = random.Random(7)
    asked = []
    for mail in range(mails):
        sender = min(int(chance.paretovariate(1.1)), SENDERS)
        names = (
            f"m{mail}-{n}.example.net" if chance.random() < fresh else f"s{sender}-{n}.example.org" for n in range(each)
        )
        asked.append([Dns(name, KINDS[n % len(KINDS)]) for n, name in enumerate(names)])
    return asked


def judge(work_s: float) -> None:
    """Spend what reading and judging a mail costs."""
    until = time.thread_time() + work_s
    while time.thread_time() < until:
        pass


def with_threads(resolver: Resolver, mails: Sequence[list[Dns]], concurrency: int, work_s: float) -> Run:
    """So many threads, each with a mail at a time, as workers have it."""
    run = Run(len(mails), 0.0, 0.0, [], sum(map(len, mails)), 0, 0, 0)
    left, lock = iter(mails), threading.Lock()

    def work() -> None:
        while True:
            with lock:
                asked = next(left, None)
            if asked is None:
                return
            judge(work_s)
            started = time.monotonic()
            with resolver.mail():
                half = len(asked) // 2
                told = {**resolver.answer(asked[:half]), **resolver.answer(asked[half:])}
            wait_s = time.monotonic() - started
            with lock:
                _count(run, wait_s, told)

    return _timed(run, resolver, lambda: _threads(work, concurrency))


def with_loop(resolver: Resolver, mails: Sequence[list[Dns]], concurrency: int, work_s: float) -> Run:
    """One event loop, with so many mails at a time, as a door on asyncio has it."""
    run = Run(len(mails), 0.0, 0.0, [], sum(map(len, mails)), 0, 0, 0)
    left = iter(mails)

    async def work() -> None:
        for asked in left:
            judge(work_s)
            started = time.monotonic()
            with resolver.mail():
                half = len(asked) // 2
                told = {**await resolver.ask(asked[:half]), **await resolver.ask(asked[half:])}
            _count(run, time.monotonic() - started, told)

    async def all_of_them() -> None:
        await asyncio.gather(*(work() for _ in range(concurrency)))

    return _timed(run, resolver, lambda: asyncio.run(all_of_them()))


def _count(run: Run, wait_s: float, told: Mapping[Dns, Records]) -> None:
    run.waits_s.append(wait_s)
    run.answered += len(told)
    run.wrong += sum(not records.values for records in told.values())


def _threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _timed(run: Run, resolver: Resolver, go: Callable[[], None]) -> Run:
    started, cpu = time.monotonic(), time.process_time()
    go()
    run.took_s, run.cpu_s, run.sent = time.monotonic() - started, time.process_time() - cpu, resolver.figures.sent
    return run


def show(name: str, run: Run) -> None:
    """One line."""
    waits = sorted(run.waits_s)
    p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    print(
        f"  {name:8} {run.rate:7,.0f} mails/s; wait p50 {p50:.3f} p99 {p99:.3f} longest {waits[-1]:.3f} s; "
        f"{run.answered / run.questions:.2%} answered, {run.wrong} wrongly; {run.sent:,} packets, "
        f"CPU {run.cpu_s / run.questions * 1e6:.0f} us a question"
    )


def compare(options: argparse.Namespace, fresh: float, concurrency: int, *, loop: bool) -> None:
    """A healthy server, a bad one, and a bad one before a healthy one."""
    mails = questions(options.mails, options.questions, fresh)
    way = "an event loop" if loop else "threads"
    print(f"{way}, {concurrency} mails at a time, {fresh:.0%} of the names new, {options.work_ms:g} ms of work a mail")
    rates = []
    for name, kinds in (("healthy", (HEALTHY,)), ("bad", (BAD,)), ("both", (BAD, HEALTHY))):
        with ExitStack() as stack:
            ports = [stack.enter_context(serving(*kind)) for kind in kinds]
            terms = Terms(tuple(Address("127.0.0.1", port) for port in ports), parallel=options.parallel)
            resolver = Resolver(terms, deadline_s=DEADLINE_S)
            run = (with_loop if loop else with_threads)(resolver, mails, concurrency, options.work_ms / 1000)
            resolver.close()
        show(name, run)
        rates.append(run.rate)
    bad, both = rates[1] / rates[0], rates[2] / rates[0]
    print(f"  throughput beside the healthy one's: bad {bad:.2f}, bad before healthy {both:.2f}")


def show_cost() -> None:
    """CPU for a question that is known, and for one that is not, in one thread."""
    with serving() as port:
        resolver = Resolver(Terms((Address("127.0.0.1", port),)))
        rounds = []
        for number in range(4):
            mails = [[Dns(f"{number}-{mail}-{n}.example.org", KINDS[n]) for n in range(6)] for mail in range(1_000)]
            cpu = time.process_time()
            for mail in mails:
                resolver.answer(mail)
            asked_s = time.process_time() - cpu
            cpu = time.process_time()
            for mail in mails:
                resolver.answer(mail)
            rounds.append((asked_s / 6e3 * 1e6, (time.process_time() - cpu) / 6e3 * 1e6))
        resolver.close()
    asked, known = (statistics.median(column) for column in zip(*rounds[1:], strict=True))
    print(f"CPU a question, six a mail, one thread: {asked:.0f} us asked, {known:.1f} us known")


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=6)
    parser.add_argument("--concurrency", type=int, nargs="*", default=[64])
    parser.add_argument("--fresh", type=float, nargs="*", default=[1.0, 0.1])
    parser.add_argument("--work-ms", type=float, default=0.5)
    parser.add_argument("--parallel", type=int, default=1_000)
    parser.add_argument("--loop", action="store_true", help="an event loop instead of threads")
    options = parser.parse_args()
    show_cost()
    for concurrency in options.concurrency:
        for fresh in options.fresh:
            compare(options, fresh, concurrency, loop=options.loop)


if __name__ == "__main__":
    main()
