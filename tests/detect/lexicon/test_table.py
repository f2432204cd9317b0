"""The table of all phrases and its cache."""

from pathlib import Path

import pytest

from fyke.detect.lexicon import table
from fyke.detect.lexicon.themes import SHIPPED, read_theme

OWN = """\
symbol = "OWN"
text = "Offers what nobody else offers"
category = "b2b"
leans = "spam"
bits = 1.0
[en]
strong = ["zirconium flanges", "your * zirconium"]
medium = ["zirconium"]
[innocent]
phrases = ["zirconium mine"]
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A folder of one small theme that stands for the shipped ones, and an empty cache."""
    folder, cache = tmp_path / "words", tmp_path / "cache"
    folder.mkdir()
    (folder / "own.toml").write_text(OWN)
    monkeypatch.setattr(table, "SHIPPED", folder)
    return folder, cache


def test_a_warm_start_reads_no_lexicon(small, monkeypatch):
    """What was compiled once is loaded without reading a phrase."""
    _, cache = small
    cold = table.load((), cache)
    monkeypatch.setattr(table, "read_themes", lambda _folders: pytest.fail("read again"))
    assert table.load((), cache).table == cold.table


def test_a_changed_file_is_read_again(small):
    """A phrase more is found at once."""
    folder, cache = small
    before = table.load((), cache).table
    (folder / "own.toml").write_text(OWN.replace("medium = [", 'medium = ["flange lovers", '))
    assert len(table.load((), cache).table.themes) == len(before.themes) + 1


def test_a_broken_cache_is_made_anew(small):
    """Garbage in the cache, or no cache at all, costs only time."""
    _, cache = small
    whole = table.load((), cache).table
    for path in cache.iterdir():
        path.write_bytes(b"garbage")
    assert table.load((), cache).table == whole
    assert table.load((), Path("/proc/no/such/folder")).table == whole


def test_an_expression_of_two_phrases_is_looked_for_once(small):
    """Phrases that share a literal share its expression."""
    made = table.build([read_theme(small[0] / "own.toml")])
    assert made.telling.shared == ((1, 2),)
    assert len(made.telling.owners) == 2


def test_words_worth_a_disguise():
    """Telling words of the trades are seen through; weak ones only of the goods."""
    words = table.build([read_theme(SHIPPED / f"{name}.toml") for name in ("drugs", "loans")]).vocabulary
    assert {b"viagra", b"pharmacy"} <= words
    assert b"applicants" not in words
