"""Messages as they come, by DATA and by BDAT: to the byte, bounded, in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.wire.smtp_content import ORDER, Chunked, Dotted
from fyke.wire.smtp_events import Bdat, Chunk, Content, TooLong
from tests.cheap import seconds

LIMIT = 50


def dotted(data, size, limit=LIMIT):
    """What comes of bytes behind DATA, and what is left of them."""
    reader, heard = Dotted(limit), bytearray()
    for at in range(0, len(data), size):
        heard += data[at : at + size]
        if (event := reader.take(heard)) is not None:
            return event, bytes(heard) + data[at + size :]
    return None, b""


@pytest.mark.parametrize("size", [1, 2, 3, 99])
@pytest.mark.parametrize(
    ("data", "event", "left"),
    [
        (b".\r\nQUIT", Content(b""), b"QUIT"),
        (b"x\r\n.\r\nQUIT", Content(b"x\r\n"), b"QUIT"),
        (b"..\r\n.\r\n", Content(b".\r\n"), b""),
        (b"..x\r\n\r\n.\r\n.\r\n", Content(b".x\r\n\r\n"), b".\r\n"),
        (b"x\n.\n\r\n.\r\n", Content(b"x\n.\n\r\n"), b""),
        (b"x" * 48 + b"\r\n.\r\n", Content(b"x" * 48 + b"\r\n"), b""),
        (b"x" * 49 + b"\r\n.\r\n-", TooLong(), b"-"),
        (b"x" * 500 + b"\r\n.\r\n-", TooLong(), b"-"),
        (b"..\r\n" * 16 + b".\r\n", Content(b".\r\n" * 16), b""),
        (b"x\r\n.", None, b""),
    ],
)
def test_dotted(data, event, left, size):
    """Whatever it was cut into."""
    assert dotted(data, size) == (event, left)


@given(
    st.lists(st.sampled_from([b".", b"\r\n", b"x" * 20, b"\n", b"\r"]), max_size=20).map(b"".join), st.integers(1, 9)
)
def test_any_message(data, size):
    """Cut or not, it is the same, and never above the limit."""
    event, left = dotted(data, size)
    assert (event, left) == dotted(data, len(data) + 1)
    if isinstance(event, Content):
        assert len(event.raw) <= LIMIT


def chunked(*chunks, limit=LIMIT, size=99, is_dropped=False):
    """The events of chunks, with what follows each."""
    reader, events = Chunked(limit), []
    for number, data in enumerate(chunks):
        reader.begin(Bdat(len(data), is_last=number == len(chunks) - 1), is_dropped=is_dropped)
        heard, event = bytearray(), None
        for at in range(0, len(data), size):
            heard += data[at : at + size]
            event = reader.take(heard)
        events.append(event if data else reader.take(heard))
        heard += b"NOOP"
    return events


@pytest.mark.parametrize("size", [1, 7, 99])
def test_chunked(size):
    """Joined; dots and line ends are what they are."""
    assert chunked(b"a\r\n.", b"\r\nb", b"", size=size) == [Chunk(), Chunk(), Content(b"a\r\n.\r\nb")]
    assert chunked(b"x" * 40, b"y" * 11, b"z", size=size) == [Chunk(), TooLong(is_last=False), TooLong()]
    assert chunked(b"x" * 99, size=size, is_dropped=True) == [ORDER]


def test_linear_time():
    """A byte at a time, dots only, and long beyond the limit."""
    for data in (b"x" * 200_000, b"\r\n." * 60_000):
        assert seconds(lambda data=data: dotted(data, 1, 1_000)) < 2.0
        assert seconds(lambda data=data: dotted(data, 1, 1 << 20)) < 2.0
