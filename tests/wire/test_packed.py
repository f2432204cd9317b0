"""What was packed for the way comes out as it was, within a limit, or not at all."""

import gzip

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from fyke.wire.packed import FRAMES, PackedError, TooLargeError, opened, pack
from tests.cheap import seconds

CODINGS = ("zstd", "gzip")
MIB = 1 << 20


@pytest.mark.parametrize("coding", CODINGS)
@given(data=st.binary(max_size=5_000))
def test_there_and_back(coding, data):
    """Also by other programs' hands."""
    assert opened(coding, pack(coding, data), 5_000) == data
    others = gzip.compress(data) if coding == "gzip" else zstandard.ZstdCompressor(9).compress(data)
    assert opened(coding, others, 5_000) == data


@pytest.mark.parametrize("coding", CODINGS)
def test_some_frames_one_after_another(coding):
    """As both formats allow; but not without end."""
    assert opened(coding, pack(coding, b"ab") * 3, 100) == b"ababab"
    with pytest.raises(PackedError):
        opened(coding, pack(coding, b"") * (FRAMES + 1), 100)


@pytest.mark.parametrize("coding", CODINGS)
def test_what_is_broken(coding):
    """Cut short, changed, followed by something else, empty."""
    packed = pack(coding, b"hello" * 99)
    for broken in (packed[:-1], packed[:9], b"x" + packed, packed + b"x", b"", b"xxxxxx"):
        with pytest.raises(PackedError):
            opened(coding, broken, MIB)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_ends_at_the_limit(coding):
    """In the time that the limit takes, not what it would make."""
    bomb = pack(coding, bytes(300 * MIB))
    assert len(bomb) < 2 * MIB

    def light():
        with pytest.raises(TooLargeError):
            opened(coding, bomb, MIB)

    assert seconds(light) < 0.3
    assert len(opened(coding, pack(coding, bytes(MIB)), MIB)) == MIB
    with pytest.raises(TooLargeError):
        opened(coding, pack(coding, bytes(MIB + 1)), MIB)


def test_a_window_that_is_too_large():
    """Memory that a decoder would need before the first byte."""
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    ).compressobj()
    data = wide.compress(b"x" * 1_000) + wide.flush()
    with pytest.raises(PackedError):
        opened("zstd", data, MIB)


def test_other_codings():
    """They are named."""
    with pytest.raises(PackedError, match="'br' is not known"):
        opened("br", b"", 1)
    assert opened("x-gzip", pack("gzip", b"a"), 1) == b"a"


@pytest.mark.parametrize("coding", CODINGS)
@given(data=st.binary(max_size=300))
def test_any_bytes(coding, data):
    """Something within the limit, or an error."""
    try:
        assert len(opened(coding, data, 1_000)) <= 1_000
    except PackedError:
        pass
