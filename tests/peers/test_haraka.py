"""The real Haraka with its rspamd plugin, set up as the how-to page says, before the door of rspamd."""

import os
import shutil
import smtplib
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest

from fyke.doors.rspamd import Rspamd
from fyke.model import Action, Label
from tests.doors.gates import ToldGate, handled, serving
from tests.doors.hops import NextHop
from tests.peers.pages import page
from tests.shown import ROOT

pytestmark = pytest.mark.peer
HARAKA = ROOT / "out" / "peers" / "haraka" / "node_modules" / "Haraka" / "bin" / "haraka"
START_S = 30.0
MAIL = b"From: a@example.org\r\nTo: b@example.net\r\nSubject: minutes\r\n\r\nThe minutes of Monday.\r\n"


@pytest.fixture(autouse=True)
def _needed():
    if not HARAKA.exists() or not shutil.which("node"):
        assert not os.environ.get("CI"), "Haraka is not installed: run `make peers`"
        pytest.skip("Haraka is not installed")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@contextmanager
def haraka(folder, fyke, hop):
    """Its port; it asks fyke and hands on to the mail server behind."""
    port = free_port()
    ini = page(
        "use-with-haraka.md", "rspamd.ini", host=("127.0.0.1", fyke[0]), port=("port = 11333", f"port = {fyke[1]}")
    )
    host, _, forward = hop.address.partition(":")
    files = {
        "plugins": "rcpt_to.in_host_list\n" + page("use-with-haraka.md", "plugins") + "queue/smtp_forward\n",
        "rspamd.ini": ini + "\n[check]\nprivate_ip = true\nlocal_ip = true\n",
        "smtp.ini": f"listen=127.0.0.1:{port}\nnodes=0\n",
        "smtp_forward.ini": f"host={host}\nport={forward}\n",
        "host_list": "example.net\n",
        "me": "mx.example.net\n",
        "loglevel": "INFO\n",
    }
    subprocess.run(["node", HARAKA, "-i", folder], check=True, capture_output=True, timeout=60)
    for name, text in files.items():
        (folder / "config" / name).write_text(text)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(["node", HARAKA, "-c", folder], stdout=log, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + START_S
        while time.monotonic() < until and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.kill()
        process.wait()


def sent(tmp_path, gate):
    """What Haraka answers at the end, and what came to the mail server behind."""
    hop = NextHop()
    try:
        with (
            serving(Rspamd(gate)) as fyke,
            haraka(tmp_path / "haraka", fyke, hop) as port,
            smtplib.SMTP("127.0.0.1", port, timeout=30) as line,
        ):
            line.ehlo("client.example.org")
            line.mail("a@example.org")
            assert line.rcpt("b@example.net")[0] == 250, (tmp_path / "haraka" / "log").read_text()
            code, text = line.data(MAIL)
    finally:
        hop.close()
    return code, text.decode(), hop.taken


def test_what_is_wanted_is_taken_with_fields(tmp_path):
    """fyke is told of the envelope."""
    gate = ToldGate(handled())
    code, _, taken = sent(tmp_path, gate)
    assert code == 250
    [(_, recipients, body)] = taken
    assert recipients == ("b@example.net",)
    assert b"X-Rspamd-Score" in body
    [(_, envelope, raw, _)] = gate.calls
    assert (envelope.mail_from, envelope.rcpt_to) == ("a@example.org", ("b@example.net",))
    assert b"The minutes of Monday." in raw


@pytest.mark.parametrize("action", [Action.REJECT, Action.QUARANTINE])
def test_what_is_unwanted_is_refused(tmp_path, action):
    """With 550, and nothing goes on."""
    code, _, taken = sent(tmp_path, ToldGate(handled(Label.SPAM, 9.0, action, reply="Refused as spam")))
    assert code == 550
    assert not taken


def test_what_cannot_be_judged_comes_again(tmp_path):
    """450: never let in unseen."""
    code, _, taken = sent(tmp_path, ToldGate(RuntimeError("broken")))
    assert 400 <= code < 500
    assert not taken
