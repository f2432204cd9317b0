"""The real peers, started on loopback without any network test, so that a comparison is of the same work offline.

Each is a context manager: `check(raw)` gives its score, `cpu_s()` what its server has used, `memory_mib()` a worker.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from bench.process import children, cpu_s, memory_mib

START_S = 90.0  # rspamd compiles its patterns when it first starts
HTTP_PORT, CONTROL_PORT, REDIS_PORT, DNS_PORT, SPAMD_PORT = 21433, 21434, 21390, 21353, 21783

# Modules of rspamd that ask the network: off, as fyke asks nobody here either.
NETWORK_MODULES = (
    "antivirus", "arc", "asn", "bimi", "dcc", "dkim", "dkim_signing", "dmarc", "external_services", "fuzzy_check",
    "mx_check", "p0f", "rbl", "reputation", "rspamd_update", "spamtrap", "spf", "surbl", "url_redirector", "whitelist",
)  # fmt: skip


class Peer:
    """A peer at work in a folder of its own."""

    name: ClassVar[str]
    program: ClassVar[str]

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"fyke-{self.name}-"))
        self.processes: list[subprocess.Popen[bytes]] = []

    @classmethod
    def is_installed(cls) -> bool:
        """Whether the peer's program is on this machine."""
        return shutil.which(cls.program, path=f"{os.environ['PATH']}:/usr/sbin") is not None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Bring it up and wait until it answers."""

    def check(self, raw: bytes) -> float:
        """Its score of a message."""
        raise NotImplementedError

    def workers(self) -> list[int]:
        """Processes that do the work on messages."""
        raise NotImplementedError

    def cpu_s(self) -> float:
        """CPU seconds used so far for messages."""
        return cpu_s(self.workers())

    def memory_mib(self) -> float:
        """Resident memory of its largest worker."""
        return max(memory_mib(pid) for pid in self.workers())

    def spawn(self, *command: str, user: str | None = None) -> None:
        """Start one of its programs."""
        with (self.folder / "out.log").open("ab") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, user=user, start_new_session=True))

    def wait_for(self, port: int) -> None:
        """Wait until something listens there."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError(f"{self.name} does not listen on {port}: {(self.folder / 'out.log').read_text()[-500:]}")


class Rspamd(Peer):
    """rspamd with one worker, its stock rules, redis, and a resolver that knows nothing."""

    name = "rspamd"
    program = "rspamd"

    def start(self) -> None:
        self.folder.chmod(0o755)
        for name in ("local.d", "override.d", "db"):
            (self.folder / name).mkdir()
        self._configure()
        self.spawn(
            "redis-server", "--port", str(REDIS_PORT), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)
        )
        self.spawn("unbound", "-d", "-c", str(self.folder / "unbound.conf"))
        self.wait_for(REDIS_PORT)
        self.wait_for(DNS_PORT)
        folders = {"CONFDIR": "etc", "LOCAL_CONFDIR": "", "DBDIR": "db", "RUNDIR": "db", "LOGDIR": "db"}
        variables = [f"--var={key}={self.folder / name}" for key, name in folders.items()]
        self.spawn(
            "rspamd", "-f", "-i", "-u", "root", "-g", "root", "-c", str(self.folder / "etc/rspamd.conf"), *variables
        )
        self.wait_for(HTTP_PORT)
        self._wait_until_quiet()

    def _configure(self) -> None:
        local = self.folder / "local.d"
        (self.folder / "unbound.conf").write_text(
            f'server:\n  chroot: ""\n  username: ""\n  pidfile: ""\n  interface: 127.0.0.1\n  port: {DNS_PORT}\n'
            '  do-ip6: no\n  use-syslog: no\n  module-config: "iterator"\n  local-zone: "." always_nxdomain\n'
        )
        (local / "options.inc").write_text(
            f'dns {{ nameserver = ["127.0.0.1:{DNS_PORT}:1"]; timeout = 1s; }}\n'
            f'control_socket = "{self.folder}/db/control.sock mode=0600";\ntask_timeout = 30s;\n'
        )
        (local / "redis.conf").write_text(f'servers = "127.0.0.1:{REDIS_PORT}";\n')
        (local / "logging.inc").write_text('type = "console"; level = "error";\n')
        (local / "worker-normal.inc").write_text(f'bind_socket = "127.0.0.1:{HTTP_PORT}";\ncount = 1;\n')
        (local / "worker-controller.inc").write_text(f'bind_socket = "127.0.0.1:{CONTROL_PORT}";\n')
        (local / "worker-proxy.inc").write_text("enabled = false;\n")
        for module in NETWORK_MODULES:
            (local / f"{module}.conf").write_text("enabled = false;\n")
        shutil.copytree("/etc/rspamd", self.folder / "etc", dirs_exist_ok=True)
        path = self.folder / "etc" / "rspamd.conf"
        text = re.sub(r'\n\s*bind_socket = "localhost:\d+";', "", path.read_text())
        path.write_text(re.sub(r'worker "fuzzy" \{.*?\n\}', "", text, flags=re.DOTALL))

    def _wait_until_quiet(self) -> None:
        """Let it compile its patterns first: that is not work on messages."""
        quiet, last = 0, 0.0
        until = time.monotonic() + START_S
        while quiet < 3 and time.monotonic() < until:
            time.sleep(1)
            used = cpu_s(children(self.processes[-1].pid), reaped=True)
            quiet = quiet + 1 if used - last < 0.05 else 0
            last = used

    def workers(self) -> list[int]:
        found = children(self.processes[-1].pid)
        return [pid for pid in found if b"normal" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def check(self, raw: bytes) -> float:
        connection = http.client.HTTPConnection("127.0.0.1", HTTP_PORT, timeout=60)
        try:
            connection.request("POST", "/checkv2", raw)
            return float(json.loads(connection.getresponse().read())["score"])
        finally:
            connection.close()


class Spamd(Peer):
    """SpamAssassin's spamd with one child, local tests only, no Bayes."""

    name = "spamassassin"
    program = "spamd"

    def start(self) -> None:
        shutil.copytree("/etc/spamassassin", self.folder / "etc")
        with (self.folder / "etc" / "local.cf").open("a") as file:
            file.write("\ndns_available no\nuse_razor2 0\nuse_pyzor 0\nuse_bayes 0\n")
        for path in (self.folder, *self.folder.rglob("*")):  # spamd gives up root
            shutil.chown(path, "debian-spamd")
        counts = [f"--{name}=1" for name in ("max-children", "min-children", "min-spare", "max-spare")]
        self.spawn(
            "spamd", "-L", "-x", "-u", "debian-spamd", f"--siteconfigpath={self.folder / 'etc'}",
            "-i", "127.0.0.1", "-p", str(SPAMD_PORT), "-A", "127.0.0.1", "-s", "stderr", *counts,
            "--max-conn-per-child=1000000", "-H", str(self.folder),
        )  # fmt: skip
        self.wait_for(SPAMD_PORT)

    def workers(self) -> list[int]:
        return children(self.processes[0].pid)

    def check(self, raw: bytes) -> float:
        with socket.create_connection(("127.0.0.1", SPAMD_PORT), 120) as peer:
            peer.sendall(b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(raw) + raw)
            peer.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: peer.recv(65536), b""))
        score = re.search(rb"Spam: \w+ ; (-?[\d.]+) /", answer)
        if score is None:
            raise ValueError(f"spamd said {answer[:80]!r}")
        return float(score[1])


class Bogofilter(Peer):
    """bogofilter in bulk mode over a small trained word list; its cost includes one start for the whole batch."""

    name = "bogofilter"
    program = "bogofilter"

    def train(self, wanted: list[Path], unwanted: list[Path]) -> None:
        """Give it a word list, without which it does nothing."""
        for flag, paths in (("-n", wanted), ("-s", unwanted)):
            self._run([flag, "-b"], paths)

    def bulk(self, paths: list[Path]) -> tuple[float, dict[str, float]]:
        """CPU seconds for all the messages, and the score of each."""
        before = os.times()
        lines = self._run(["-T", "-b", "-v"], paths).splitlines()
        after = os.times()
        scores = {line.split()[0]: float(line.split()[-1]) for line in lines if line.strip()}
        return after.children_user + after.children_system - before.children_user - before.children_system, scores

    def _run(self, flags: list[str], paths: list[Path]) -> str:
        command = ["bogofilter", "-d", str(self.folder), *flags]
        done = subprocess.run(command, input="\n".join(map(str, paths)), text=True, capture_output=True, check=False)
        if done.returncode > 2:  # 0, 1, 2 are verdicts; 3 is an error
            raise RuntimeError(done.stderr)
        return done.stdout


PEERS = (Rspamd, Spamd, Bogofilter)
