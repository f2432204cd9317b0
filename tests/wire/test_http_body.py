"""Bodies of HTTP requests: taken off what was heard to the last byte, and no further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.wire.http_body import CHUNK_LINE_BYTES, TRAILER_BYTES, Body, RemoteProtocolError


def fed(data, length, limit=1_000, size=1):
    """The body, and what was left, of bytes that come in pieces; None where it is not whole."""
    heard = bytearray()
    body = Body(heard, length, limit)
    for at in range(0, len(data), size):
        heard += data[at : at + size]
        if body.read():
            return body.taken(), bytes(heard) + data[at + size :]
    return (body.taken(), bytes(heard)) if body.read() else None


@pytest.mark.parametrize("size", [1, 3, 999])
def test_a_body_ends_where_it_says(size):
    """What stands behind it is the next request's."""
    assert fed(b"helloGET", 5, size=size) == (b"hello", b"GET")
    assert fed(b"", 0) == (b"", b"")
    assert fed(b"hell", 5, size=size) is None
    assert fed(b"5\r\nhello\r\n0\r\n\r\nGET", None, size=size) == (b"hello", b"GET")


@pytest.mark.parametrize("size", [1, 999])
@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"x\r\n", 400),
        (b"-1\r\n", 400),
        (b"0x5\r\nhello\r\n", 400),
        (b"5 \r\nhello\r\n", 400),
        (b"5\r\nhelloo\r\n", 400),
        (b"5\r\nhello\n0\r\n\r\n", 400),
        (b"5;a\nb\r\n", 400),
        (b"3E9\r\n", 413),
        (b"FFFFFFFFF\r\n", 400),
        (b"3e8\r\n" + b"x" * 1_000 + b"\r\n1\r\n", 413),
        (b"5;" + b"x" * CHUNK_LINE_BYTES, 400),
        (b"0\r\n" + b"A: b\r\n" * TRAILER_BYTES, 400),
    ],
)
def test_what_is_refused(data, status, size):
    """As soon as it is seen."""
    with pytest.raises(RemoteProtocolError) as error:
        fed(data, None, size=size)
    assert error.value.status == status


def test_a_length_above_the_limit_is_refused_before_it_comes():
    """Nothing of it is kept."""
    with pytest.raises(RemoteProtocolError) as error:
        Body(bytearray(), 1_001, 1_000)
    assert error.value.status == 413
    assert fed(b"x" * 1_000, 1_000, size=100) == (b"x" * 1_000, b"")


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8), st.integers(1, 30), st.binary(max_size=9))
def test_chunks_are_joined(chunks, size, behind):
    """Whatever they were cut into."""
    data = b"".join(b"%X\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    assert fed(data + behind, None, size=size) == (b"".join(chunks), behind)


@given(st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes(data, size):
    """A body, an error, or not enough; never more than the limit."""
    try:
        found = fed(data, None, 100, size)
    except RemoteProtocolError:
        return
    assert found is None or len(found[0]) <= 100
