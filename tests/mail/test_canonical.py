"""Canonical forms: the standard's example, line ends, and costs that grow with the bytes alone."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.mail.canonical import Signable, relaxed_body, relaxed_field, simple_body, with_crlf

BODIES = st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"\r", b"\n", b"\v", b"b c"]), max_size=30).map(b"".join)


def test_the_example_of_the_standard():
    """RFC 6376 3.4.5, both fields and both bodies."""
    raw = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n"
    message = Signable(raw, is_signing=True)
    assert message.signed([b"a", b"b"], is_relaxed=True) == [b"a:X", b"b:Y Z"]
    assert message.signed([b"a", b"b"], is_relaxed=False) == [b"A: X", b"B : Y\t\r\n\tZ  "]
    assert message.body(is_relaxed=True) == b" C\r\nD E\r\n"
    assert message.body(is_relaxed=False) == b" C \r\nD \t E\r\n"


@pytest.mark.parametrize(
    ("body", "simple", "relaxed"),
    [
        (b"", b"\r\n", b""),
        (b"\r\n\r\n", b"\r\n", b""),
        (b" \r\n\t\r\n", b" \r\n\t\r\n", b""),
        (b"a", b"a\r\n", b"a\r\n"),
        (b"a \t", b"a \t\r\n", b"a\r\n"),
        (b"a\r", b"a\r\r\n", b"a\r\r\n"),
        (b"a\r\r\n\r\n", b"a\r\r\n", b"a\r\r\n"),
        (b"a \r b\r\n", b"a \r b\r\n", b"a \r b\r\n"),
    ],
)
def test_ends_of_bodies(body, simple, relaxed):
    """Empty lines at the end go, a missing line end comes, and a CR alone is a character."""
    assert (simple_body(body), relaxed_body(body)) == (simple, relaxed)


@given(BODIES)
def test_forms_are_those_of_the_standard_written_plainly(body):
    """The quick way gives what regular expressions give that follow RFC 6376 3.4.3 and 3.4.4 word for word."""
    body = with_crlf(body)
    assert body == re.sub(rb"(?<!\r)\n", b"\r\n", body)
    ended = body if body.endswith(b"\r\n") else body + b"\r\n"
    assert simple_body(body) == re.sub(rb"(?:\r\n)+\Z", b"", ended) + b"\r\n"
    lines = re.sub(rb"[ \t]+", b" ", re.sub(rb"[ \t]+(?=\r\n)", b"", ended))
    stripped = re.sub(rb"(?:\r\n)+\Z", b"", lines)
    assert relaxed_body(body) == (stripped + b"\r\n" if stripped else b"")


@given(BODIES)
def test_fields_with_odd_space_take_the_same_way(value):
    """Form feeds and single CRs are no space (RFC 5234 B.1), though Python thinks so."""
    value = with_crlf(value)
    unfolded = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" ")
    folded = re.sub(rb"\r\n(?![ \t])", b"\r\n ", value)  # as it stands in a field
    plain = re.sub(rb"[ \t]+", b" ", folded.replace(b"\r\n", b"")).strip(b" ")
    assert relaxed_field(b"X \t:" + folded) == b"x:" + plain
    assert unfolded.count(b"a") == plain.count(b"a")


def test_fields_and_lines_that_are_none():
    """Names end at the colon; what is no field is no part of what is signed."""
    raw = b"From ann Mon Nov 23\nFrom: a\nno field\nTo :b\n c\n\nbody: x\n"
    message = Signable(raw, is_signing=True)
    assert message.fields == [b"From: a", b"To :b\r\n c"]
    assert list(message.names) == [b"from", b"to"]


def test_the_same_field_is_given_once_from_below():
    """A name given as often as there are fields takes each of them once, and then nothing."""
    message = Signable(b"X: 1\r\nX: 2\r\n\r\n", is_signing=True)
    assert message.signed([b"x", b"y", b"x", b"x"], is_relaxed=True) == [b"x:2", b"x:1"]


@pytest.mark.parametrize("piece", [b" ", b"\r\n", b"\r", b" \t", b"\n", b"\r\r\n", b" \r\n"])
def test_megabytes_of_one_thing_take_little_time(piece):
    """No body costs more than in proportion to its bytes."""
    body = piece * (4_000_000 // len(piece)) + b"x"
    started = time.process_time()
    for data in (body, body[:-1]):
        message = Signable(b"From: a\r\n\r\n" + data, is_signing=True)
        message.body_hash(is_relaxed=True)
        message.body_hash(is_relaxed=False)
    assert time.process_time() - started < 2
