"""ARJ: stored and garbled; and what the program writes."""

import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.archives.opening import FILES, details, opened, survives
from tests.files.builders.olds import arj


def test_it_reads_files_and_a_word_opens_them():
    """Stored files are read; garbled ones with the word."""
    assert opened(arj(FILES))
    assert opened(arj(FILES, word="word"), "no", "word")
    assert details(arj(FILES, word="word"), "FILE_LOCKED", "no")


def test_an_unknown_method_is_told():
    """What is not read is no silence."""
    assert "ARJ method 9" in details(arj(FILES, method=9), "ARCHIVE_UNREAD")[0]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 4), st.integers(0, 4_000), st.integers(0, 7), st.floats(0.05, 1))
def test_broken_bytes_raise_nothing(method, at, bit, cut):
    """A bit turned over anywhere, any end, and any bytes as a packed stream give findings and no fault."""
    assert survives(arj(FILES, method=method), at, bit, cut)


@pytest.mark.peer
@pytest.mark.parametrize("method", range(5))
def test_it_reads_what_arj_writes(tmp_path, method):
    """Each method of the program."""
    if not shutil.which("arj"):
        assert not os.environ.get("CI"), "arj is not installed"
        pytest.skip("arj is not installed")
    (tmp_path / "minutes.txt").write_bytes(FILES["minutes.txt"])
    subprocess.run(["arj", "a", f"-m{method}", "a.arj", "minutes.txt"], cwd=tmp_path, check=True, capture_output=True)
    assert opened((tmp_path / "a.arj").read_bytes(), files={"minutes.txt": FILES["minutes.txt"]})
