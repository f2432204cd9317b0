"""Archives that are lures, and files in disguise."""

import pytest

from fyke.files.archives import TENANTS
from tests.files import looking
from tests.files.builders import zips
from tests.files.builders.zips import Entry

PROGRAM = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(200)
SCRIPT = b"var shell = new ActiveXObject('WScript.Shell');\n"


def symbols(*entries):
    return looking.found(looking.look(zips.build(entries), "a.zip", tenants=TENANTS))


def disguise(data, name):
    analysis = looking.look(data, name, tenants=TENANTS)
    return [each.symbol.bits * each.weight for each in analysis.findings if each.symbol.name == "FILE_NOT_AS_NAMED"]


def test_a_lone_script_is_a_lure():
    """One script and a text beside it."""
    assert "ARCHIVE_LONE_SCRIPT" in symbols(Entry("invoice.js", SCRIPT), Entry("readme.txt", b"open it"))


def test_a_lone_program_is_a_lure():
    """One program, whatever it is called."""
    assert "ARCHIVE_LONE_PROGRAM" in symbols(Entry("setup.bin", PROGRAM))


def test_a_program_among_many_files_is_none():
    """A collection of somebody's work."""
    files = [Entry(f"{n}.txt", b"text") for n in range(12)]
    assert not symbols(Entry("tool.exe", PROGRAM), *files) & {"ARCHIVE_LONE_PROGRAM", "ARCHIVE_LONE_SCRIPT"}


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("invoice.pdf.exe", "FILE_NAME_DOUBLE"),
        ("invoice\u202efdp.exe", "FILE_NAME_BIDI"),
        ("invoice.pdf" + " " * 30 + ".exe", "FILE_NAME_SPACES"),
    ],
)
def test_names_that_lie(name, symbol):
    """Each kind of lie has its symbol, locked or not."""
    assert symbol in symbols(Entry(name, b"x"))
    assert symbol in symbols(zips.crypto_locked(name, b"x", "secret"))


@pytest.mark.parametrize("name", ["report.2024.pdf", "a.tar.gz", "jquery.min.js", "Mr. Smith.docx", "name  two.txt"])
def test_honest_names_say_nothing(name):
    """Dots and blanks that people write."""
    assert not {one for one in symbols(Entry(name, b"x")) if one.startswith("FILE_NAME")}


@pytest.mark.parametrize("name", ["bill.pdf", "photo.jpg", "notes.txt", "song.mp3"])
def test_a_program_in_disguise(name):
    """A program under the name of a document, a picture, a text, a song."""
    assert disguise(PROGRAM, name) == [5.0]


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"hello", "a.txt"), (b"\xff\xd8\xff\xe0", "a.png"), (b"{\\rtf1}", "a.doc"), (PROGRAM, "a.exe"), (PROGRAM, "a")],
)
def test_honest_files_are_none(data, name):
    """What people call so, whether it is quite right or not."""
    assert not disguise(data, name)


def test_an_archive_under_the_name_of_a_picture():
    """A file for those whom somebody told to rename it."""
    assert disguise(zips.build([Entry("a.txt", b"x")]), "photo.jpg") == [3.0]
    assert not disguise(zips.build([Entry("a.txt", b"x")]), "letter.docx")
