"""OpenDKIM as a mail server has it: a milter that signs or verifies, asked over its socket.

    with Opendkim(tmp_path, Mode="s", Domain="example.com", Selector="s", KeyFile=path) as filter_:
        field = filter_.handle(raw)[b"DKIM-Signature"]

It needs no root, no DNS and no mail server: `fyke.wire.milter` plays that.
"""

import os
import shutil
import socket
import subprocess
import time

import pytest

from fyke.wire.milter.server import Answer, Changed, Server

HOST = "127.0.0.1"
START_S = 20.0


def needed():
    """Skip without it on a laptop, fail in CI."""
    if shutil.which("opendkim") is None:
        assert not os.environ.get("CI"), "opendkim is not installed: run `make peers`"
        pytest.skip("opendkim is not installed")


class Opendkim:
    """A filter that runs while the block does."""

    def __init__(self, folder, **knobs):
        """`knobs` are those of opendkim.conf(5)."""
        needed()
        self._socket = folder / "opendkim.sock"
        self._settings, self._log = folder / "opendkim.conf", folder / "opendkim.log"
        fixed = {"Socket": f"local:{self._socket}", "Background": "no", "RequireSafeKeys": "no", "Syslog": "no"}
        self._settings.write_text("".join(f"{name} {value}\n" for name, value in (fixed | knobs).items()))

    def __enter__(self):
        self._file = self._log.open("wb")
        self._process = subprocess.Popen(["opendkim", "-f", "-x", self._settings], stdout=self._file, stderr=self._file)
        until = time.monotonic() + START_S
        while not self._socket.exists():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < until, "opendkim does not start"
            time.sleep(0.02)
        return self

    def __exit__(self, *_failure):
        self._process.kill()  # it waits for its threads otherwise, and keeps nothing
        self._process.wait(START_S)
        self._file.close()

    def handle(self, raw):
        """The fields that it adds to a message, by name; of a name the first."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(START_S)
            line.connect(str(self._socket))
            return self._talk(line, raw)

    def _talk(self, line, raw):
        head, _, body = raw.partition(b"\r\n\r\n")
        server, added = Server(), {}
        self._say(line, server, server.offer(), added)
        for said in (
            lambda: server.connect(b"localhost", b"4", 25, HOST.encode()),
            lambda: server.helo(b"localhost"),
            lambda: server.sender(b"<ann@example.com>"),
            lambda: server.recipient(b"<bob@example.org>"),
            server.data,
            *(self._field(server, field) for field in fields(head)),
            server.headers_end,
            *([lambda: server.body(body)] if body else []),
            server.end,
        ):
            self._say(line, server, said(), added)
        line.sendall(server.quit())
        return added

    @staticmethod
    def _field(server, field):
        name, _, value = field.partition(b":")
        return lambda: server.header(name, value.replace(b"\r\n", b"\n"))

    @staticmethod
    def _say(line, server, said, added):
        """Send a step, and hear what is said of it."""
        if not said:
            return
        line.sendall(said)
        while server.state.name in ("WAITING", "OFFERED"):
            event = server.next_event()
            if event is None:
                server.receive(line.recv(65_536))
            elif isinstance(event, Changed):
                added.setdefault(event.name, event.value.replace(b"\n", b"\r\n"))
            elif isinstance(event, Answer):
                assert event.letter in b"cas", event


def fields(head):
    """The fields of a header, with their folds."""
    found = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and found:
            found[-1] += b"\r\n" + line
        else:
            found.append(line)
    return found
