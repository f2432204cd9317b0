"""Mailboxes of one file."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fyke.cli import mbox
from fyke.cli.mbox import bare, pieces, unquote

LINE = b"From ann@example.org Mon Nov  3 10:00:00 2025\n"


def bodies(data):
    return [piece.data for piece in pieces(io.BytesIO(data), keep=True)]


def test_messages_without_their_from_lines_and_the_blank_line_between():
    """What the mbox adds is taken away again."""
    assert bodies(LINE + b"A: 1\n\nx\n\n" + LINE + b"B: 2\n\ny\n") == [b"A: 1\n\nx\n", b"B: 2\n\ny\n"]


def test_prose_does_not_begin_a_message():
    """A line of text that starts with From is text, even after a blank line."""
    text = b"A: 1\n\nx\n\nFrom here on it is easy.\n"
    assert bodies(LINE + text) == [text]


def test_quoted_from_is_not_a_separator_and_is_unquoted():
    """mboxrd: one > is taken away."""
    (only,) = bodies(LINE + b"A: 1\n\n>From me\n>>From you\n> From them\n")
    assert unquote(only) == b"A: 1\n\nFrom me\n>From you\n> From them\n"


def test_undated_from_lines_count_where_the_first_has_no_date():
    """A writer that leaves the date out leaves it out everywhere."""
    assert len(bodies(b"From nobody\nA: 1\n\nx\n\nFrom nobody\nB: 2\n\ny\n")) == 2


def test_crlf():
    """Mailboxes of Windows programs."""
    line = LINE.replace(b"\n", b"\r\n")
    assert bodies(line + b"A: 1\r\n\r\nx\r\n\r\n" + line + b"B: 2\r\n") == [b"A: 1\r\n\r\nx\r\n", b"B: 2\r\n"]


def test_offsets_are_where_the_bytes_are():
    """Whoever reads a message later finds the same bytes."""
    data = LINE + b"A: 1\n\nx\n\n" + LINE + b"\n" + LINE + b"B: 2\n\ny"
    kept = list(pieces(io.BytesIO(data), keep=True))
    assert [data[piece.start : piece.end] for piece in kept] == [piece.data for piece in kept]
    assert [piece.data for piece in pieces(io.BytesIO(data), keep=False)] == [None] * 3


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no failure
@given(st.binary(max_size=30), st.lists(st.sampled_from([LINE, b"From x\n", b"\n", b"From a 10:00\n"]), max_size=9))
def test_any_bytes(noise, parts):
    """Any file gives messages in order, which do not overlap."""
    data = noise.join(parts)
    at = 0
    for piece in pieces(io.BytesIO(data), keep=True):
        assert at <= piece.start <= piece.end <= len(data)
        assert piece.data == data[piece.start : piece.end]
        at = piece.end


def test_one_endless_message_takes_bounded_memory(monkeypatch):
    """What is longer than a message may be is not kept."""
    monkeypatch.setattr(mbox, "MESSAGE_BYTES", 1_000_000)
    (only,) = pieces(io.BytesIO(LINE + b"x" * 5_000_000), keep=True)
    assert 1_000_000 < len(only.data) < 1_100_000


@pytest.mark.parametrize(
    ("raw", "left"), [(LINE + b"A: 1\n", b"A: 1\n"), (b"From: a\n", b"From: a\n"), (b"From x", b"From x")]
)
def test_bare(raw, left):
    """A single message loses the From line before it."""
    assert bare(raw) == left
