"""`fyke scan`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fyke.cli.table import FEW
from tests.cli.conftest import SPAM, mail

HOSTILE = b"\x1b]0;owned\x07\x1b[31m=?utf-8?b?G1sySg==?= \xe2\x80\xae<script>alert(1)</script>"


def test_table_and_summary(fyke, box):
    """A line a message, then what they come to; 1 because one of them is unwanted."""
    ran = fyke("scan", box)
    assert ran.code == 1
    assert [line.split()[0] for line in ran.out.splitlines()[:3]] == ["label", "ham", "spam"]
    assert "2.eml" in ran.out
    assert "What they are" in ran.out
    assert "2 messages" in ran.out
    assert not ran.err


def test_all_wanted_is_0(fyke, box):
    """For scripts."""
    assert fyke("scan", box / "1.eml").code == 0


def test_an_error_is_2_and_the_rest_is_scanned(fyke, box):
    """The other paths are scanned all the same; the error is said at the end."""
    ran = fyke("scan", box / "1.eml", box / "3.eml")
    assert ran.code == 2
    assert "1.eml" in ran.out
    assert ran.err == f"fyke: {box}/3.eml: no such file or folder; did you mean {box}/2.eml?\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(fyke, box):
    """Told with the system's reason."""
    (box / "2.eml").chmod(0)
    ran = fyke("scan", box)
    assert ran.code == 2
    assert "2.eml: Permission denied" in ran.err


def test_folder_where_a_file_should_be_read(fyke, box):
    """A reason of the system reaches the user, whoever runs it."""
    (box / "3.eml").symlink_to("3.eml")
    ran = fyke("scan", box / "3.eml")
    assert ran.code == 2
    assert "3.eml: Too many levels of symbolic links" in ran.err


@pytest.mark.parametrize(
    "raw", [b"", b"\0" * 100, b"\xff\xfe", b"Subject", b"\n\n\n", b"Content-Type: multipart/mixed\n\n--"]
)
def test_a_broken_message_is_no_error(fyke, raw):
    """Bad mail is evidence."""
    assert fyke("scan", "-", stdin=raw).code in (0, 1)


def test_empty_folder_says_so(fyke, tmp_path):
    """Nothing scanned is not silence."""
    (tmp_path / "index.tsv").touch()
    ran = fyke("scan", tmp_path)
    assert ran.code == 0
    assert ran.out == "No message found; passed over 1 other thing\n"


def test_json_is_one_object_a_line_and_nothing_else(fyke, box):
    """For programs."""
    ran = fyke("scan", "--json", box)
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 1
    assert [line["path"] for line in lines] == [f"{box}/1.eml", f"{box}/2.eml"]
    assert [line["label"] for line in lines] == ["ham", "spam"]


def test_jobs_give_the_same(fyke, tmp_path):
    """As one process, line by line."""
    for at in range(60):
        (tmp_path / f"{at:02}.eml").write_bytes(SPAM if at % 9 == 0 else mail(f"Subject {at}"))

    def lines(*words):
        found = [json.loads(line) for line in fyke("scan", "--json", tmp_path, *words).out.splitlines()]
        return [{**line, "elapsed_us": 0} for line in found]

    assert lines() == lines("--jobs", "2")
    assert len(lines("--jobs", "0")) == 60


def test_of_many_only_those_that_need_a_look(fyke, tmp_path):
    """The rest is counted; --all lists it."""
    for at in range(FEW + 1):
        (tmp_path / f"{at:02}.eml").write_bytes(SPAM if at == 7 else mail())
    ran = fyke("scan", tmp_path)
    assert [line.split()[0] for line in ran.out.splitlines()[:2]] == ["label", "spam"]
    assert f"{FEW} wanted messages are not listed; --all lists them" in ran.out
    assert len(fyke("scan", tmp_path, "--all").out.splitlines()) > FEW + 1


@pytest.mark.parametrize("words", [[], ["--json"], ["--all"]])
def test_no_byte_of_an_enemy_reaches_the_terminal_raw(fyke, tmp_path, words):
    """Escape sequences in subject, sender and file name are shown, not sent."""
    name = os.fsdecode(b"x\x1b[2J\xff.eml")
    (tmp_path / name).write_bytes(mail(HOSTILE, sender='"\x1b[2J\x9b" <a@example.org>'))
    ran = fyke("scan", tmp_path, *words)
    assert ran.code == 0
    assert all(char.isprintable() or char == "\n" for char in ran.out + ran.err)


def test_envelope_options_reach_the_engine(fyke, box, tmp_path):
    """Thresholds and actions may depend on the recipient."""
    policy = tmp_path / "policy.toml"
    policy.write_text('[recipients.abuse]\nmatch = ["abuse@*"]\nunwanted = 1000.0\nunsure = 999.0\n')
    assert fyke("scan", box, "--policy", policy).code == 1
    assert fyke("scan", box, "--policy", policy, "--rcpt", "Abuse@example.org").code == 0


def test_page_is_checked_before_the_work(fyke, box, tmp_path):
    """Nobody waits for a report that cannot be written."""
    ran = fyke("scan", box, "--html", tmp_path / "gone" / "x.html")
    assert ran.code == 2
    assert "no such file or folder" in ran.err
    assert not ran.out


def test_an_old_terminal_gets_ascii(box):
    """No crash and no mojibake where the locale knows only ASCII."""
    (box / "3.eml").write_bytes(mail("Grüße 日本"))
    environ = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
    words = [sys.executable, "-m", "fyke", "scan", str(box)]
    done = subprocess.run(words, capture_output=True, env=environ, check=False)
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert not done.stderr


def test_first_verdict_soon(box):
    """Rough guard against a heavy import; `make bench` measures it."""
    words = [sys.executable, "-X", "importtime", "-m", "fyke", "scan", str(box / "1.eml")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not {"rich", "multiprocessing", "fyke.cli.report.page", "lxml", "urllib.request", "asyncio"} & loaded


def test_config_by_environment(fyke, box, tmp_path, monkeypatch):
    """$FYKE_CONFIG names the file where no option does."""
    monkeypatch.setenv("FYKE_CONFIG", str(tmp_path / "fyke.toml"))
    assert fyke("scan", box).code == 2
    Path(tmp_path / "fyke.toml").write_text('[judge]\ndisabled = ["gtube"]\n')
    assert fyke("scan", box).code == 0
