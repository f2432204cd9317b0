"""The agreed test file is recognised wherever it lies: in each kind of container, in nests of them, behind a word."""

import itertools

import pytest

from fyke.files.signatures.eicar import EICAR_SIGN
from fyke.model import Envelope
from tests.files.builders import table
from tests.files.builders.mails import mail
from tests.files.looking import found, look
from tests.inline import engine

NAME = "report.txt"
OTHERS = {"minutes.txt": table.FILES["minutes.txt"]}  # help files and others pack their last member alone
NESTS = (
    ("eml", "zip", "iso", "7z", "cab"), ("msg", "rar 5", "udf", "tar", "gzip"), ("eml", "onenote", "zip", "vhd"),
    ("eml", "msg", "eml", "zip", "arj"), ("pdf", "docx", "zip", "xz", "cpio"), ("zip", "joliet", "lha", "ace", "ar"),
    ("eml", "rtf", "rar 3 packed", "ntfs"), ("tnef", "doc", "7z", "chm"), ("nsis", "zip", "iscab", "rpm"),
    ("uuencode", "bzip2", "fat16", "dmg"), ("yenc", "sis", "lzx", "zip"), ("page", "zip", "gpt", "lzma", "binhex"),
)  # fmt: skip

SMALL = frozenset("fat mbr gpt vhd dynamic vhdx dmg ntfs chm".split())  # for which the builders know few sizes
LARGE = frozenset("fat16 vhdx udf".split())


def held(kind, name, data):
    """A container of the kind with the file, and with others where it takes some."""
    if kind in table.SINGLES:
        return table.SINGLES[kind](name, data)
    return table.CONTAINERS[kind]({**OTHERS, name: data})


def nested(kinds, data=EICAR_SIGN):
    """The file in the last of the containers, that in the one before, and so on."""
    name = NAME
    for kind in reversed(kinds):
        data, name = held(kind, name, data), "inner.dat"
    return data


@pytest.mark.parametrize("kind", [*table.CONTAINERS, *table.SINGLES])
def test_each_container_is_looked_into(kind):
    """One level deep."""
    assert "FILE_EICAR" in found(look(nested([kind]), "a"))


@pytest.mark.parametrize("kinds", NESTS, ids=" > ".join)
def test_nests_are_looked_into(kinds):
    """As deep as people who hide things go."""
    analysis = look(nested(kinds), "a")
    assert "FILE_EICAR" in found(analysis)
    assert not analysis.faults


@pytest.mark.parametrize("outer", [kind for kind in table.CONTAINERS if kind not in SMALL])
def test_all_pairs_are_looked_into(outer):
    """Each kind within each other, but images of megabytes, which are slow to pack."""
    inner = [kind for kind in (*table.CONTAINERS, *table.SINGLES) if kind not in LARGE]
    assert [kind for kind in inner if "FILE_EICAR" not in found(look(nested([outer, kind]), "a"))] == []


@pytest.mark.parametrize("kind", list(table.LOCKED))
def test_a_word_of_the_mail_opens_what_is_locked(kind):
    """A locked archive is opened with what its mail says, in a nest too."""
    locked = table.LOCKED[kind]({NAME: EICAR_SIGN}, "Kaffee-2026")
    for name, data in (("a.dat", locked), ("outer.zip", table.zipped({"a.dat": locked}))):
        raw = mail([(name, data)], body="The report is attached.\r\n\r\nPassword: Kaffee-2026\r\n")
        scan = engine().scan(Envelope(), raw)
        assert any("FILE_EICAR" in found(analysis) for analysis in scan.files), name
        assert scan.verdict.label == "malware"


def test_locked_stays_locked_without_the_word():
    """And that is said."""
    for make in table.LOCKED.values():
        analysis = look(make({NAME: EICAR_SIGN}, "Kaffee-2026"), "a")
        assert "FILE_EICAR" not in found(analysis)
        assert analysis.root.locked


def test_order_does_not_matter():
    """Three in each order."""
    for kinds in itertools.permutations(("zip", "iso", "eml")):
        assert "FILE_EICAR" in found(look(nested(kinds), "a"))
