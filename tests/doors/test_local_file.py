"""Files that clients name or hand over: only where they may, only regular ones, and every one is closed."""

import os
from pathlib import Path

import pytest

from fyke.doors.local_file import LocalFileError, content, read


@pytest.fixture
def folder(tmp_path):
    """A folder that is allowed, with a file, and one that is not."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a").write_bytes(b"0123456789")
    (tmp_path / "out").write_bytes(b"secret")
    (tmp_path / "in/link").symlink_to(tmp_path / "out")
    (tmp_path / "in/inner").symlink_to("a")
    os.mkfifo(tmp_path / "in/pipe")
    return tmp_path / "in"


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [(0, 0, b"0123456789"), (3, 0, b"3456789"), (3, 4, b"3456"), (8, 9, b"89"), (10, 0, b""), (99, 5, b"")],
)
def test_a_piece_of_a_file(folder, offset, length, expected):
    """As clients of shared memory ask for it."""
    assert read(str(folder / "a"), (str(folder),), 100, offset, length) == expected
    assert read(str(folder / "inner"), (str(folder),), 100, offset, length) == expected


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("link", "may not be named"),
        ("../out", "may not be named"),
        ("pipe", "no regular file"),
        (".", "no regular file"),
        ("nix", "No such file"),
        ("a", "more than 9 bytes"),
        ("a\0", "no path"),
    ],
)
def test_what_is_refused(folder, name, why):
    """Outside, no file, too large; and nothing stays open."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(LocalFileError, match=why):
        read(f"{folder}/{name}", (str(folder),), 9)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_that_is_handed_over_is_closed(folder):
    """Its position is left alone, for others may share it."""
    handle = os.open(folder / "a", os.O_RDONLY)
    assert content(os.dup(handle), 100) == b"0123456789"
    assert os.lseek(handle, 0, os.SEEK_CUR) == 0
    os.close(handle)
