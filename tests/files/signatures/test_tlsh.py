"""The hash of likeness."""

import os
import random
import shutil
import subprocess

import pytest

from fyke.files.base import Content
from fyke.files.signatures.similar import Similar
from fyke.files.signatures.tlsh import tlsh
from fyke.model import Observable


def text(seed, size):
    """Words by chance, the same for the same seed."""
    chance = random.Random(seed)
    return bytes(chance.choice(b"abcdefghijkl mnopqrstuvwxyz\n") for _ in range(size))


def test_like_files_have_like_hashes():
    """A change in the middle leaves most of the digits; other bytes leave few."""
    one, other = text(1, 5_000), text(2, 5_000)
    changed = one[:2_000] + b"a word that was not there" + one[2_000:]
    same = [sum(a == b for a, b in zip(tlsh(one), tlsh(each), strict=True)) for each in (changed, other)]
    assert same[0] > 55
    assert same[1] < 40


@pytest.mark.parametrize("data", [b"", b"abc", b"a" * 5_000, bytes(1_000), b"ab" * 400])
def test_what_has_too_few_sorts_of_bytes_has_none(data):
    """A hash of nothing would be alike all others."""
    assert tlsh(data) == ""


def test_it_is_told_of_programs_and_scripts_and_not_of_short_ones():
    """As an observable: it weighs nothing."""
    data = text(3, 2_000)
    assert list(Similar().look(Content(data, kind="js"))) == [Observable("tlsh", tlsh(data), "attachment")]
    assert not list(Similar().look(Content(data[:200], kind="js")))
    assert "png" not in Similar.kinds


@pytest.mark.peer
@pytest.mark.parametrize("size", [300, 655, 657, 1_000, 3_199, 3_200, 20_000, 300_000])
def test_the_program_of_its_authors_says_the_same(tmp_path, size):
    """Debian's tlsh-tools; older ones leave out the T1."""
    if not shutil.which("tlsh"):
        assert not os.environ.get("CI"), "tlsh is not installed: apt-get install tlsh-tools"
        pytest.skip("tlsh is not installed")
    path = tmp_path / "file"
    path.write_bytes(text(size, size))
    said = subprocess.run(["tlsh", "-f", path], capture_output=True, text=True, check=True).stdout.split()[0]
    assert tlsh(path.read_bytes()).removeprefix("T1") == said.removeprefix("T1")
