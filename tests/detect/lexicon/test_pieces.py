"""How phrases become literals, anchors and, where nothing else helps, expressions."""

import re

import pytest

from fyke.detect.lexicon import pieces
from fyke.detect.lexicon.phrases import PhraseError, read
from fyke.mail.fold import fold


def finder(source):
    return pieces.finder(read(source, fold))


def test_few_combinations_are_written_out():
    """A phrase of two small choices is its combinations, each a literal between spaces."""
    found = finder("(buy|order) (viagra|cialis*)")
    assert found.confirm is None
    assert {re.sub(rb"\\(.)", rb"\1", one) for one in found.expressions} == {
        b" buy viagra ", b" buy cialis", b" order viagra ", b" order cialis",
    }  # fmt: skip
    assert set(found.lengths) == {12, 14, 11, 13}


def test_a_gap_is_found_by_the_rarest_place():
    """The anchor of a phrase with a gap is its rarest word, and the whole is confirmed around it."""
    found = finder("your * zirconium")
    assert found.expressions == (rb"\ zirconium\ ",)
    assert re.search(found.confirm.pattern, b" your very own zirconium ")
    assert not re.search(found.confirm.pattern, b" your own and my very zirconium ")


def test_an_anchor_knows_its_neighbours():
    """What may stand beside an anchor is known where literals say it, numbers by their digits."""
    found = finder("(lose|drop) # kilopounds (a|the)? # * ever")
    assert b"$" in found.confirm.left.parts
    assert found.confirm.right.words == {b"a", b"the"}
    assert b"5" in found.confirm.right.parts


def test_common_words_alone_are_left_to_hyperscan():
    """A phrase whose every place is common has no anchor worth its hits."""
    found = finder("(you|we) * (the|this) * (and|for) you")
    assert found.lengths == (0,)
    assert found.cost > finder("zirconium").cost


def test_phrases_of_unspaced_scripts_have_no_edges():
    """Chinese words are found within a run of characters."""
    assert finder("免费").expressions == (re.escape("免费".encode()),)


def test_parts_of_hosts_are_plain():
    """A part of a host's name is searched as it is; what no host can hold is refused."""
    assert pieces.part_finder("cheap-meds").expressions == (rb"cheap\-meds",)
    with pytest.raises(PhraseError, match="host"):
        pieces.part_finder("two words")


def test_a_common_anchor_is_looked_for_with_its_neighbour():
    """Where a word stands in many mails, hyperscan looks for it with the one beside it; the regex stays the same."""
    found = finder("(work|make) (zirconium|palladium) * from home")
    assert all(b"zirconium" in literal or b"palladium" in literal for literal in found.expressions)
    assert re.search(found.confirm.pattern, b" work palladium at night from home ")
    wide = finder("(i am|i m) (a|the)? (# years|lonely|single) * write")
    assert b" i am lonely ".replace(b" ", rb"\ ") in wide.expressions
    assert wide.confirm.right is None
