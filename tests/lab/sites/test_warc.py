"""WARC files and folders of pages: what is read, and what hostile, torn and huge ones do."""

import gzip
import io
import zlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.sites import warc
from fyke.lab.sites.page import Captured
from tests import cheap
from tests.lab.sites.hostile import HTML, answer, bomb, record


def read(raw):
    return list(warc.records(io.BytesIO(raw), "w", len(raw)))


def test_answers_are_read_with_all_that_came():
    """Host, path, time, charset; the record's own bytes are the evidence."""
    raw = record(answer(HTML, b"Content-Type: text/html; charset=koi8-r"), "http://u@Pills.com:80/a/b?c")
    (told,) = read(raw)
    assert (told.host, told.path, told.body, told.charset) == ("pills.com", "/a/b?c", HTML, "koi8-r")
    assert told.at.isoformat() == "2026-03-01T12:00:00+00:00"
    assert told.raw + b"\r\n\r\n" == raw
    assert read(gzip.compress(raw)) == [told]
    assert [each.host for each in read(gzip.compress(raw) + gzip.compress(raw))] == ["pills.com"] * 2


@pytest.mark.parametrize(
    ("field", "body"),
    [(b"gzip", gzip.compress(HTML)), (b"deflate", zlib.compress(HTML)), (b"deflate", zlib.compress(HTML, wbits=-15)),
     (b"zstd", zstandard.compress(HTML)), (b"identity", HTML)],
)  # fmt: skip
def test_bodies_are_unpacked(field, body):
    """As servers pack them."""
    (told,) = read(record(answer(body, b"Content-Encoding: " + field)))
    assert told.body == HTML


def test_chunks_are_joined():
    """As far as they are whole."""
    chunked = answer(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", b"Transfer-Encoding: chunked")
    assert read(record(chunked))[0].body == b"abcde"
    for broken in (b"", b"zz\r\nabc", b"-5\r\nabc", b"3\r\na", b"f" * 50):
        assert isinstance(read(record(answer(broken, b"Transfer-Encoding: chunked")))[0], Captured)


def test_what_is_passed_over_is_told(monkeypatch):
    """Too long a record, an encoding that nobody reads, one that is broken, one without a time."""
    monkeypatch.setattr(warc, "RECORD_BYTES", 1_000)
    raw = b"".join((
        record(bytes(2_000)),
        record(answer(b"x", b"Content-Encoding: br")),
        record(answer(b"x", b"Content-Encoding: gzip")),
        record(answer(HTML), date="yesterday"),
        record(answer(gzip.compress(bytes(5_000)), b"Content-Encoding: gzip")),
        record(b"x", "dns:pills.com", "resource"),
        record(answer(HTML)),
    ))  # fmt: skip
    told = read(raw)
    problems = [each for each in told if isinstance(each, str)]
    assert [each.split(":")[1] for each in problems] == [f" record {at}" for at in (1, 2, 3, 4, 5)]
    assert isinstance(told[-1], Captured)


GOOD = record(answer(HTML)) + record(HTML, kind="resource")
BROKEN = {
    "no record": b"<html>", "no length": b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", "torn": GOOD[:-200],
    "longer than it is": record(b"x", size=10_000), "no number": record(b"x", size="x"),
    "huge": record(b"x", size="9" * 5_000),
    "negative": record(b"x", size=-1), "head without end": b"WARC/1.0\r\n" + b"a: b\r\n" * 20_000,
    "torn gzip": gzip.compress(GOOD)[:-20], "broken gzip": gzip.compress(GOOD)[:50] + b"\0" * 50,
    "no gzip": b"\x1f\x8b" + b"\xff" * 50, "trailing": gzip.compress(GOOD) + b"noise",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_ends_with_where(name):
    """One kind of error, with a sentence; what came before was read."""
    with pytest.raises(warc.BrokenWarcError, match=r"^w: "):
        read(BROKEN[name])


def test_a_bomb_is_left():
    """A gzip file that unpacks to more than a hundred times its size."""
    with pytest.raises(warc.BrokenWarcError, match="100 times"):
        read(gzip.compress(b"WARC/1.0\r\nWARC-Type: x\r\nContent-Length: 999999999\r\n\r\n") + bomb(200 << 20))
    body = answer(bomb(64 << 20), b"Content-Encoding: gzip")
    assert len([each for each in read(record(body)) if isinstance(each, str)]) == 1


def test_a_byte_at_a_time_and_cut_anywhere():
    """Each cut is records, then an end or an error with where."""
    for end in range(0, len(GOOD), 7):
        try:
            assert len(read(GOOD[:end])) <= 2
        except warc.BrokenWarcError:
            pass


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=9))
def test_any_change_is_captures_or_an_error_with_where(at, change):
    """No other exception."""
    try:
        told = read(GOOD[:at] + change + GOOD[at + len(change) :])
    except warc.BrokenWarcError:
        return
    assert all(isinstance(each, Captured | str) for each in told)


@pytest.mark.parametrize("piece", [b"\r\n", b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n", record(answer(HTML))])
def test_time_is_linear(piece):
    """Many small records, or none at all."""
    raw = piece * (2_000_000 // len(piece))
    assert cheap.seconds(lambda: read(raw), 2.0) < 8.0


def test_folders_of_pages(tmp_path):
    """A page and an icon; what is no page is no page, and a pipe is told."""
    import os

    place = tmp_path / "pills.com"
    place.mkdir()
    (place / "index.html").write_bytes(HTML)
    (place / "favicon.ico").write_bytes(b"icon")
    (place / "notes.txt").write_bytes(b"mine")
    os.mkfifo(place / "x.html")
    told = list(warc.folder(tmp_path))
    assert [each.path for each in told if isinstance(each, Captured)] == ["/favicon.ico", "/index.html"]
    assert [each for each in told if isinstance(each, str)] == [f"{place}/x.html: no file"]
