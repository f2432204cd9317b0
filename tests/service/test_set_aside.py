"""A mail set aside by a running service: kept before the answer, released to one, and let pass when it comes back."""

import json
import smtplib
import socket
import subprocess
import sys
import time
from pathlib import Path

import fyke as package
from tests.doors.hops import NextHop

CONFIG = """[site]
folder = "{folder}/state"
[serve]
workers = 1
[dns]
enabled = false
[doors]
milter = []
rspamd = []
rest = []
smtp = ["127.0.0.1:{port}"]
smtp_next = "{next}"
[quarantine]
submit = "127.0.0.1:{port}"
"""
ANN, BOB = "ann@example.org", "bob@example.org"
PATIENCE_S = 60.0


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def spam():
    """One of the demonstration's mails that are set aside."""
    return (Path(package.__file__).parent / "demo" / "mail" / "adult-01-webcam.eml").read_bytes()


def command(folder, *words):
    """What a command says."""
    line = [sys.executable, "-m", "fyke", *words, "--config", folder / "fyke.toml"]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def connected(port):
    """A client, once the service answers."""
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE_S)
        except OSError:
            assert time.monotonic() < ends, "the service never answered"
            time.sleep(0.1)


def test_spam_is_set_aside_and_released_to_one(tmp_path):
    """Nobody gets it before; Bob does after; the journal knows both mails."""
    hop, port = NextHop(), free_port()
    (tmp_path / "fyke.toml").write_text(CONFIG.format(folder=tmp_path, port=port, next=hop.address))
    with (tmp_path / "log").open("wb") as log:
        service = subprocess.Popen(
            [sys.executable, "-m", "fyke", "serve", "--config", tmp_path / "fyke.toml"], stderr=log
        )
    try:
        with connected(port) as client:
            assert client.sendmail("x@example.net", [ANN, BOB], spam()) == {}
        assert hop.taken == []
        (line,) = command(tmp_path, "quarantine", "--json").stdout.splitlines()
        held = json.loads(line)
        assert [copy["recipient"] for copy in held["copies"]] == [ANN, BOB]
        done = command(tmp_path, "quarantine", "release", held["case"], "--to", BOB, "--no-learn")
        assert done.returncode == 0, done.stdout + done.stderr
        ((_, recipients, raw),) = hop.taken
        assert recipients == (BOB,)
        assert b"X-Fyke: spam" in raw  # our mark is taken off again: it was for us
        actions = [json.loads(row)["action"] for row in command(tmp_path, "log", "--json").stdout.splitlines()]
        assert sorted(actions) == ["accept", "quarantine"]
    finally:
        service.terminate()
        assert service.wait(PATIENCE_S) == 0
