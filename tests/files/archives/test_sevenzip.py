"""7z: coders, locks, packed names, lies; and what 7-Zip itself writes."""

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.budget import Budget
from tests.files.archives.opening import FILES, details, look, opened, survives
from tests.files.builders.sevenzip import sevenzip


@pytest.mark.parametrize("how", [{}, {"method": "copy"}, {"pack_names": True}, {"prefix": b"7z\xbc\xaf\x27\x1c" * 3}])
def test_it_reads_a_solid_folder(how):
    """Files of one stream are cut apart, be they packed or copied, their names packed, or a program before them."""
    assert opened(sevenzip(FILES, **how))


@pytest.mark.parametrize("lock_names", [False, True])
def test_a_word_opens_it(lock_names):
    """The word of the mail opens files, and names too; without it the archive is locked."""
    data = sevenzip(FILES, word="wörd", lock_names=lock_names)
    assert opened(data, "no", "wörd")
    assert details(data, "FILE_LOCKED", "no")


def test_counts_are_held_against_the_bytes():
    """A header that promises a billion files is broken, not believed."""
    assert "counts" in details(sevenzip(FILES, count=1 << 30), "FILE_BROKEN")[0]


def test_a_bomb_ends_by_a_cap():
    """Zeros without end are read up to the ratio, and what fits is kept."""
    assert "ratio" in details(sevenzip({"zeros": bytes(8 << 20)}), "FILE_CUT")[0]
    assert details(sevenzip({"zeros": bytes(8 << 20)}), "FILE_CUT", budget=Budget(size=1 << 20))


def test_what_is_behind_a_large_file_is_still_read():
    """A file above the cap on size does not hide its neighbour in the stream."""
    noise = random.Random(1).randbytes(200_000)
    data = sevenzip({"large": noise, "small": b"here"})
    children = look(data, budget=Budget(size=100_000)).root.children
    assert [(file.name, file.size_bytes) for file in children] == [("large", 100_000), ("small", 4)]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2_000), st.integers(0, 7), st.floats(0.05, 1))
def test_broken_bytes_raise_nothing(at, bit, cut):
    """A bit turned over anywhere, and any end, give findings and no fault."""
    assert survives(sevenzip(FILES, word="word", pack_names=True), at, bit, cut)


@pytest.mark.peer
@pytest.mark.parametrize("method", ["LZMA", "LZMA2", "PPMd", "BZip2", "Deflate", "Deflate64", "Copy", "BCJ2"])
def test_it_reads_what_7zip_writes(tmp_path, method):
    """Each method of the program, with its names locked."""
    if not (program := shutil.which("7zz") or shutil.which("7z")):
        assert not os.environ.get("CI"), "7zip is not installed"
        pytest.skip("7zip is not installed")
    files = {"text.txt": FILES["minutes.txt"], "code.bin": Path(shutil.which("sh")).read_bytes()[:60_000]}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    options = ["-m0=BCJ2", "-m1=LZMA"] if method == "BCJ2" else [f"-m0={method}"]
    subprocess.run(
        [program, "a", *options, "-pword", "-mhe=on", "a.7z", *files], cwd=tmp_path, check=True, capture_output=True
    )
    assert opened((tmp_path / "a.7z").read_bytes(), "word", files=files)
