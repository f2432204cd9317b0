"""One file made smaller, in all the ways there are."""

import bz2
import gzip
import lzma
import shutil
import subprocess

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.archives import TENANTS
from tests.files import looking

TEXT = b"The minutes of Monday are in the usual place.\n" * 3_000
SZDD = b"SZDD\x88\xf0\x27\x33A" + b"e" + (11).to_bytes(4, "little") + b"\x07abc\xf0\xf5"
LZIP = b"LZIP\x01\x10" + lzma.compress(
    TEXT, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}]
) + bytes(20)  # fmt: skip
MADE = {
    "gz": gzip.compress(TEXT),
    "bz2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "lzma": lzma.compress(TEXT, lzma.FORMAT_ALONE),
    "lz": LZIP,
    "zst": zstandard.compress(TEXT),
}


def look(data, name):
    return looking.look(data, name, tenants=TENANTS)


@pytest.mark.parametrize("last", MADE)
def test_what_was_packed_comes_out(last):
    """Whole, called as before, without a finding."""
    analysis = look(MADE[last], f"notes.txt.{last}")
    assert looking.holds(analysis, TEXT)
    assert looking.names(analysis) == ["notes.txt"]
    assert not looking.found(analysis)


@pytest.mark.parametrize("last", ["gz", "bz2", "xz", "lz"])
def test_streams_in_a_row_are_one_file(last):
    """As the programs do that unpack them."""
    assert looking.holds(look(MADE[last] * 2, f"a.{last}"), TEXT * 2)


@pytest.mark.parametrize("last", ["gz", "bz2", "xz", "lz"])
def test_what_follows_is_looked_at(last):
    """A program behind the stream is not lost."""
    assert looking.holds(look(MADE[last] + b"MZ behind", f"a.{last}"), b"MZ behind")


@pytest.mark.parametrize("last", sorted(set(MADE) - {"zst"}))  # its reader ends quietly
def test_what_is_cut_off_is_broken_and_read_so_far(last):
    """A stream that ends early gives what it has."""
    analysis = look(MADE[last][: len(MADE[last]) // 2], f"a.{last}")
    assert "FILE_BROKEN" in looking.found(analysis)
    assert not analysis.faults


def test_gzip_tells_the_name():
    """The header knows better than the name of the file."""
    data = b"\x1f\x8b\x08\x08" + bytes(6) + b"told.js\0" + gzip.compress(b"x")[10:]
    assert looking.names(look(data, "a.bin")) == ["told.js"]


def test_szdd_gets_its_last_letter_back():
    """A literal run and a copy out of the blanks before the start."""
    analysis = look(SZDD, "setup.ex_")
    assert looking.names(analysis) == ["setup.exe"]
    assert looking.holds(analysis, b"abcabcabcab")


def test_kwaj_is_read():
    """Stored, inverted, and a method that is not read."""
    head = b"KWAJ\x88\xf0\x27\xd1"
    for method, body in ((0, b"hello"), (1, bytes(255 - byte for byte in b"hello"))):
        data = head + method.to_bytes(2, "little") + b"\x0e\0\0\0" + body
        assert looking.holds(look(data, "a"), b"hello")
    assert "ARCHIVE_UNREAD" in looking.found(look(head + b"\3\0\x0e\0\0\0x", "a"))


def test_a_bomb_ends_by_the_ratio():
    """60 MB of zeros."""
    assert "FILE_BOMB" in looking.found(look(gzip.compress(bytes(30_000_000)), "a.gz"))


@pytest.mark.peer
@pytest.mark.parametrize("bits", [10, 12, 16])
def test_compress_agrees_with_the_program(bits):
    """What `compress` of ncompress packs comes out whole."""
    if not shutil.which("compress"):
        pytest.skip("compress is not installed")
    data = b"".join(b"%d " % (n * n % 7_919) for n in range(90_000))
    packed = subprocess.run(["compress", "-c", "-b", str(bits)], input=data, capture_output=True, check=False).stdout
    assert looking.holds(look(packed, "a.Z"), data)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*MADE.values(), SZDD]), st.integers(0, 10_000), st.integers(0, 255))
def test_a_flipped_byte_is_no_fault_of_ours(data, at, value):
    """Nothing but evidence comes of broken bytes."""
    at %= len(data)
    assert not look(data[:at] + bytes((value,)) + data[at + 1 :], "a").faults
