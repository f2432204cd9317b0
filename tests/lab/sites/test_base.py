"""What the readers share: what a host is a part of, times, and whole files."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.sites.base import FIRST, LAST, content, moment, received, site, written


@pytest.mark.parametrize(
    ("host", "about"),
    [("www.Pills.example.com.", "site:example.com"), ("a.b.co.uk", "site:b.co.uk"),
     ("bücher.de", "site:xn--bcher-kva.de"),
     ("co.uk", ""), ("localhost", ""), ("127.0.0.1", ""), ("::1", ""), ("", ""), ("a" * 300 + ".com", ""), ("com", "")],
)  # fmt: skip
def test_a_host_is_a_part_of_its_registered_domain(host, about):
    """And what is no public name is a part of nothing."""
    assert site(host) == about


@given(st.text(max_size=300))
def test_any_host_has_a_site_or_none(host):
    """Whatever is given, it is no exception."""
    assert site(host) == "" or site(host).startswith("site:")


@pytest.mark.parametrize(
    ("told", "found"),
    [(1767225600, "2026-01-01T00:00:00"), (1767225600.5, "2026-01-01T00:00:00.500000"),
     ("1767225600", "2026-01-01T00:00:00"),
     ("2026-01-01", "2026-01-01T00:00:00"), ("2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00"),
     (" 2026-01-01 00:00:00 ", "2026-01-01T00:00:00"), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00")],
)  # fmt: skip
def test_times_are_read_as_files_write_them(told, found):
    """In UTC, so that equal times are equal."""
    assert moment(told) == datetime.fromisoformat(found).replace(tzinfo=UTC)
    assert moment(told).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "told",
    [None, True, [], {}, "", "soon", -1, -1e300, 1e300, float("nan"), float("inf"), 1 << 80, "9" * 5000, "²" * 9,
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31", "2200-01-01", b"2026"],
)  # fmt: skip
def test_what_is_no_time_is_none(told):
    """Neither what is nothing, nor what is before 1970 or after 2199."""
    assert moment(told) is None


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_a_time_is_within_bounds(told):
    """Or none."""
    assert (found := moment(told)) is None or FIRST <= found < LAST


def test_a_file_is_read_whole_or_told(tmp_path):
    """One that is too long, a folder, a pipe, one that is not there: a sentence each, and nobody waits."""
    file = tmp_path / "a"
    file.write_bytes(b"x" * 100)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert content(file, 100) == b"x" * 100
    assert "longer" in content(file, 99)
    for name in ("", "none", "pipe", "loop"):
        assert isinstance(content(tmp_path / name), str)


def test_the_time_of_a_file_is_within_bounds(tmp_path):
    """A file from before the epoch too."""
    file = tmp_path / "a"
    file.write_bytes(b"")
    os.utime(file, (1767225600, 1767225600))
    assert written(file) == datetime(2026, 1, 1, tzinfo=UTC)
    os.utime(file, (-5, -5))
    assert written(file) == FIRST


def test_what_is_received_is_named_by_its_digest():
    """With its bytes."""
    entry = received("dns", b"abc", "a file")
    assert entry.digest.startswith("ba7816bf")
    assert (entry.size_bytes, entry.content) == (3, b"abc")
