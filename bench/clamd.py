"""Fyke's door of clamd beside the real clamd: the same messages by INSTREAM, the same client, the same signatures.

    python -m bench.files --attachments out/attachments     a folder of typical attachments, from this Debian system
    python -m bench.clamd --attachments out/attachments     mail of a pack, mail with these, and these alone

Each message comes over a connection of its own, as amavis and Exim ask. Every round has fresh servers, warmed with
other mail, so that neither knows a message from before. Processor time is that of the server and all its children.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from itertools import islice
from pathlib import Path

from msgspec import Struct

from bench import packs
from bench.process import children, cpu_s, memory_mib
from bench.signatures import databases
from fyke.wire.clamd import Clean, Connection, Found, Refused

SERVERS = ("clamd", "fyke")
READY_S = 120.0
CHUNK_BYTES = 65_536
WARM = 150  # other mails of the pack before the clock starts: servers that run for weeks are measured, not their start
BODIES = 400


class Cost(Struct):
    """What a server took for some messages, over all rounds."""

    cpu_s: float = 0.0
    memory_mib: float = 0.0
    walls: list[float] = []
    said: Counter[str] = Counter()

    def part(self, part: float) -> float:
        """Wall time of a message in ms that this part of all did not exceed."""
        return sorted(self.walls)[int((len(self.walls) - 1) * part)] * 1_000

    @property
    def rate(self) -> float:
        """Messages a CPU second."""
        return len(self.walls) / self.cpu_s if self.cpu_s else float("inf")


def mailed(path: Path, body: str) -> bytes:
    """A mail with a file."""
    mail = EmailMessage()
    mail["Received"] = "from mail.example.net (mail.example.net [192.0.2.7]) by mx.example.org; 23 Nov 2026 10:00:00 Z"
    mail["From"], mail["To"], mail["Subject"] = "Ann <ann@example.net>", "bob@example.org", f"Here is {path.stem[:60]}"
    mail["Date"], mail["Message-ID"] = "Mon, 23 Nov 2026 10:00:00 +0000", f"<{path.name[:2]}.7@example.net>"
    mail.set_content(body)
    mail.add_attachment(path.read_bytes(), "application", "octet-stream", filename=path.name)
    return mail.as_bytes(policy=SMTP)


@contextmanager
def serving(kind: str, signatures: Path) -> Iterator[tuple[str, int]]:
    """A server with these signatures, and nothing in its memory: its socket, its process."""
    with tempfile.TemporaryDirectory(prefix=f"bench-{kind}-") as name:
        folder = Path(name)
        sock = folder / "clamd.ctl"
        if kind == "clamd":
            (folder / "clamd.conf").write_text(
                f"LocalSocket {sock}\nDatabaseDirectory {signatures}\nForeground yes\nUser root\nDisableCache yes\n"
            )
            command = ["clamd", "-c", str(folder / "clamd.conf")]
        else:
            (folder / "fyke.toml").write_text(
                f'[site]\nfolder = "{folder}"\n[serve]\nworkers = 1\n[dns]\nenabled = false\n[doors]\nmilter = []\n'
                f'rspamd = []\nrest = []\nclamd = ["unix:{sock}"]\n[files]\nsignatures = ["{signatures}"]\n'
            )
            command = [sys.executable, "-m", "fyke", "serve", "--config", str(folder / "fyke.toml")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            until = time.monotonic() + READY_S
            while not asyncio.run(_answers(sock)):
                if process.poll() is not None or time.monotonic() > until:
                    sys.exit(f"{kind} did not start:\n{(folder / 'log').read_text()}")
                time.sleep(0.1)
            yield str(sock), process.pid
        finally:
            process.terminate()
            process.wait(60)


async def _answers(sock: Path) -> bool:
    try:
        return await scan(str(sock), b"nothing") == "clean"
    except OSError:
        return False


async def scan(sock: str, raw: bytes) -> str:
    """What is said of a message."""
    reader, writer = await asyncio.open_unix_connection(sock)
    wire = Connection()
    writer.write(wire.stream())
    for at in range(0, len(raw), CHUNK_BYTES):
        piece = raw[at : at + CHUNK_BYTES]
        writer.write(wire.chunk(len(piece)) + piece)
        await writer.drain()
    writer.write(wire.end_stream())
    while (event := wire.next_event()) is None:
        wire.receive(await reader.read(CHUNK_BYTES))
    writer.close()
    match event:
        case Clean():
            return "clean"
        case Found():
            return f"found {event.name}"
        case Refused():
            return f"error {event.why}"
    return "nothing"


async def drive(sock: str, messages: Sequence[bytes], connections: int, cost: Cost) -> None:
    """Send all messages, so many at a time."""
    left = iter(messages)

    async def client() -> None:
        for raw in left:
            started = time.perf_counter()
            cost.said[await scan(sock, raw)] += 1
            cost.walls.append(time.perf_counter() - started)

    await asyncio.gather(*(client() for _ in range(connections)))


def measure(server: tuple[str, int], warm: list[bytes], sent: list[bytes], at_once: int, cost: Cost) -> None:
    """One round of a fresh server."""
    sock, pid = server
    asyncio.run(drive(sock, warm, 1, Cost(walls=[], said=Counter())))
    before = cpu_s([pid, *children(pid)], reaped=True)
    asyncio.run(drive(sock, sent, at_once, cost))
    everyone = [pid, *children(pid)]
    cost.cpu_s += cpu_s(everyone, reaped=True) - before
    cost.memory_mib = max(cost.memory_mib, sum(memory_mib(each) for each in everyone))


def messages(pack: str, mails: list[bytes], attachments: Path | None) -> dict[str, list[bytes]]:
    """What is sent, by kind."""
    sets = {f"mail of {pack}": mails}
    if attachments is not None:
        paths = sorted(attachments.iterdir())
        bodies = [part.decode("ascii", "ignore")[:4_000] for mail in mails for part in [mail.partition(b"\n\n")[2]]]
        sets["mail with an attachment"] = [mailed(path, bodies[at % len(bodies)]) for at, path in enumerate(paths)]
        sets["the attachments alone"] = [path.read_bytes() for path in paths]
    return sets


def show(name: str, count: int, size: int, costs: dict[str, Cost]) -> None:
    """The figures of both, and fyke's as parts of clamd's."""
    print(f"{name}: {count} messages, {size / max(count, 1) / 1e3:,.0f} kB each")
    for kind, cost in costs.items():
        kinds = Counter(said.partition(" ")[0] for said in cost.said.elements())
        print(
            f"  {kind:6} {cost.rate:8,.0f} messages a CPU second, {1e3 / cost.rate:7.2f} ms CPU each, wall p50 "
            f"{cost.part(0.5):.2f} p99 {cost.part(0.99):.1f} ms, {cost.memory_mib:.0f} MiB, {dict(kinds)}"
        )
        for said in {said for said in cost.said if said.startswith("error")}:
            print(f"    {said}: {cost.said[said]}")
    peer, own = (costs[kind] for kind in SERVERS)
    print(
        f"  fyke/clamd: {own.rate / peer.rate:.2f} of the messages a CPU second, "
        f"p50 {own.part(0.5) / peer.part(0.5):.2f} times, p99 {own.part(0.99) / peer.part(0.99):.2f} times as long"
    )


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attachments", type=Path, help="a folder of files that people mail")
    parser.add_argument("--corpora", type=Path, default=packs.default())
    parser.add_argument("--pack", default="spamassassin")
    parser.add_argument("--mails", type=int, default=BODIES)
    parser.add_argument("--signatures", type=int, default=10_000, help="made hashes, and as many made patterns")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    if not shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin"):
        sys.exit("clamd is not installed: run `make peers`")
    samples = islice(packs.samples(chosen.corpora, chosen.pack), chosen.mails + WARM)
    mails = [sample.read().replace(b"\r\n", b"\n") for sample in samples]
    if len(mails) <= WARM:
        sys.exit(f"no pack {chosen.pack} in {chosen.corpora}: name its folder with --corpora")
    sets = messages(chosen.pack, mails[WARM:], chosen.attachments)
    costs = {name: {kind: Cost(walls=[], said=Counter()) for kind in SERVERS} for name in sets}
    with tempfile.TemporaryDirectory(prefix="bench-signatures-") as folder:
        databases(Path(folder), chosen.signatures, chosen.signatures)
        for turn in range(chosen.rounds):
            for kind in SERVERS[:: 1 if turn % 2 else -1]:  # neither always has the warmer machine
                for name, sent in sets.items():
                    with serving(kind, Path(folder)) as server:
                        measure(server, mails[:WARM], sent, chosen.connections, costs[name][kind])
    for name, of in costs.items():
        show(name, len(sets[name]), sum(map(len, sets[name])), of)


if __name__ == "__main__":
    main()
