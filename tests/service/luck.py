"""A service in trouble, for tests of bad luck."""

import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from bench.served import free_port
from tests.doors.hops import NextHop

PATIENCE_S = 60.0
CONFIG = """[site]
folder = "{folder}/state"
[serve]
workers = 1
when_broken = "{when_broken}"
deadline_s = 20
[dns]
{dns}
[files]
{files}
[judge]
policy = ["{folder}/policy.toml"]
[doors]
milter = []
rspamd = []
rest = ["127.0.0.1:{rest}"]
smtp = ["127.0.0.1:{smtp}"]
smtp_next = "{next}"
"""
POLICY = '[rules.held]\nto = ["held@*"]\naction = "quarantine"\n[rules.all]\naction = "accept"\n'
RAW = b"From: ann@example.net\r\nSubject: luck\r\nMessage-ID: <1@example.net>\r\n\r\nhello\r\n"
BOB, HELD = "bob@example.org", "held@example.org"


def needs_linux():
    """Skip the test where there is no /proc."""
    if sys.platform != "linux":
        pytest.skip("reads /proc")


class Service:
    """`fyke serve` with an SMTP door before a next hop, and its pages."""

    def __init__(self, folder, when_broken="tempfail", dns="enabled = false", files="enabled = false"):
        self.folder, self.hop = folder, NextHop()
        self.smtp_port, self.rest_port = free_port(), free_port()
        (folder / "policy.toml").write_text(POLICY)
        told = {"folder": folder, "when_broken": when_broken, "dns": dns, "files": files, "next": self.hop.address}
        (folder / "fyke.toml").write_text(CONFIG.format(smtp=self.smtp_port, rest=self.rest_port, **told))
        with (folder / "log").open("wb") as log:
            line = [sys.executable, "-m", "fyke", "serve", "--config", folder / "fyke.toml"]
            self.process = subprocess.Popen(line, stderr=log)

    def send(self, recipient=BOB, raw=RAW):
        """The code of the answer to a mail."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=PATIENCE_S) as client:
            client.ehlo("mx.example.org")
            client.mail("ann@example.net")
            client.rcpt(recipient)
            return client.data(raw)[0]

    def page(self, path="/ready"):
        """Status and text of a page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.rest_port}{path}", timeout=PATIENCE_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def log(self):
        """All that was said."""
        return (self.folder / "log").read_text()


@contextmanager
def serving(folder, **knobs):
    """A service that answers; it must stop orderly."""
    service = Service(folder, **knobs)
    ends = time.monotonic() + PATIENCE_S
    try:
        while True:
            try:
                service.page("/healthy")
                break
            except OSError:
                assert time.monotonic() < ends, service.log()
                assert service.process.poll() is None, service.log()
                time.sleep(0.1)
        yield service
    finally:
        service.process.terminate()
        code = service.process.wait(PATIENCE_S)
        service.hop.close()
        assert code == 0, service.log()
