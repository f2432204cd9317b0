"""clamd is asked over a socket; whatever it does, there is a word for it."""

import hashlib
import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import suppress

import pytest

from fyke.files.signatures.eicar import EICAR_SIGN
from fyke.lookup.clamd import FOUND, SUSPECTED, Address, Clamd, address
from fyke.model import Analyse, Fault


def of(content):
    return Analyse(hashlib.sha256(content).hexdigest(), "a.bin", content=content)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("unix:/run/clamd.ctl", Address(path="/run/clamd.ctl")),
        ("/run/clamd.ctl", Address(path="/run/clamd.ctl")),
        ("av.example.org", Address(host="av.example.org")),
        ("av.example.org:99", Address(host="av.example.org", port=99)),
        ("[2001:db8::1]:99", Address(host="2001:db8::1", port=99)),
        ("[2001:db8::1]", Address(host="2001:db8::1")),
    ],
)
def test_an_address_is_a_socket_or_a_host(text, where):
    """As operators write it."""
    assert address(text) == where


@pytest.mark.parametrize("text", ["unix:clamd.ctl", ":99", "host:", "host:0", "host:99999", "host:²"])
def test_what_is_no_address_is_told(text):
    """Before the first mail."""
    with pytest.raises(ValueError, match=r"unix:/path|begins with /"):
        Clamd(text)


@pytest.fixture
def daemon(tmp_path):
    """A socket that says to everybody what the test wants."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "clamd"))
    listener.listen()
    threads = []

    def start(reply, after=0, hears=True):
        def serve():
            line, _ = listener.accept()
            with line:
                while hears and not line.recv(65_536).endswith(bytes(4)):
                    pass
                time.sleep(after)
                with suppress(BrokenPipeError):
                    for byte in reply:
                        line.send(bytes([byte]))

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return Clamd(f"unix:{tmp_path}/clamd", 0.5)

    yield start
    for thread in threads:
        thread.join()
    listener.close()


@pytest.mark.parametrize(
    ("reply", "symbol"),
    [
        (b"stream: Win.Some.Thing-1 FOUND\0", FOUND),
        (b"stream: PUA.Win.Tool FOUND\0", SUSPECTED),
        (b"stream: Heuristics.Encrypted.Zip FOUND\0", SUSPECTED),
    ],
)
def test_what_it_finds_is_a_finding(daemon, reply, symbol):
    """A guess, or what is a matter of taste, weighs less than a name."""
    (found,) = daemon(reply).look([of(b"x" * 3_000_000)])
    assert found.symbol is symbol
    assert reply.decode().split()[1] == found.family == found.detail


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (b"INSTREAM size limit exceeded. ERROR\0", "INSTREAM size limit exceeded."),
        (b"nonsense\0", "'nonsense' is no answer"),
        (b"stream: O", "hung up without a reply"),
        (b"", "hung up without a reply"),
    ],
)
def test_what_it_cannot_say_is_a_fault(daemon, reply, why):
    """With its own words, where there are any."""
    assert daemon(reply).look([of(b"x")]) == [Fault("files.clamd", why)]


def test_one_that_is_slow_is_not_waited_for(daemon):
    """One deadline for all files of a mail."""
    started = time.monotonic()
    clamd = daemon(b"stream: OK\0", after=0.8)
    assert clamd.look([of(b"x"), of(b"y")]) == [Fault("files.clamd", "too late")] * 2
    assert time.monotonic() - started < 0.8


def test_a_refusal_is_heard_while_the_file_is_sent(daemon):
    """It hangs up on what is too large."""
    (said,) = daemon(b"INSTREAM size limit exceeded. ERROR\0", hears=False).look([of(bytes(9_000_000))])
    assert said == Fault("files.clamd", "INSTREAM size limit exceeded.")


def test_one_that_is_not_there_is_not_asked_on_each_file(tmp_path):
    """Until a while has passed."""
    clamd = Clamd(f"unix:{tmp_path}/nobody")
    first, second = clamd.look([of(b"x"), of(b"y")])
    assert first.what == second.what == "cannot be reached: No such file or directory"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The real clamd, with a database of two signatures."""
    if not shutil.which("clamd"):
        assert not os.environ.get("CI"), "clamd is not installed: run `make peers`"
        pytest.skip("clamd is not installed")
    folder = tmp_path_factory.mktemp("clamd")
    folder.chmod(0o755)
    database = folder / "db"
    database.mkdir()
    size = len(EICAR_SIGN)
    (database / "own.hdb").write_text(f"{hashlib.md5(EICAR_SIGN).hexdigest()}:{size}:Own.Test.Eicar\n")
    (database / "own.ndb").write_text("Own.Test.Words:0:*:" + b"words of the test".hex() + "\n")
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/clamd.ctl\nDatabaseDirectory {database}\nForeground yes\nStreamMaxLength 1M\n"
        f"LogFile {folder}/log\nSelfCheck 0\n"
    )
    daemon = subprocess.Popen(["clamd", "-c", folder / "clamd.conf"], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (folder / "clamd.ctl").exists() and daemon.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    yield Clamd(f"unix:{folder}/clamd.ctl")
    daemon.terminate()
    daemon.wait()


@pytest.mark.peer
def test_the_real_one_says_what_its_database_knows(real):
    """Names, nothing, and a refusal of what is too large for it."""
    eicar, words, nothing, large = real.look(
        [of(EICAR_SIGN), of(b"some words of the test"), of(b"nothing"), of(bytes(5_000_000))]
    )
    assert (eicar.symbol, eicar.family) == (FOUND, "Own.Test.Eicar.UNOFFICIAL")
    assert words.family == "Own.Test.Words.UNOFFICIAL"
    assert nothing is None
    assert large == Fault("files.clamd", "INSTREAM size limit exceeded.")
