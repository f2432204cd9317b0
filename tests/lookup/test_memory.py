"""What is remembered of files is bounded, and never an answer to another question."""

import hashlib

from fyke.lookup.memory import KILLERS, Killers, Memory, renamed
from fyke.model import Analyse, Analysis, Cut, Fault, File, Finding, Lead, Reading, Symbol

SYMBOL = Symbol("TEST_FACT", "A fact", "files", 1.0)


def about(content, name="a.zip", words=(), declared=""):
    return Analyse(hashlib.sha256(content).hexdigest(), name, declared, words, content)


def answer(name="a.zip", locked=False):
    inner = File("b", "data", 0, "", locked=locked, findings=(Finding(SYMBOL, part=f"{name} > b"),))
    root = File(name, "zip", 0, "", findings=(Finding(SYMBOL, part=name),), children=(inner,))
    where = f"{name} > b"
    return Analysis(root, (Lead("u", "qr", where),), (Reading("t", "ocr", where),), cuts=(Cut("depth", name),))


def test_words_matter_where_something_is_locked():
    """A word that another mail brings may open it."""
    memory = Memory(1_000)
    memory.keep(about(b"1"), answer(), b"open")
    memory.keep(about(b"2", words=("x",)), answer(locked=True), b"locked")
    assert memory.get(about(b"1", words=("y",))) == b"open"
    assert memory.get(about(b"2", words=("x",))) == b"locked"
    assert memory.get(about(b"2", words=("y",))) is None


def test_extension_and_declared_type_matter():
    """A name that lies is evidence; how the rest of it is written is none."""
    memory = Memory(1_000)
    memory.keep(about(b"1"), answer(), b"known")
    assert memory.get(about(b"1", "B.ZIP")) == b"known"
    assert memory.get(about(b"1", "a.exe")) is None
    assert memory.get(about(b"1", declared="image/png")) is None


def test_what_nobody_asked_for_goes_first():
    """Answers are kept up to so many bytes."""
    memory = Memory(10)
    for name in (b"1", b"2"):
        memory.keep(about(name), answer(), b"12345")
    assert memory.get(about(b"1"))
    memory.keep(about(b"3"), answer(), b"12345")
    assert [bool(memory.get(about(name))) for name in (b"1", b"2", b"3")] == [True, False, True]
    memory.keep(about(b"4"), answer(), b"x" * 11)
    assert memory.get(about(b"4")) is None


def test_files_that_ended_a_cell_are_bounded_too():
    """The oldest is tried again."""
    killers = Killers()
    for number in range(KILLERS + 1):
        killers.keep(about(b"%d" % number), Fault("files.pool", str(number)))
    assert killers.get(about(b"0")) is None
    assert killers.get(about(b"1")).what == "1"


def test_another_name_moves_every_path():
    """In findings, addresses, texts and cuts."""
    assert renamed(answer("a.zip"), "b.zip") == answer("b.zip")
