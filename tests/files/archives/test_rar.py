"""RAR: both formats, stored and packed, locked or not; and real archives where somebody has them."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.archives.opening import FILES, details, look, opened, survives
from tests.files.builders.rars import rar3, rar5

SAMPLES = os.environ.get("FYKE_RARFILE_SAMPLES", "")  # the folder test/files of rarfile's source
BOTH = pytest.mark.parametrize("rar", [rar3, rar5])


@BOTH
@pytest.mark.parametrize("how", [{}, {"method": 3}, {"prefix": b"MZ" + bytes(999)}])
def test_it_reads_files(rar, how):
    """Stored and packed files are read, and behind a program too."""
    data = rar(FILES, **how)
    assert opened(data) if "prefix" not in how else len(look(data).root.children) == 2


@BOTH
@pytest.mark.parametrize("how", [{}, {"method": 3}, {"lock_names": True}])
def test_a_word_opens_it(rar, how):
    """The word of the mail opens files, and names too; without it the archive is locked."""
    data = rar(FILES, word="wörd", **how)
    assert opened(data, "no", "wörd")
    assert details(data, "FILE_LOCKED", "no")


@BOTH
def test_a_wrong_check_sum_is_told_and_the_file_kept(rar):
    """One byte that was changed leaves the content to be looked at."""
    data = rar(FILES).replace(b"The minutes", b"the minutes", 1)
    assert "check sum of minutes.txt" in details(data, "FILE_BROKEN")[0]
    assert len(look(data).root.children) == 2


def test_a_promise_of_size_is_not_believed():
    """A file that declares more than is there ends where its bytes do."""
    data = rar5(FILES, method=3, size=1 << 40)
    assert look(data).root.children[0].size_bytes == len(FILES["minutes.txt"])
    assert details(data, "FILE_BROKEN")


@settings(max_examples=50, deadline=None)
@given(st.sampled_from([rar3, rar5]), st.integers(0, 9_000), st.integers(0, 7), st.floats(0.05, 1))
def test_broken_bytes_raise_nothing(rar, at, bit, cut):
    """A bit turned over anywhere, and any end, give findings and no fault."""
    assert survives(rar(FILES, method=3), at, bit, cut)


@pytest.mark.peer
@pytest.mark.skipif(not SAMPLES, reason="FYKE_RARFILE_SAMPLES names no folder")
def test_real_archives_have_right_check_sums():
    """No archive of rarfile's own tests is found broken."""
    for path in sorted(Path(SAMPLES).glob("*.rar")):
        assert not details(path.read_bytes(), "FILE_BROKEN", "password"), path.name
