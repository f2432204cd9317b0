"""A cell that a file took over can compute and answer, and that is all."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fyke.lookup.frames import Terms
from fyke.lookup.pool import Pool
from fyke.model import Analyse

EVIL = (str(Path(__file__).parent / "evil.py"),)
NEEDS = ("landlock", "seccomp", "limits", "namespaces")


def ask(deed, **also):
    content = deed.encode()
    return Analyse(hashlib.sha256(content).hexdigest(), f"{deed}.txt", content=content, **also)


@pytest.fixture
def pool():
    pool = Pool(Terms(cpu_s=100), 5.0, entry=EVIL)
    yield pool
    pool.close()


@pytest.fixture
def closed(pool):
    ready = pool.warm()
    lacking = [line for line in ready.missing if line.startswith(NEEDS)]
    if lacking and not os.environ.get("CI"):
        pytest.skip("; ".join(lacking))
    assert not lacking
    return pool


def found(answer):
    return [finding.detail for finding in answer.findings if finding.symbol.name == "TEST_CAME_BY"]


@pytest.mark.parametrize(
    "deed",
    "socket connect fork exec ptrace kill unshare bpf io_uring keyctl".split(),
)
def test_what_only_an_attacker_asks_ends_the_cell(closed, deed):
    """The kernel kills it at the call; the answer is a fault, and the next file is looked at."""
    first, second = closed.analyse([ask(deed), ask("nothing")])
    assert first.faults[0].what == "its process was killed by SIGSYS"
    assert not found(first)
    assert (found(second), second.faults) == (["ok"], ())


@pytest.mark.parametrize(
    "deed", "write write-here delete read stat list spawn thread executable share limits memory".split()
)
def test_what_a_library_may_try_is_refused(closed, deed):
    """It gets an error, which the scan tells as a fault; the cell goes on."""
    before = closed.analyse([ask("pid")])[0]
    first, second = closed.analyse([ask(deed), ask("pid", declared="again")])
    assert not found(first)
    assert first.faults[0].who == "files.evil"
    assert found(second) == found(before)
    assert not Path("/tmp/fyke-was-here").exists()


@pytest.mark.parametrize(
    ("deed", "how"),
    [
        ("segfault", "was killed by SIGSEGV"),
        ("abort", "was killed by SIGABRT"),
        ("exit", "left with 3"),
        ("panic", "left with 1"),
        ("lie", "answered what is no answer"),
        ("flood", "said a frame of 18,446,744,073,709,551,615 bytes"),
    ],
)
def test_an_end_of_any_kind_is_told(pool, deed, how):
    """It costs the answer about this file alone."""
    first, second = pool.analyse([ask(deed), ask("nothing")])
    assert how in first.faults[0].what
    assert (first.root.kind, first.root.digest) == ("data", ask(deed).digest)
    assert (found(second), second.faults) == (["ok"], ())


def test_one_that_never_answers_is_killed():
    """When the file's time is up."""
    pool = Pool(Terms(), 0.5, entry=EVIL)
    pool.warm()
    first, second = pool.analyse([ask("spin"), ask("nothing")])
    assert first.faults[0].what == "its process was killed by SIGKILL after 0.5 s"
    assert found(second) == ["ok"]
    pool.close()


def test_processor_time_is_bounded_for_a_life(closed):
    """By the kernel, where the keeper itself should fail."""
    pool = Pool(Terms(cpu_s=2), 60.0, entry=EVIL)
    answer = pool.analyse([ask("spin")])[0]
    assert answer.faults[0].what in ("its process was killed by SIGKILL", "its process was killed by SIGXCPU")
    pool.close()


def test_what_was_open_before_can_be_read(closed):
    """Which is why a cell opens nothing that is secret: this is the limit of the claim."""
    assert found(closed.analyse([ask("read-open")])[0]) == ["root"]


def test_it_knows_nothing_of_its_keepers_environment(pool, monkeypatch):
    """Secrets stand there."""
    monkeypatch.setenv("PASSWORD_OF_ALL", "1234")
    names = set(found(pool.analyse([ask("environ")])[0])[0].split(","))
    assert names <= {"FYKE_CACHE", "HOME", "XDG_CACHE_HOME", "LC_ALL", "LC_CTYPE"} | {
        f"{name}_NUM_THREADS" for name in ("OPENBLAS", "OMP", "RAYON")
    }


def test_it_ends_with_its_keeper(tmp_path):
    """Whatever becomes of the keeper: no cell is left behind, not even a busy one."""
    keeper = tmp_path / "keeper.py"
    keeper.write_text(
        "import hashlib, os, sys, threading\n"
        "from fyke.lookup.pool import Pool\nfrom fyke.model import Analyse\n"
        f"pool = Pool(entry={EVIL!r})\npool.warm()\n"
        "print(pool._cell._process.pid, flush=True)\n"
        "threading.Timer(0.3, os._exit, (0,)).start()\n"
        "pool.analyse([Analyse(hashlib.sha256(b'spin').hexdigest(), 'x', content=b'spin')])\n"
    )
    done = subprocess.run([sys.executable, keeper], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    status = Path(f"/proc/{int(done.stdout)}/status")
    for _ in range(100):
        if not status.exists() or "zombie" in status.read_text():
            return
        time.sleep(0.05)
    pytest.fail("it lives on")
