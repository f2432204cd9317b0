"""Files of any kind, from paths."""

import os

from fyke.cli.folder import Folder


def test_all_files_below_are_found_in_order(tmp_path):
    """Hidden ones too: a virus scanner looks everywhere."""
    for name in ("b/z.txt", "a.exe", "b/.hidden"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    slots = list(Folder([str(tmp_path)]))
    assert [slot.shown.removeprefix(f"{tmp_path}/") for slot in slots] == ["a.exe", "b/.hidden", "b/z.txt"]
    assert all(slot.whole for slot in slots)


def test_a_file_is_read_as_it_is(tmp_path):
    """Nothing is taken for the frame of a mailbox."""
    (tmp_path / "x").write_bytes(b"From a@example.org\n>From b\n")
    (slot,) = Folder([str(tmp_path / "x")])
    assert slot.read() == b"From a@example.org\n>From b\n"


def test_links_and_devices_are_passed_over_and_counted(tmp_path):
    """A link may lead in a circle; a pipe never ends."""
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    folder = Folder([str(tmp_path)])
    assert list(folder) == []
    assert dict(folder.passed) == {"link": 1, "device, socket or pipe": 1}


def test_what_is_not_there_is_a_sentence():
    """And no exception."""
    folder = Folder(["/no/such/file"])
    assert list(folder) == []
    assert "/no/such/file" in folder.problems[0]
