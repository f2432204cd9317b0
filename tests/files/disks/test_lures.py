"""What is suspicious about a disk that came by mail, and what is not."""

from __future__ import annotations

import pytest

from tests.files.builders import disks
from tests.files.builders.lnk import shortcut
from tests.files.looking import found, look, program

LNK = shortcut(target="%SystemRoot%\\System32\\rundll32.exe", arguments="a.dll,Start")
MANY = {f"page {number}.txt": b"text %d" % number for number in range(20)}


@pytest.mark.parametrize("kind", ["joliet", "udf", "vhd", "ntfs"])
def test_a_lone_program_is_found(kind):
    """One program on a disk is the classic lure, whatever the disk."""
    assert "DISK_LONE_PROGRAM" in found(look(disks.ALL[kind]({"invoice.exe": program()})))


def test_a_shortcut_with_a_hidden_library_is_found():
    """What is to be clicked is shown, what it starts is not."""
    made = disks.fat({"invoice.lnk": LNK, "a.dll": program()}, hidden=("a.dll",))
    assert {"DISK_HIDDEN_FILES", "DISK_SHORTCUT"} <= found(look(made))


@pytest.mark.parametrize("make", [disks.iso, disks.udf, disks.ntfs])
def test_hidden_files_are_seen_on_every_system(make):
    """Each file system has its own mark for hidden files."""
    made = make({"open me.lnk": LNK, "a.dll": program()}, hidden=("a.dll",))
    assert "DISK_HIDDEN_FILES" in found(look(made, "a.img"))


@pytest.mark.parametrize(
    "files",
    [
        MANY,
        {"photo.jpg": b"\xff\xd8\xff\xe0" + b"x" * 2_000},
        {**MANY, "setup.exe": program()},
        {"EFI/BOOT/BOOTX64.EFI".replace("/", "_"): program(), "a.txt": b"text"},
    ],
)
def test_ordinary_disks_are_not(files):
    """Discs with documents, with a set-up program among its files, or to start a computer from."""
    root = look(disks.udf(files)).root
    assert all(finding.symbol.bits <= 1.0 for finding in root.findings)
