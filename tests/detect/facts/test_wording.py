"""How mail speaks of itself."""

from __future__ import annotations

import pytest

from fyke.detect.facts.wording import ODD_WORDS, SIGNS, SUMS, Wording, expand, wording
from fyke.mail.fold import fold


def test_choices_and_options_are_written_out():
    """A phrase with choices stands for plain phrases."""
    assert expand("(view|read) (it)? online") == ["view it online", "view online", "read it online", "read online"]


def test_phrase_without_words_is_refused():
    """A phrase that may be nothing would be found everywhere."""
    with pytest.raises(ValueError, match="empty"):
        expand("(it)?")


def test_phrases_are_found_by_list_with_their_place():
    """What was found says under which names, and where it ends."""
    lists = Wording({"out": ["opt out", "unsubscribe"], "law": ["opt out"]})
    text = fold("Please unsubscribe, or opt-out!")
    found = lists.read(text)
    assert [said.phrase for said in found["out"]] == ["unsubscribe", "opt out"]
    assert found["law"][0].end == len(text)


def test_accents_and_case_do_not_matter():
    """Text and phrases are folded alike."""
    assert "unsubscribe" in wording().read(fold("SE DÉSABONNER"))
    assert "unsubscribe" in wording().read(fold("Darse de baja"))


def test_part_of_a_word_is_no_phrase():
    """Phrases are whole words."""
    assert not Wording({"out": ["opt out"]}).read(fold("adopt outlets"))


def test_signs_are_found_in_the_same_pass():
    """A sign of sums or of odd words is named beside the phrases, and the detector that asks for it looks closer."""
    said = Wording({"leave": ["click here"]}, SIGNS)
    assert said.read(b" you won 1 500 000 usd ").keys() == {SUMS}
    assert said.read(b" 20 millionen euro ").keys() == {SUMS}
    assert said.read(b" rep1ica c l i c k click here ").keys() == {ODD_WORDS, "leave"}
    assert said.read(b" 150 000 usd for mp3 and p2p ") == {}
