"""The corpus of the learning bench is the same wherever it is made."""

import hashlib

from bench.manifest import GROUPS, delivered, in_order, make, read

MAIL = b"Received: from a by b; Mon, 02 Sep 2002 10:00:0%d +0000\nDate: Mon, 02 Sep 1902 10:00:00 +0000\n\nbody %d\n"


def package(folder):
    """A package of two messages a group, the first of each with an mbox line."""
    for number, group in enumerate(GROUPS):
        (folder / "data" / group).mkdir(parents=True)
        for at in range(2):
            mbox = b"" if at else b"From ann@example.org  Mon Sep  2 11:00:00 2002\n"
            (folder / "data" / group / f"{at}.txt").write_bytes(mbox + MAIL % (number, at))
    return folder


def test_what_was_made_is_read_again(tmp_path):
    """The manifest says all that was known when it was made."""
    made = make(package(tmp_path / "package"), tmp_path / "corpus")
    assert read(tmp_path / "corpus") == made
    assert len(made) == 10


def test_messages_lose_the_mbox_line_and_keep_the_digest_of_the_file(tmp_path):
    """A filter never sees that line; the order of the splits is that of the package's files."""
    rows = make(package(tmp_path / "package"), tmp_path / "corpus")
    for row in rows:
        file = tmp_path / "package" / "data" / row.group / f"{row.path.stem}.txt"
        assert row.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert row.path.read_bytes().startswith(b"Received:")


def test_half_splits_by_digest_and_hard_by_group(tmp_path):
    """The first half in the order of digests trains; of the hard split the older groups do."""
    rows = make(package(tmp_path / "package"), tmp_path / "corpus")
    assert [row.trains("half") for row in rows] == [True] * 5 + [False] * 5
    assert [row.sha256 for row in rows] == sorted(row.sha256 for row in rows)
    assert {row.group for row in rows if row.trains("hard")} == {"easy-ham-1", "spam-1"}


def test_the_time_of_delivery_is_the_newest_credible_one(tmp_path):
    """Received, then the mbox line, then Date; a clock outside the corpus's years is not believed."""
    at = 1030960800  # 10:00 of that day
    assert delivered(MAIL % (0, 1), b"") == at
    assert delivered(b"Received: by b; Mon, 02 Sep 1982 10:00:00 +0000\n\n", b"From a Mon Sep  2 10:00:00 2002") == at
    assert delivered(b"Date: Mon, 02 Sep 2002 10:00:00 +0000\n\n", b"") == at
    assert delivered(b"Date: some day\n\n", b"From a b c") == 0
    rows = in_order(make(package(tmp_path / "package"), tmp_path / "corpus"))
    assert [row.epoch for row in rows] == sorted(row.epoch for row in rows)
