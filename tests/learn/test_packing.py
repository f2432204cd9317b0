"""Packed features: nothing lost, nothing believed."""

import hashlib
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.learn.features import Family, Features, Reader
from fyke.learn.packing import MOST_CODES, VERSION, PackingError, pack, unpack
from fyke.mail import parse
from tests.cli.conftest import mail

FAMILY = st.lists(st.integers(0, 2**32 - 1), max_size=60)
FAMILIES = st.lists(FAMILY, min_size=len(Family), max_size=len(Family))


def features(families):
    ends = np.cumsum([len(family) for family in families])
    return Features(np.array([code for family in families for code in family], np.uint32), tuple(ends.tolist()))


@given(FAMILIES)
def test_what_is_packed_comes_back(families):
    """Every code of every family, in ascending order."""
    found = unpack(pack(features(families)))
    assert found.codes.tolist() == [code for family in families for code in sorted(family)]
    assert found.ends == features(families).ends


@given(FAMILIES)
def test_one_form(families):
    """Packing what was unpacked gives the same bytes: equal features are equal labels."""
    packed = pack(features(families))
    assert pack(unpack(packed)) == packed


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused_or_features(data):
    """No bytes make it fail otherwise, or take more memory than the largest message."""
    for tried in (data, bytes([VERSION]) + data):
        try:
            found = unpack(tried)
        except PackingError:
            continue
        assert len(found.codes) <= MOST_CODES


def test_a_bomb_is_not_unpacked():
    """What would become more than it says is refused."""
    packed = pack(features([[1, 2, 3], *([[]] * (len(Family) - 1))]))
    head = packed[: 1 + 2 * len(Family)]
    with pytest.raises(PackingError, match="not the size"):
        unpack(head + zlib.compress(bytes(10_000_000)))
    with pytest.raises(PackingError, match="more than any message"):
        unpack(bytes([VERSION]) + b"\xff\xff" * len(Family) + packed[len(head) :])


def test_a_message_is_small_and_whole():
    """A real reader's features survive, in about three bytes each."""
    words = " ".join(
        f"{digest[:5]} {digest[9:16]}" for digest in (hashlib.md5(b"%d" % at).hexdigest() for at in range(200))
    )
    read = Reader().read(parse(mail(body=words)), ())
    packed = pack(read)
    assert sorted(unpack(packed).codes.tolist()) == sorted(read.codes.tolist())
    assert unpack(packed).ends == read.ends
    assert len(packed) < 40 + 3.3 * len(read.codes)
