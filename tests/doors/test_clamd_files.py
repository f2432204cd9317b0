"""What a client names: files in order, no links, and whatever is over a limit is told."""

import os

import pytest

from fyke.doors import clamd_files
from fyke.doors.clamd_files import DEPTH, named
from fyke.doors.local_file import LocalFileError


def shown(path, folders, limit=100):
    """Names below the path, with what they hold or why not."""
    found = named(str(path), tuple(map(str, folders)), limit)
    return [(os.path.basename(at), data if isinstance(data, bytes) else str(data)) for at, data in found]  # noqa: PTH119


def test_files_come_in_order_and_links_do_not(tmp_path):
    """Whatever the folder's own order is; names need not be UTF-8."""
    (tmp_path / "b").mkdir()
    for name in (b"b/2", b"a", b"c\xff"):
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    (tmp_path / "z").symlink_to(tmp_path / "a")
    (tmp_path / "y").symlink_to(tmp_path / "b")
    assert shown(tmp_path, [tmp_path]) == [("a", b"a"), ("2", b"b/2"), ("c\udcff", b"c\xff")]
    assert shown(tmp_path / "z", [tmp_path]) == [("z", b"a")], "one that is named itself"


def test_one_that_cannot_be_read_is_told(tmp_path):
    """Too large, gone, outside, no path."""
    (tmp_path / "large").write_bytes(bytes(101))
    assert shown(tmp_path, [tmp_path]) == [("large", "more than 100 bytes")]
    assert shown(tmp_path / "nix", [tmp_path]) == [("nix", "No such file or directory")]
    assert shown(tmp_path, []) == [(tmp_path.name, "files there may not be named")]
    assert shown(tmp_path, [tmp_path / "other"]) == [(tmp_path.name, "files there may not be named")]
    assert shown("etc", ["/etc"]) == [("etc", "no path from the root")]
    assert "Error" not in shown("/" + "a" * 5_000, ["/"])[0][1]


def test_a_ring_of_links_is_told(tmp_path):
    """It leads nowhere."""
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    ((name, why),) = shown(tmp_path / "a", [tmp_path])
    assert name == "a"
    assert isinstance(why, str)


def test_limits_are_told(tmp_path, monkeypatch):
    """Too deep, and too many."""
    deep = tmp_path.joinpath("deep", *["d"] * DEPTH)
    deep.mkdir(parents=True)
    (deep / "evil").write_bytes(b"x")
    assert shown(tmp_path / "deep", [tmp_path]) == [("d", f"more than {DEPTH} folders deep")]
    monkeypatch.setattr(clamd_files, "FILES", 2)
    for name in "abc":
        (tmp_path / name).write_bytes(b"x")
    assert shown(tmp_path, [tmp_path]) == [("a", b"x"), ("b", b"x"), (tmp_path.name, "more than 2 files")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
def test_what_may_not_be_opened_is_told(tmp_path):
    """By the kernel's word."""
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0)
    (tmp_path / "b").mkdir(mode=0)
    assert shown(tmp_path, [tmp_path]) == [("a", "Permission denied"), ("b", "Permission denied")]


def test_nothing_else_is_raised(tmp_path):
    """A path with a zero in it."""
    assert isinstance(next(named(f"{tmp_path}/a\0b", (str(tmp_path),), 1))[1], LocalFileError)
