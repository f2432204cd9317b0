"""Bad luck under load: processes of `fyke serve` are killed with -9 at random moments, and every mail is counted.

    python -m bench.chaos --mails 20000 --kills 200 --seed 1

Mail goes through the SMTP proxy to a next hop, and past the milter of a mail server; a part is set aside, of some only
one copy. A sender tries until it has an answer, as mail servers do. At the end each copy of each mail must be at the
next hop or in quarantine or refused, once, and each mail answered must be in the journal. A copy that came twice is
ours, unless the whole mail was sent and our answer was cut off: then its sender could only send it again (RFC 1047).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from bench.chaos_mail import HELD, KINDS, REFUSED, Got, Mail, Outcome, Sink, by_milter, by_smtp
from bench.process import children
from bench.served import free_port
from fyke import house
from fyke.config import Config, Site
from fyke.store.quarantine import Sought, State

AT_ONCE = 16
AGAIN_S = (0.05, 0.6)  # between two tries of a mail
TARGETS = ("worker", "generation", "parent", "everything")
WEIGHTS = (7, 1, 1, 1)
CONFIG = """[site]
folder = "{folder}/state"
[judge]
policy = ["{folder}/policy.toml"]
[files]
enabled = false
[dns]
enabled = false
[serve]
workers = 2
patience_s = 5
[doors]
rspamd = []
rest = []
milter = ["127.0.0.1:{milter}"]
smtp = ["127.0.0.1:{smtp}"]
smtp_next = "127.0.0.1:{sink}"
"""
POLICY = """[rules.held]
to = ["held@*"]
action = "quarantine"
[rules.refused]
to = ["refused@*"]
what = ["label:ham", "label:bulk", "label:unsure", "label:spam", "label:scam", "label:phishing"]
action = "reject"
[rules.all]
action = "accept"
"""


class Ahead(Protocol):
    """A real mail server that takes all mail, asks our milter, and delivers to the sink."""

    port: int

    def wait_empty(self, within_s: float = 30.0) -> bool:
        """Whether nothing is left to deliver."""


class Service:
    """`fyke serve`, started again whenever it is gone, as systemd would: with whatever was left of it gone first."""

    def __init__(self, folder: Path, sink: int) -> None:
        self.folder, self.ports = folder, {"smtp": free_port(), "milter": free_port()}
        self.starts = 0
        (folder / "policy.toml").write_text(POLICY)
        (folder / "fyke.toml").write_text(CONFIG.format(folder=folder, sink=sink, **self.ports))
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def start(self) -> None:
        """Start it."""
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "fyke", "serve", "--config", str(self.folder / "fyke.toml")]
            self._process = subprocess.Popen(command, stderr=log, start_new_session=True)
        self.starts += 1

    async def watch(self) -> None:
        """Start it again and again."""
        while not self._is_over:
            if self._process is None or self._process.poll() is not None:
                self._sweep()
                self.start()
            await asyncio.sleep(0.05)

    def kill(self, target: str, dice: random.Random) -> str:
        """Kill some of it; who it was, or nothing where there was nobody."""
        parent = self._process
        if parent is None or parent.poll() is not None:
            return ""
        generations = [pid for pid in children(parent.pid) if _parent(pid) == parent.pid]
        workers = [pid for pid in children(parent.pid) if pid not in generations]
        victims = {
            "worker": [dice.choice(workers)] if workers else [],
            "generation": generations,
            "parent": [parent.pid],
            "everything": [parent.pid, *generations, *workers],
        }[target]
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return target if victims else ""

    def stop(self) -> int:
        """End it orderly; its exit code."""
        self._is_over = True
        if self._process is None:
            return 0
        self._process.terminate()
        return self._process.wait(60)

    def _sweep(self) -> None:
        """What systemd does with a control group whose main process is gone."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


class Run(Struct):
    """What happened."""

    mails: list[Mail]
    got: Got = field(default_factory=Got)
    kills: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    wall_s: float = 0.0
    done: int = 0
    by_server: int = 0  # the port of the real mail server, where there is one


class Counted(Struct):
    """Where every copy is. A copy: one mail, one recipient."""

    copies: int = 0
    delivered: int = 0
    quarantined: int = 0
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)  # by us
    unavoidable: int = 0  # came again because our answer to the whole mail was cut off
    unwritten: list[str] = field(default_factory=list)  # answered, and not in the journal
    misplaced: list[str] = field(default_factory=list)  # at the next hop, and should be set aside or refused
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost, doubled, misplaced or not written down."""
        return not (self.lost or self.doubled or self.unwritten or self.misplaced)


async def run(
    folder: Path,
    mails: int,
    kills: int,
    seed: int,
    ahead: Callable[[Sink, int], AbstractContextManager[Ahead]] | None = None,
) -> Run:
    """Send them all, killing on the way; by the mail server that `ahead` starts for the sink and a milter's port."""
    dice = random.Random(seed)
    done = Run([Mail(number, KINDS[number % len(KINDS)]) for number in range(mails)])
    sink = Sink(done.got)
    await sink.open()
    service = Service(folder, sink.port)
    service.start()
    watching = asyncio.create_task(service.watch())
    queue = iter(done.mails)
    stack = ExitStack()
    server = stack.enter_context(ahead(sink, service.ports["milter"])) if ahead is not None else None
    done.by_server = server.port if server is not None else 0
    started = time.monotonic()
    try:
        killing = asyncio.create_task(_kill(service, done, sorted(dice.sample(range(mails), kills)), dice))
        await asyncio.gather(*(_send(service, done, queue, random.Random(seed + at)) for at in range(AT_ONCE)))
        await killing
        if server is not None and not await asyncio.to_thread(server.wait_empty, 60.0):
            raise RuntimeError("the mail server still has mail")
    finally:
        watching.cancel()
        code = await asyncio.to_thread(service.stop)
        stack.close()
        sink.close()
    if code:
        raise RuntimeError(f"fyke serve left with {code}")
    done.starts, done.wall_s = service.starts, time.monotonic() - started
    return done


async def _kill(service: Service, done: Run, moments: Sequence[int], dice: random.Random) -> None:
    """One kill whenever so many mails are through, and a little later."""
    for moment in moments:
        while done.done < moment:
            await asyncio.sleep(0.005)
        await asyncio.sleep(dice.random() * 0.05)
        (target,) = dice.choices(TARGETS, WEIGHTS)
        while not (killed := service.kill(target, dice)):
            await asyncio.sleep(0.1)
        done.kills[killed] += 1


async def _send(service: Service, done: Run, queue: Iterator[Mail], dice: random.Random) -> None:
    """A mail server's process: mail after mail, each until it has an answer."""
    for mail in queue:
        while True:
            if done.by_server:
                outcome = await by_smtp(done.by_server, mail)
            elif mail.number % 2:
                outcome = await by_milter(service.ports["milter"], mail, done.got)
            else:
                outcome = await by_smtp(service.ports["smtp"], mail)
            mail.tries.append(outcome)
            if outcome in (Outcome.TAKEN, Outcome.REFUSED):
                break
            await asyncio.sleep(dice.uniform(*AGAIN_S))
        done.done += 1


def counted(folder: Path, done: Run) -> Counted:
    """Look where every copy is."""
    sums = Counted()
    held, written = _held(folder), _written(folder)
    for mail in done.mails:
        sums.outcomes.update(mail.tries)
        if mail.name not in written:
            sums.unwritten.append(mail.name)
        for recipient in mail.recipients:
            sums.copies += 1
            _count(sums, mail, recipient, done.got.copies.get((mail.name, recipient), []), held[mail.name, recipient])
    return sums


def _count(sums: Counted, mail: Mail, recipient: str, tries: list[int], held: int) -> None:
    name = f"{mail.name} {recipient}: tries {[str(each) for each in mail.tries]}, delivered by {tries}, held {held}"
    sums.delivered += bool(tries)
    sums.quarantined += bool(held)
    is_refused = mail.tries[-1] is Outcome.REFUSED
    sums.refused += is_refused
    if not tries and not held and not is_refused:
        sums.lost.append(name)
    if (tries and recipient in (HELD, REFUSED)) or (held and recipient != HELD):
        sums.misplaced.append(name)
    cut = [number for number in tries[:-1] if mail.tries[number - 1] is Outcome.UNSURE]
    sums.unavoidable += len(cut)
    if len(tries) - len(cut) + held > 1 or (is_refused and (tries or held)):
        sums.doubled.append(name)


def _config(folder: Path) -> Config:
    return Config(site=Site(folder=str(folder / "state")))


def _held(folder: Path) -> Counter[tuple[str, str]]:
    """How often each copy is in quarantine, by what its raw mail says; each must open."""
    room = house.quarantine(_config(folder))
    found: Counter[tuple[str, str]] = Counter()
    try:
        for held in room.book.search(Sought(limit=10_000_000)):
            name = re.search(rb"chaos-\d{7}", room.raw(held))
            found.update((name[0].decode() if name else "", recipient) for recipient in held.of(State.HELD))
    finally:
        room.book.close()
    return found


def _written(folder: Path) -> set[str]:
    """The mails of which the journal knows."""
    journal = house.journal(_config(folder))
    try:
        return {entry.scan.subject for entry in journal.between()}
    finally:
        journal.close()


def told(done: Run, sums: Counted) -> str:
    """All of it for people."""
    lines = [
        f"{len(done.mails):,} mails, {sums.copies:,} copies, {done.wall_s:,.0f} s",
        f"killed {done.kills.total():,} times: {dict(done.kills)}; the service was started {done.starts:,} times",
        f"tries: { ({str(name): count for name, count in sums.outcomes.items()}) }",
        f"delivered {sums.delivered:,}, quarantined {sums.quarantined:,}, refused {sums.refused:,}",
        f"lost {len(sums.lost):,}, doubled by us {len(sums.doubled):,}, misplaced {len(sums.misplaced):,}",
        f"answered, and not in the journal {len(sums.unwritten):,}",
        f"came again because our answer was cut off (RFC 1047): {sums.unavoidable:,}",
    ]
    return "\n".join([*lines, *sums.lost[:10], *sums.doubled[:10], *sums.unwritten[:10], *sums.misplaced[:10]])


def postfix(sink: Sink, milter: int) -> AbstractContextManager[Ahead]:
    """Debian's Postfix in a folder of its own; for root."""
    from tests.peers.postfix import Postfix  # noqa: PLC0415  needs pytest, which is for developers

    found: AbstractContextManager[Ahead] = Postfix(sink, milters=[f"inet:127.0.0.1:{milter}"])
    return found


def main() -> None:
    """Run, count, print; 1 where something is not right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postfix", action="store_true", help="all mail by a private Postfix that asks the milter")
    parser.add_argument("--folder", type=Path, default=None, help="where all is left to be looked at")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fyke-chaos-") as scratch:
        folder = chosen.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        done = asyncio.run(run(folder, chosen.mails, chosen.kills, chosen.seed, postfix if chosen.postfix else None))
        sums = counted(folder, done)
        print(told(done, sums))
        sys.exit(0 if sums.is_right else 1)


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


if __name__ == "__main__":
    main()
