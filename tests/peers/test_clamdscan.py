"""The real clamdscan, in each way in which it asks, before the door of clamd."""

import os
import shutil
import subprocess

import pytest

from fyke.doors.clamd import Clamd, ClamdTerms
from fyke.model import Action, Label
from tests.doors.gates import ToldGate, handled, scan, serving

pytestmark = pytest.mark.peer
EVIL = scan(Label.MALWARE, 12.0, Action.REJECT, family="Win.Test.Evil")
MAIL = b"From: a@example.net\r\nTo: b@example.org\r\nSubject: evil\r\n\r\nThe minutes.\r\n"


@pytest.fixture(autouse=True)
def _needed():
    if not shutil.which("clamdscan"):
        assert not os.environ.get("CI"), "clamdscan is not installed: run `make peers`"
        pytest.skip("clamdscan is not installed")


@pytest.fixture
def folder(tmp_path):
    """Files to be scanned."""
    (tmp_path / "in/sub").mkdir(parents=True)
    (tmp_path / "in/evil.exe").write_bytes(b"evil")
    (tmp_path / "in/sub/evil.eml").write_bytes(MAIL)
    (tmp_path / "in/sub/ok.txt").write_bytes(b"fine" * 99_999)
    return tmp_path / "in"


def clamdscan(folder, *switches, gate=None, is_local=True, given=None, most=1 << 20):
    """How it ended, and what it printed."""
    gate = gate or ToldGate(
        look=lambda _name, content: EVIL if content == b"evil" else scan(),
        handle=handled(Label.MALWARE, 12.0, Action.REJECT, family="Eml.Test.Evil"),
    )
    terms = ClamdTerms(folders=(str(folder),), message_bytes=most)
    with serving(Clamd(gate, terms), folder.parent / "clamd" if is_local else None) as where:
        config = folder.parent / "clamd.conf"
        config.write_text(f"LocalSocket {where}\n" if is_local else f"TCPAddr {where[0]}\nTCPSocket {where[1]}\n")
        command = ["clamdscan", f"--config-file={config}", "--no-summary", *switches]
        done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout.decode()


WAYS = [(), ("--multiscan",), ("--fdpass",), ("--stream",), ("--fdpass", "--multiscan"), ("--stream", "--multiscan")]


@pytest.mark.parametrize("switches", WAYS, ids=" ".join)
def test_a_folder(folder, switches):
    """By name, by open file, as a stream; one after another or in one session."""
    code, said = clamdscan(folder, *switches, str(folder))
    assert f"{folder}/evil.exe: Win.Test.Evil FOUND\n" in said
    assert f"{folder}/sub/evil.eml: Eml.Test.Evil FOUND\n" in said
    assert "ok.txt" not in said or f"{folder}/sub/ok.txt: OK\n" in said
    assert code == 1


@pytest.mark.parametrize("switches", WAYS, ids=" ".join)
def test_a_clean_file(folder, switches):
    """Alone."""
    assert clamdscan(folder, *switches, str(folder / "sub/ok.txt")) == (0, f"{folder}/sub/ok.txt: OK\n")


@pytest.mark.parametrize("is_local", [True, False])
def test_what_is_piped(folder, is_local):
    """As a stream, over both kinds of sockets."""
    assert clamdscan(folder, "-", given=b"evil", is_local=is_local) == (1, "stream: Win.Test.Evil FOUND\n")
    assert clamdscan(folder, "-", given=b"good", is_local=is_local) == (0, "stream: OK\n")


def test_over_the_network_files_are_sent_and_not_named(folder):
    """clamdscan streams by itself where it must."""
    code, said = clamdscan(folder, "--stream", str(folder), is_local=False)
    assert (code, f"{folder}/evil.exe: Win.Test.Evil FOUND\n" in said) == (1, True)
    code, said = clamdscan(folder, str(folder / "sub/ok.txt"), is_local=False)
    assert (code, said.endswith(": OK\n")) == (2, False)


@pytest.mark.parametrize("switches", WAYS, ids=" ".join)
def test_what_could_not_be_judged_is_an_error(folder, switches):
    """Never OK: a gate that breaks, and a file over the limit."""
    broken = ToldGate(look=RuntimeError("no"), handle=RuntimeError("no"))
    for more in ({"gate": broken}, {"most": 1_000}):
        code, said = clamdscan(folder, *switches, str(folder / "sub/ok.txt"), **more)
        assert code == 2
        assert ": OK" not in said


def test_small_talk(folder):
    """It lives, it tells what it is, and a reload is taken."""
    assert clamdscan(folder, "--ping", "1")[0] == 0
    assert clamdscan(folder, "--version")[1].startswith("fyke ")
    assert clamdscan(folder, "--reload")[0] == 0
