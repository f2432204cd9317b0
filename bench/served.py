"""`fyke serve` as a peer of others in a measurement, and rspamd as a milter: process trees, what they use and hold.

All of a tree counts, workers and whatever looks into files: seconds of processes that have ended are in their parent's.
"""

from __future__ import annotations

import re
import socket
import sys
from pathlib import Path
from typing import ClassVar

from bench.peers import Peer, Rspamd, Spamd
from bench.process import children, cpu_s

RSPAMD_MILTER_PORT = 21532


def free_port() -> int:
    """A port of the loopback where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def tree(peer: Peer) -> list[int]:
    """The server's processes: the last one that was started, and all below it."""
    pid = peer.processes[-1].pid
    return [pid, *children(pid)]


def used_s(peer: Peer) -> float:
    """Processor seconds of the whole tree until now."""
    return cpu_s(tree(peer), reaped=True)


def pss_mib(peer: Peer) -> float:
    """Memory of the whole tree, shared pages divided by those who share them."""
    total = 0
    for pid in tree(peer):
        try:
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total / 1024


class Served(Peer):
    """`fyke serve` as it is shipped, but that it asks no DNS and keeps its state in a folder of its own."""

    name: ClassVar[str] = "fyke"
    program: ClassVar[str] = sys.executable

    def __init__(self, workers: int = 1, more: str = "") -> None:
        super().__init__()
        self._workers, self._more = workers, more
        self.ports = {door: free_port() for door in ("rspamd", "milter", "spamd")}

    def start(self) -> None:
        doors = "\n".join(f'{door} = ["127.0.0.1:{port}"]' for door, port in self.ports.items())
        (self.folder / "fyke.toml").write_text(
            f'[site]\nfolder = "{self.folder}/state"\n[serve]\nworkers = {self._workers}\n[dns]\nenabled = false\n'
            f"[doors]\nrest = []\nper_client = 5000\nconnections = 5000\n{doors}\n{self._more}"
        )
        self.spawn(sys.executable, "-m", "fyke", "serve", "--config", str(self.folder / "fyke.toml"))
        for port in self.ports.values():
            self.wait_for(port)

    def workers(self) -> list[int]:
        return tree(self)


class RspamdMilter(Rspamd):
    """rspamd with its proxy as a milter that scans by itself, as its quick start has it."""

    def _configure(self) -> None:
        super()._configure()
        (self.folder / "local.d" / "worker-proxy.inc").write_text(
            f'bind_socket = "127.0.0.1:{RSPAMD_MILTER_PORT}";\nmilter = yes;\ntimeout = 120s;\ncount = 1;\n'
            'upstream "local" { default = yes; self_scan = yes; }\n'
        )

    def start(self) -> None:
        super().start()
        self.wait_for(RSPAMD_MILTER_PORT)


__all__ = ["RSPAMD_MILTER_PORT", "RspamdMilter", "Served", "Spamd", "free_port", "pss_mib", "tree", "used_s"]
