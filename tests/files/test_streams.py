"""Decompressors in pieces."""

import bz2
import lzma
import zlib

import pytest
import zstandard

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES, Budget, Meter
from fyke.files.streams import bunzipped, inflated, stored, unlzma, unzstd

DATA = bytes(range(256)) * 2_000
CASES = [
    (lambda data: inflated(data, 15), zlib.compress),
    (bunzipped, bz2.compress),
    (unlzma, lzma.compress),
    (unzstd, zstandard.compress),
]


@pytest.mark.parametrize(("read", "write"), CASES)
def test_what_was_packed_comes_out_in_pieces(read, write):
    """Each of bounded size."""
    pieces = list(read(write(DATA)))
    assert b"".join(pieces) == DATA
    assert max(map(len, pieces)) <= CHUNK_BYTES


@pytest.mark.parametrize(("read", "write"), CASES[:3])
def test_a_stream_that_is_cut_is_broken_after_what_is_there(read, write):
    """What came out before is given."""
    got = []
    with pytest.raises(Broken):
        got.extend(read(write(DATA)[:-5]))
    assert DATA.startswith(b"".join(got))


@pytest.mark.parametrize(("read", "write"), CASES)
def test_a_bomb_is_not_unpacked_further_than_asked(read, write):
    """A gigabyte of nothing costs what is taken of it."""
    bomb = write(bytes(50_000_000))
    meter = Meter(Budget(size=1_000_000))
    assert len(meter.gather(read(bomb), len(bomb), "bomb")) == 1_000_000


def test_stored_bytes_come_as_they_are():
    """In pieces too."""
    assert b"".join(stored(DATA)) == DATA
