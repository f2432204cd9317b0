"""Small mails, and the command line as a function."""

import io

import pytest

from fyke.cli.main import main
from tests.cli.labs import read_world, world
from tests.cli.teaching import PITCH

__all__ = ["read_world", "world"]


def mail(subject="Lunch on Friday", body="Shall we meet at noon?\n", sender="ann@example.org"):
    """A message as bytes; `subject` may be bytes of an enemy's choice."""
    subject = subject if isinstance(subject, bytes) else subject.encode()
    head = f"From: {sender}\nTo: bob@example.net\nMessage-ID: <1@example.org>\nDate: Mon, 3 Nov 2025 10:00:00 +0000\n"
    return head.encode() + b"Subject: " + subject + b"\n\n" + body.encode()


# GTUBE, the test message that every filter calls spam, put together here so that no file holds it.
SPAM = mail("test", "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n")


class Ran:
    """What a command left: its exit code, and what it printed."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def fyke(capfdbinary, monkeypatch, tmp_path_factory):
    """Run `fyke WORDS...` in this process, in a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "160")
    for name in ("FYKE_CONFIG", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, "")

    def run(*words, stdin=b""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([str(word) for word in words])
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(), err.decode())

    return run


@pytest.fixture
def box(tmp_path):
    """A folder with one wanted and one unwanted message."""
    folder = tmp_path / "box"
    folder.mkdir()
    (folder / "1.eml").write_bytes(mail())
    (folder / "2.eml").write_bytes(SPAM)
    return folder


@pytest.fixture
def pitch(tmp_path):
    """A mail that the rules take for wanted."""
    path = tmp_path / "pitch.eml"
    path.write_bytes(mail("The spring fair", PITCH, "fair@example.com"))
    return path
