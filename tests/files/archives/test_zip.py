"""ZIP: both readers, all methods, both locks, bombs."""

import hashlib
import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.analyst import Analyst
from fyke.files.archives import TENANTS
from fyke.model import Analyse
from tests.files.builders import zips
from tests.files.builders.zips import Entry

TEXT = b"The minutes of Monday are in the usual place.\n" * 30


def look(data, *words, name="a.zip"):
    return Analyst(TENANTS).analyse(Analyse(hashlib.sha256(data).hexdigest(), name, words=words, content=data))


def digests(analysis):
    return {file.digest for file in analysis.root.walk()}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def details(analysis, symbol):
    return [finding.detail for finding in analysis.findings if finding.symbol.name == symbol]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("prefix", [b"", b"MZ" + bytes(500)])
def test_it_reads_what_python_writes(method, prefix):
    """Archives of the standard library, with and without something before them, hold what was put in."""
    packed = io.BytesIO(prefix)
    packed.seek(len(prefix))
    with zipfile.ZipFile(packed, "a", method) as made:
        made.writestr("folder/one.txt", TEXT)
        made.writestr("empty.txt", b"")
        made.comment = b"by hand"
    analysis = look(packed.getvalue())
    assert digest(TEXT) in digests(analysis)
    assert not list(analysis.findings)
    assert not analysis.faults


def test_a_name_that_header_and_directory_tell_differently_is_looked_at_under_both():
    """Who reads the header would run a script; who reads the directory shows a text."""
    analysis = look(zips.build([Entry("note.txt", TEXT, own_name="note.js")]))
    assert {file.name for file in analysis.root.children} == {"note.txt", "note.js"}
    assert details(analysis, "ZIP_READERS_DISAGREE") == ["note.txt: its header calls it note.js"]


def test_a_member_that_only_the_headers_name_is_looked_at():
    """The directory keeps silent about it."""
    analysis = look(zips.build([Entry("a.txt", TEXT), Entry("b.txt", b"hidden", hidden=True)]))
    assert digest(b"hidden") in digests(analysis)
    assert "not in the directory: b.txt" in details(analysis, "ZIP_READERS_DISAGREE")


def test_two_archives_in_a_row_are_both_looked_at():
    """One program opens the first, another the last."""
    analysis = look(zips.build([Entry("a.txt", b"first")]) + zips.build([Entry("b.txt", b"second")]))
    assert {digest(b"first"), digest(b"second")} <= digests(analysis)
    assert details(analysis, "ZIP_READERS_DISAGREE")


@pytest.mark.parametrize("method", [0, 8])
def test_a_lock_that_is_none_is_seen_through(method):
    """A set bit keeps believers out; the content is there."""
    analysis = look(zips.build([Entry("a.txt", TEXT, method=method, flags=1)]))
    assert digest(TEXT) in digests(analysis)
    assert details(analysis, "ZIP_FAKE_LOCK") == ["a.txt"]
    assert not analysis.root.locked


@pytest.mark.parametrize("lock", [zips.crypto_locked, zips.aes_locked])
def test_a_word_opens_a_lock(lock):
    """The right word among wrong ones opens it, and it says which."""
    data = zips.build([lock("a.txt", TEXT, "pa55"), lock("b.txt", TEXT * 9, "pa55")])
    analysis = look(data, *(f"wrong{n}" for n in range(60)), "pa55")
    assert {digest(TEXT), digest(TEXT * 9)} <= digests(analysis)
    assert {file.how for file in analysis.root.children} == {"zip, opened with pa55"}


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_all_strengths_of_aes_are_opened(strength):
    """128, 192 and 256 bits."""
    assert digest(TEXT) in digests(look(zips.build([zips.aes_locked("a.txt", TEXT, "pw", strength)]), "pw"))


@pytest.mark.parametrize("lock", [zips.crypto_locked, zips.aes_locked])
def test_no_wrong_word_opens_a_lock(lock):
    """ZipCrypto's check lets one word in 256 pass; the check sum does not."""
    analysis = look(zips.build([lock("bill.exe", TEXT, "right")]), *(str(n) for n in range(600)))
    assert analysis.root.locked
    assert not analysis.root.children
    assert details(analysis, "ARCHIVE_LOCKED_PROGRAM") == ["bill.exe"]


def test_an_unknown_method_is_a_fact():
    """What is not read is said."""
    assert details(look(zips.build([Entry("a", b"x", method=98)])), "ARCHIVE_UNREAD") == ["a: method 98"]


def test_a_wrong_check_sum_is_a_fact():
    """The content is looked at all the same."""
    analysis = look(zips.build([Entry("a.txt", TEXT, crc=1)]))
    assert digest(TEXT) in digests(analysis)
    assert details(analysis, "FILE_BROKEN") == ["zip: a.txt: the check sum does not hold"]


def test_names_that_lead_out_are_noted():
    """A path upwards or from the root."""
    analysis = look(zips.build([Entry("../../a.txt", TEXT), Entry("C:\\b.txt", TEXT)]))
    assert len(details(analysis, "ARCHIVE_ESCAPES")) == 2


def caps(analysis):
    return {cut.cap for cut in analysis.cuts}


def test_records_of_one_header_are_read_once():
    """250 members of 2 MB in 2 kB, all of them the same bytes."""
    analysis = look(zips.shared())
    assert details(analysis, "ZIP_OVERLAP")
    assert len(analysis.root.children) == 1


def test_members_that_overlap_are_a_bomb():
    """250 members that hold each other: a few are read, and it is named."""
    analysis = look(zips.overlapped())
    assert details(analysis, "ZIP_OVERLAP")
    assert details(analysis, "FILE_BOMB")
    assert caps(analysis) == {"ratio"}
    assert len(analysis.root.children) == 8


def test_a_nest_of_bombs_ends_by_ratio():
    """Sixteen archives of sixteen archives of sixteen files of 50 MB."""
    level = zips.build([Entry("0.dll", bytes(50_000_000))])
    for _ in range(3):
        level = zips.build([Entry(f"lib {n}.zip", level) for n in range(16)])
    assert "ratio" in caps(look(level))


def test_a_deep_nest_ends_by_depth():
    """Thirty archives in each other."""
    level = b"inmost"
    for _ in range(30):
        level = zips.build([Entry("a.zip", level)])
    analysis = look(level)
    assert caps(analysis) == {"depth"}
    assert details(analysis, "ARCHIVE_DEEP")


def test_a_declared_gigabyte_is_noted():
    """A promise above the cap is noted; what is there is read."""
    analysis = look(zips.build([Entry("a.txt", TEXT, size=1 << 30)]))
    assert caps(analysis) == {"size"}
    assert digest(TEXT) in digests(analysis)


def test_many_members_end_by_count():
    """Of 100,000 members the first 2,000 are read, and programs before all."""
    members = [Entry(f"{n}.txt", b"%d" % n, method=0) for n in range(30_000)]
    analysis = look(zips.build([*members[:15_000], Entry("run.exe", b"MZ here"), *members[15_000:]]))
    assert "count" in caps(analysis)
    assert digest(b"MZ here") in digests(analysis)
    assert len(analysis.root.children) == 2_000


def test_garbage_after_headers_ends():
    """Ten megabytes of what looks like headers, and is none, or is cut."""
    garbage = b"PK\3\4" + random.Random(7).randbytes(96)
    assert caps(look(zips.build([Entry("a.txt", TEXT)]) + garbage * 100_000)) == {"count"}
    assert not look(b"PK\3\4" + random.Random(7).randbytes(10_000_000)).faults


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255), st.integers(0, 3))
def test_a_flipped_byte_is_no_fault_of_ours(at, value, which):
    """Whatever one byte becomes, or wherever it ends, nothing but evidence comes of it."""
    data = SAMPLES[which]
    at %= len(data)
    for broken in (data[:at] + bytes((value,)) + data[at + 1 :], data[:at]):
        assert not look(broken, "pw").faults


SAMPLES = [
    zips.build([Entry("a.txt", TEXT), Entry("b.txt", TEXT, method=0)]),
    zips.build([zips.crypto_locked("a.txt", TEXT, "pw")]),
    zips.build([zips.aes_locked("a.txt", TEXT, "pw")]),
    zips.build([Entry("a", TEXT, own_name="b.js"), Entry("c", TEXT, method=6), Entry("d", TEXT, method=9),
                Entry("e", TEXT, method=1), Entry("f", TEXT, method=3), Entry("g", TEXT, method=14)]),
]  # fmt: skip
