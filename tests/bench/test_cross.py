"""The model card takes in what was measured, and only between its marks."""

import numpy as np

from bench import cross
from bench.pages import written
from fyke.learn import base
from fyke.learn.measure import quality
from fyke.learn.table import SLOTS
from train.base import Example


def test_the_card_has_its_marks():
    """So that the figures can be renewed."""
    text = cross.CARD.read_text()
    assert "| new |" in written(text, "| new |\n", cross.MARK)


def test_packs_of_one_kind_have_no_ranking():
    """Cells that cannot be told are empty; those that can are said in per cent."""
    only = cross._cells(quality([(5.0, True), (1.0, True)], 4.0))
    both = cross._cells(quality([(5.0, True), (1.0, False)], 4.0))
    assert only == ["", "", "", "50.0", ""]
    assert both == ["0.00", "100.0", "100.0", "100.0", "0 of 1"]


def test_the_page_counts_what_was_trained_on():
    """A row a pack, and the sum."""
    example = Example("d", None, 0.0, True, "csdmc2010", ())
    text = "".join(cross.page([], [example], base.pack(*[np.zeros(SLOTS)] * 2)))
    assert "| csdmc2010 | 0 | 1 |" in text
    assert "| all | 0 | 1 |" in text
