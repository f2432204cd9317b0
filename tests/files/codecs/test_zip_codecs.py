"""The old methods of ZIP: what packers of our own made comes out, and broken streams are nothing worse."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken
from fyke.files.codecs.deflate64 import inflated64
from fyke.files.codecs.implode import exploded
from fyke.files.codecs.lzw import uncompressed, unshrunk
from fyke.files.codecs.reduce import expanded
from tests.files.builders.zips import deflate

TEXT = b"".join(b"%d minutes of Monday\n" % (n * n % 977) for n in range(900))


def bits(codes):
    """Numbers of given widths as bytes, lowest bit first."""
    held = count = 0
    for value, width in codes:
        held |= value << count
        count += width
    return held.to_bytes((count + 7) // 8, "little")


def shrink(data):
    """LZW with codes of 9 to 13 bits, never cleared."""
    table, codes, width, free, have = {bytes((n,)): n for n in range(256)}, [], 9, 257, b""
    for value in data:
        more = have + bytes((value,))
        if more in table:
            have = more
            continue
        while table[have] >= 1 << width:
            codes += [(256, width), (1, width)]
            width += 1
        codes.append((table[have], width))
        if free < 8_192:
            table[more] = free
            free += 1
        have = more[-1:]
    while table[have] >= 1 << width:
        codes += [(256, width), (1, width)]
        width += 1
    codes.append((table[have], width))
    return bits(codes)


def reduce(data):
    """The first 32 followers of each byte, and no runs."""
    assert 144 not in data
    followers = [[] for _ in range(256)]
    for one, two in itertools.pairwise(b"\0" + data):
        if two not in followers[one] and len(followers[one]) < 32:
            followers[one].append(two)
    codes = []
    for one in range(255, -1, -1):
        codes += [(len(followers[one]), 6), *((value, 8) for value in followers[one])]
    for one, two in itertools.pairwise(b"\0" + data):
        known = followers[one]
        if two in known:
            codes += [(0, 1), (known.index(two), max(1, (len(known) - 1).bit_length()))]
        else:
            codes += [(1, 1), (two, 8)] if known else [(two, 8)]
    return bits(codes)


# Two trees of six bits each: 64 codes of one length; then a literal "a", "b", and a copy of 4 from 2 before.
IMPLODED = bytes((3, 0xF5, 0xF5, 0xF5, 0xF5)) * 2


def test_shrunk_comes_out():
    """LZW up to thirteen bits."""
    assert b"".join(unshrunk(shrink(TEXT), len(TEXT))) == TEXT


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_reduced_comes_out(factor):
    """Followers, of each factor."""
    assert b"".join(expanded(reduce(TEXT), len(TEXT), factor)) == TEXT


def test_imploded_comes_out():
    """Codes of one length count down: symbol 63 is 0."""
    turned = [int(f"{63 - n:06b}"[::-1], 2) for n in range(64)]
    codes = [(1, 1), (97, 8), (1, 1), (98, 8), (0, 1), (1, 6), (turned[0], 6), (turned[2], 6)]
    assert b"".join(exploded(IMPLODED + bits(codes), 6, 0)) == b"ababab"


def test_deflate_is_deflate64_where_matches_are_short():
    """A stream without the longest match is the same in both."""
    assert b"".join(inflated64(deflate(TEXT))) == TEXT


SAMPLES = [
    lambda data: unshrunk(data, 40_000),
    lambda data: expanded(data, 40_000, 2),
    lambda data: exploded(data, 40_000, 6),
    lambda data: exploded(data, 40_000, 0),
    inflated64,
    lambda data: uncompressed(b"\x1f\x9d\x90" + data),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.binary(max_size=600), st.sampled_from([b"", shrink(TEXT), reduce(TEXT), IMPLODED]))
def test_any_bytes_end_well_or_broken(make, data, before):
    """Nothing else is raised, whatever the stream."""
    try:
        size = sum(len(piece) for piece in make(before + data))
    except Broken:
        return
    assert size >= 0
