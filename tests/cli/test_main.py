"""The front door: commands, errors and exit codes."""

import os
import signal
import subprocess
import sys

import pytest

from fyke import __version__
from tests.cli.conftest import mail

FYKE = [sys.executable, "-m", "fyke"]


def test_version_is_light():
    """`fyke --version` loads neither the engine nor any library: shells ask for it often."""
    code = (
        "import sys; from fyke.cli.main import main\ntry: main(['--version'])\nexcept SystemExit: print(*sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.startswith(f"fyke {__version__}")
    assert not {"hyperscan", "msgspec", "turbohtml", "rich", "fyke.model"} & set(out.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["scna", "x"], "fyke: no command scna; did you mean scan? (see fyke --help)"),
        (["scan", "--jsn", "x"], "fyke: fyke scan has no option --jsn; did you mean --json?"),
        (["scan", "--jobs", "two", "x"], "fyke: --jobs: takes a whole number, not 'two' (see fyke scan --help)"),
        (["scan"], "fyke: the following arguments are required: PATH (see fyke scan --help)"),
        (["policy", "thresholds.unwantd"], "the policy has no value thresholds.unwantd; did you mean thresholds.unw"),
        (["config", "chek", "x"], "fyke config takes nothing or check FILE, not chek; did you mean check?"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_nearest_name(fyke, words, sentence):
    """What was wrong and what was probably meant; exit 2, nothing on stdout."""
    ran = fyke(*words)
    assert ran.code == 2
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not ran.out


def test_no_command_shows_the_commands(fyke):
    """`fyke` alone tells what there is."""
    ran = fyke()
    assert ran.code == 2
    assert "explain" in ran.err


def test_bad_policy_names_file_line_and_nearest_name(fyke, box, tmp_path):
    """A wrong name in a policy is told with its place."""
    policy = tmp_path / "policy.toml"
    policy.write_text("[thresholds]\nunwanted = 3.0\nunsur = 1.0\n")
    ran = fyke("scan", box, "--policy", policy)
    assert ran.code == 2
    assert f"{policy}:3: the policy has no unsur in [thresholds]; did you mean unsure?" in ran.err


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    """`fyke scan ... | head -1` says nothing on stderr."""
    for at in range(300):
        (tmp_path / f"{at}.eml").write_bytes(mail())
    command = f"{' '.join(FYKE)} scan --json {tmp_path} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("{")
    assert done.stderr == ""


def test_a_full_disk_is_one_sentence(tmp_path):
    """What cannot be printed is told, not traced."""
    (tmp_path / "a.eml").write_bytes(mail())
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [*FYKE, "scan", str(tmp_path)], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "fyke: output: No space left on device\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_is_quiet(jobs, tmp_path):
    """Interrupted work leaves with 130, and no traceback of any process."""
    box = tmp_path / "box"
    box.write_bytes((b"From ann@example.org Mon Nov  3 10:00:00 2025\n" + mail() + b"\n") * 30_000)
    words = [*FYKE, "scan", "--json", "--jobs", jobs, str(box)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as running:
        assert running.stdout.readline().startswith(b"{")
        os.killpg(running.pid, signal.SIGINT)
        _, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert err == b""
