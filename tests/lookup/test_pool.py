"""The pool answers whatever happens to the processes behind it."""

import hashlib
import os
import time

import pytest

from fyke.files import packaged
from fyke.files.analyst import Analyst
from fyke.files.signatures.eicar import EICAR_SIGN
from fyke.lookup.frames import Terms
from fyke.lookup.pool import Pool
from fyke.model import Analyse
from tests.lookup.test_sandbox import EVIL, ask, found


@pytest.fixture(scope="module")
def pool():
    pool = Pool()
    yield pool
    pool.close()


@pytest.fixture
def evil():
    pool = Pool(Terms(), 5.0, entry=EVIL)
    yield pool
    pool.close()


def pid(pool):
    return found(pool.analyse([ask("pid", declared=str(time.monotonic()))])[0])


def of(content, name="a.txt", **also):
    return Analyse(hashlib.sha256(content).hexdigest(), name, content=content, **also)


@pytest.mark.parametrize("content", [b"", b"text\n", EICAR_SIGN, b"\0" * (33 << 20)], ids=len)
def test_it_says_what_the_analyst_says(pool, content):
    """A cell is another place for the same call, for files of any size."""
    here = Analyst(packaged()).analyse(of(content))
    there = pool.analyse([of(content)])[0]
    assert (there.root, there.cuts, there.faults) == (here.root, here.cuts, here.faults)


def test_it_says_once_what_the_sandbox_is_made_of():
    """To whoever wants to hear it, however many cells there are."""
    heard = []
    pool = Pool(Terms(), 5.0, tell=heard.append, entry=EVIL)
    assert heard == []
    pool.analyse([ask("exit"), ask("nothing")])
    assert heard == [pool.ready]
    assert set(heard[0].layers) | set(heard[0].missing)
    pool.close()


def test_nothing_is_started_before_the_first_question():
    """Most mail has no files."""
    pool = Pool(entry=("-c", "raise SystemExit"))
    assert pool.analyse([]) == []
    assert pool.ready is None


def test_what_ended_a_cell_is_not_tried_again(evil):
    """Unless it is asked about with other words, for then it may open."""
    evil.analyse([ask("exit")])
    before = pid(evil)
    again = evil.analyse([ask("exit", declared="x/y")])[0]
    assert again.faults[0].what == "not tried again: its process left with 3"
    assert pid(evil) == before
    assert evil.analyse([ask("exit", words=("1234",))])[0].faults[0].what == "its process left with 3"


def test_an_answer_is_remembered(evil):
    """By content, extension and declared type, with the paths of the name that is asked about."""
    evil.analyse([ask("nothing"), ask("pid")])
    evil.analyse([ask("exit")])
    content = b"nothing"
    known = evil.analyse([Analyse(ask("nothing").digest, "other name.TXT", content=content)])[0]
    assert evil._cell is None  # nobody was asked
    assert known.root.name == "other name.TXT"
    assert [finding.part for finding in known.findings if finding.detail] == ["other name.TXT"]
    evil.analyse([Analyse(ask("nothing").digest, "a.exe", content=content)])
    assert evil._cell is not None


def test_a_forked_process_starts_its_own_cell(evil):
    """`fyke scan --jobs` forks: two processes on one line would hear each other's answers."""
    ours = pid(evil)
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.write(write, pid(evil)[0].encode())
        evil.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert os.read(read, 100).decode() not in ours
    assert pid(evil) == ours


def test_a_cell_that_grew_fat_is_followed_by_a_fresh_one(evil):
    """And no file is blamed for what others left behind."""
    before = pid(evil)
    assert found(evil.analyse([ask("fat")])[0]) == ["1"]
    assert pid(evil) != before


def test_a_cell_that_died_at_rest_is_no_files_fault(evil):
    """Somebody may have ended it."""
    os.kill(int(pid(evil)[0]), 9)
    time.sleep(0.3)
    assert evil.analyse([ask("nothing")])[0].faults == ()


def test_halves_of_characters_go_both_ways(evil):
    """In names and words of the question, in evidence of the answer."""
    answer = evil.analyse([Analyse(ask("surrogate").digest, "a\udcff", words=("\ud800",), content=b"surrogate")])[0]
    assert (answer.root.name, found(answer), answer.faults) == ("a?", ["?"], ())


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (("-c", "raise SystemExit('no such library')"), "left with 1; no such library"),
        (("-c", "import os, sys; os.write(int(sys.argv[1]), b'x' * 99)"), "said a frame of"),
    ],
)
def test_without_a_cell_every_answer_says_so(entry, why):
    """And nobody waits for the next attempt on each file."""
    pool = Pool(entry=entry)
    assert pool.warm() is None
    started = time.monotonic()
    for answer in pool.analyse([ask("nothing"), ask("pid")]):
        assert answer.faults[0].what.startswith("no process to look into files: ")
        assert why in answer.faults[0].what
    assert time.monotonic() - started < 0.1


def test_it_may_be_required_that_no_layer_is_missing(monkeypatch):
    """Then a kernel that lacks one means that nothing is looked into, and that each scan says so."""
    program = (
        "from fyke.lookup import cell, sandbox\n"
        "sandbox.detach = lambda: sandbox.Closed((), ('namespaces: not here',))\ncell.main()"
    )
    pool = Pool(Terms(all_layers=True), entry=("-c", program))
    answer = pool.analyse([ask("nothing")])[0]
    assert "the sandbox lacks namespaces: not here" in answer.faults[0].what
    pool = Pool(Terms(all_layers=False), entry=("-c", program))
    assert pool.analyse([of(b"x")])[0].faults == ()
    assert "namespaces: not here" in pool.ready.missing
    pool.close()
