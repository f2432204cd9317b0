"""What may stand beside an anchor."""

from fyke.detect.lexicon.neighbours import after, before
from fyke.detect.lexicon.phrases import read
from fyke.mail.fold import fold


def items(source):
    return read(source, fold).items


def test_absent_words_let_the_next_ones_in():
    """Where a word may be absent, the one behind it may follow too."""
    assert after(items("buy (cheap)? pills today"), 1).words == {b"cheap", b"pills"}
    assert before(items("buy (cheap)? pills today"), 2).words == {b"cheap", b"buy"}


def test_runs_show_their_near_end():
    """Of a run of words only the nearest stands beside the anchor."""
    assert after(items("pills (for sale|at cost)"), 1).words == {b"for", b"at"}
    assert before(items("(no cost|low) pills"), 1).words == {b"cost", b"low"}


def test_gaps_endings_and_edges_let_anything_in():
    """Nothing is known beside a gap, beside an open ending, or where the phrase ends."""
    assert after(items("pills * now"), 1) is None
    assert after(items("pill* now"), 1) is None
    assert before(items("cheap* pills"), 1) is None
    assert before(items("pills now"), 0) is None


def test_neighbours_are_written_out_beside_anchors():
    """A whole word has its space on the far side, a part of a word has none, and no word is there twice."""
    left = before(items("(cheap|#) pills"), 1)
    assert b" cheap pills " in left.before([b" pills "])
    assert b"5 pills " in left.before([b" pills "])
    right = after(items("pills (for|form*) you"), 1)
    assert right.after([b" pills "]) == [b" pills form", b" pills for "]
