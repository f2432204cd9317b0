"""The processes of `fyke serve`: started, killed, reloaded, stopped, and no mail without an answer."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

CONFIG = """[site]
folder = "{folder}/state"
[serve]
workers = 2
patience_s = 10
{serve}
[dns]
enabled = false
[doors]
milter = []
rspamd = []
rest = []
spamd = ["unix:{folder}/spamd"]
"""
MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n"
ASKED = b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n%s" % (len(MAIL), MAIL)
PATIENCE_S = 60.0


class Service:
    """A running `fyke serve`."""

    def __init__(self, folder, serve=""):
        self.folder = folder
        self.config = folder / "fyke.toml"
        self.config.write_text(CONFIG.format(folder=folder, serve=serve))
        self.log = folder / "log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fyke", "serve", "--config", self.config], stderr=self.log.open("wb")
        )

    def ask(self, message=ASKED):
        """What is answered."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE_S)
            client.connect(str(self.folder / "spamd"))
            client.sendall(message)
            client.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: client.recv(65_536), b""))

    def said(self, pattern):
        """Wait until the log has it."""
        return until(lambda: re.search(pattern, self.log.read_text()), self.log.read_text)

    def workers(self):
        """The processes that a generation has."""
        generations = children(self.process.pid)
        return [worker for generation in generations for worker in children(generation)]


def children(process):
    """The processes that a process has started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def until(claim, told=lambda: "it never came true"):
    """Wait for a claim to be true."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        if found := claim():
            return found
        time.sleep(0.05)
    raise AssertionError(told())


@contextmanager
def serving(folder, serve=""):
    """A service that answers; it is told to stop at the end."""
    service = Service(folder, serve)
    try:
        until(lambda: (folder / "spamd").exists() and answers(service), service.log.read_text)
        yield service
    finally:
        service.process.terminate()
        assert service.process.wait(PATIENCE_S) == 0


def answers(service):
    """Whether it answers."""
    try:
        return b"EX_OK" in service.ask()
    except OSError:
        return False


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """One for those who leave it as it was."""
    with serving(tmp_path_factory.mktemp("service")) as running:
        yield running


def test_a_mail_gets_an_answer_and_a_line_in_the_log(service):
    """The line has the verdict."""
    assert b"EX_OK" in service.ask()
    service.said("mail case=.* label=ham")


def test_a_killed_worker_is_replaced(service):
    """Whoever asks meanwhile is answered by another one, or by its successor."""
    until(lambda: len(service.workers()) == 3)  # two workers and the keeper
    for worker in service.workers():
        os.kill(worker, signal.SIGKILL)
    assert b"EX_OK" in service.ask()
    service.said("was killed by SIGKILL; another one is started")
    until(lambda: len(service.workers()) == 3)


def test_a_killed_generation_is_replaced(service):
    """Its workers end by themselves."""
    [generation] = children(service.process.pid)
    os.kill(generation, signal.SIGKILL)
    service.said("another one is started")
    assert b"EX_OK" in service.ask()
    until(lambda: len(children(service.process.pid)) == 1)


def test_a_reload_takes_the_new_config_and_cuts_nobody(tmp_path):
    """A mail that was under way is answered by the old worker; a config that cannot be used changes nothing."""
    with serving(tmp_path) as service, socket.socket(socket.AF_UNIX) as slow:
        slow.settimeout(PATIENCE_S)
        slow.connect(str(tmp_path / "spamd"))
        slow.sendall(ASKED[:20])
        time.sleep(0.3)
        [before] = children(service.process.pid)
        text = service.config.read_text()
        service.config.write_text(text.replace("patience_s", "patiense_s"))
        service.process.send_signal(signal.SIGHUP)
        service.said("did you mean patience_s.*nothing is changed")
        service.config.write_text(text.replace("workers = 2", 'workers = 3\nlog = "json"'))
        service.process.send_signal(signal.SIGHUP)
        until(lambda: set(children(service.process.pid)) - {before})
        slow.sendall(ASKED[20:])
        slow.shutdown(socket.SHUT_WR)
        assert b"EX_OK" in b"".join(iter(lambda: slow.recv(65_536), b""))
        until(lambda: before not in children(service.process.pid))
        assert b"EX_OK" in service.ask()
        service.said('"event":"mail"')


def test_what_cannot_be_is_told_in_a_sentence(tmp_path):
    """With the exit code of a wrong config, or of a wrong command."""
    (tmp_path / "c.toml").write_text('[doors]\nmilter = ["nowhere"]\n')
    told = subprocess.run(
        [sys.executable, "-m", "fyke", "serve", "--config", tmp_path / "c.toml"], capture_output=True, check=False
    )
    assert told.returncode == 2
    assert b"doors.milter: nowhere: is not like 127.0.0.1:11332" in told.stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        (tmp_path / "c.toml").write_text(f'[doors]\nmilter = []\nrspamd = []\nrest = []\nspamd = ["{place}"]\n')
        told = subprocess.run(
            [sys.executable, "-m", "fyke", "serve", "--config", tmp_path / "c.toml"], capture_output=True, check=False
        )
    assert told.returncode == 78
    assert f"{place}: something listens there already" in told.stderr.decode()


def test_all_end_with_the_watcher_however_it_goes(tmp_path):
    """Nobody serves on with nobody watching."""
    service = Service(tmp_path)
    until(lambda: (tmp_path / "spamd").exists() and answers(service))
    everybody = [*children(service.process.pid), *service.workers()]
    service.process.kill()
    service.process.wait()
    until(lambda: not any(alive(process) for process in everybody))


def alive(process):
    """Whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in (open(f"/proc/{process}/status").read())  # noqa: PTH123
