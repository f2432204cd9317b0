"""The key file: made once, for nobody else to read."""

import subprocess
import sys

import pytest

from fyke.store.folder.keys import keys, line
from fyke.store.labels import StoreError


def test_it_is_made_at_first_use_for_its_owner_alone(tmp_path):
    """And is the same ever after."""
    path = tmp_path / "keys"
    made = keys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys(path) == made
    assert len(made.by_id[made.newest]) == 32
    assert [each.name for each in tmp_path.iterdir()] == ["keys"]


def test_of_many_that_make_it_one_wins(tmp_path):
    """All of them have the same key."""
    imports = "from pathlib import Path; from fyke.store.folder.keys import keys"
    script = f"{imports}; print(keys(Path({str(tmp_path)!r}) / 'k').newest)"
    running = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) for _ in range(4)]
    assert len({each.communicate()[0] for each in running}) == 1


def test_a_key_is_rotated_by_a_line_more(tmp_path):
    """The last one is written with; one purpose says nothing of another."""
    path = tmp_path / "keys"
    old = keys(path)
    with path.open("a") as file:
        file.write(line())
    both = keys(path)
    assert next(iter(both.by_id)) == old.newest != both.newest
    assert both.derive(old.newest, b"x") == old.derive(old.newest, b"x") != old.derive(old.newest, b"y")
    with pytest.raises(StoreError, match="no key"):
        old.derive(both.newest, b"x")


@pytest.mark.parametrize("text", ["x", "12345678 AAAA", "1234567 " + "A" * 43 + "=", "12345678 !!", "\0"])
def test_what_is_no_key_is_told_with_its_line(tmp_path, text):
    """Not taken for a shorter one."""
    path = tmp_path / "keys"
    keys(path)
    with path.open("a") as file:
        file.write(text)
    with pytest.raises(StoreError, match=r"keys:2: is no key"):
        keys(path)


def test_one_that_others_may_read_is_refused(tmp_path):
    """With what mends it."""
    path = tmp_path / "keys"
    keys(path)
    path.chmod(0o640)
    with pytest.raises(StoreError, match="chmod 600"):
        keys(path)
