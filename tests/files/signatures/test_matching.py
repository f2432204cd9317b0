"""Patterns in files that are made to make them slow, and in any file."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Content
from fyke.files.signatures import compiling
from fyke.files.signatures.bodies import read_body
from fyke.files.signatures.database import Signatures
from fyke.files.signatures.records import Refused


def signatures(folder, *bodies):
    """Patterns for any file, by number."""
    (folder / "a.ndb").write_text("".join(f"N{number}:0:*:{body}\n" for number, body in enumerate(bodies)))
    compiling.compile([folder], folder)
    return Signatures.open(folder)


SLOW = ("6161{1-9}6161{1-9}6161*6262", "6161*6161*6161*6262", "61??61{-500}6263", "(6161|616161)*6262", "6161{5-}6263")


@pytest.mark.parametrize("body", SLOW)
def test_a_file_of_nothing_but_runs_is_no_trap(tmp_path, body):
    """Each place is tried once; the bound is a second, for a machine that does other things too."""
    found = signatures(tmp_path, body)
    started = time.process_time()
    assert not found.hits(Content(b"a" * 4_000_000, kind="data"))
    assert not found.hits(Content(b"aaaab" * 800_000, kind="data"))
    assert time.process_time() - started < 1


@settings(max_examples=60, deadline=None)
@given(low=st.integers(0, 4), more=st.integers(0, 4), text=st.text("abc", min_size=0, max_size=60).map(str.encode))
def test_gaps_match_as_a_regex_does(tmp_path_factory, low, more, text):
    """The same as the engine of the standard library, where that is simple enough to be right."""
    found = signatures(tmp_path_factory.mktemp("gap"), f"6162{{{low}-{low + more}}}6361*6263")
    regex = re.compile(rb"ab.{%d,%d}ca.*bc" % (low, low + more), re.DOTALL)
    assert bool(found.hits(Content(text, kind="data"))) == bool(regex.search(text))


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789abcdef?*{}[]()|!-BLW", max_size=60))
def test_any_body_is_read_or_refused(text):
    """No other error, whatever a line holds."""
    try:
        body = read_body(text)
    except Refused:
        return
    for block in body.blocks:
        assert [re.compile(pattern, re.DOTALL) for pattern in block.patterns]
