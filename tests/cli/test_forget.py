"""`fyke forget`: nothing that was learned is left, and that it was said is kept."""

import pytest

from tests.cli.teaching import ANN, bits, lines


def test_forgetting_leaves_no_trace(fyke, pitch):
    """As if it had never been said; but that it was said is kept."""
    before = bits(fyke, pitch, ANN)
    fyke("learn", "--spam", "--user", ANN, pitch)
    ran = fyke("forget", "--user", ANN, pitch)
    assert ran.code == 0
    assert "Forgot 1 label; 0 labels that stand were learned anew" in ran.out
    assert bits(fyke, pitch, ANN) == before
    assert lines(fyke("labels", "--json")) == []
    assert "0 labels shown; 1 ever given" in fyke("labels").out


@pytest.mark.parametrize("word", ["{seq}", "{digest}", "{digest:.8}", "{path}"])
def test_a_label_is_named_by_number_digest_or_mail(fyke, pitch, word):
    """As `fyke labels` shows it, or as it lies there."""
    (told,) = lines(fyke("learn", "--spam", "--json", pitch))
    gone = lines(fyke("forget", "--json", word.format(**told)))
    assert [row["seq"] for row in gone] == [told["seq"]]


def test_whose_label_it_is_is_told(fyke, pitch):
    """Who forgets for the wrong account learns for which one there is a label."""
    fyke("learn", "--spam", "--user", ANN, pitch)
    assert f"labelled for {ANN}, not for all accounts; add --user {ANN}" in fyke("forget", pitch).err
    fyke("learn", "--spam", pitch)
    assert fyke("forget", pitch).code == 0
    assert [row["account"] for row in lines(fyke("labels", "--json"))] == [ANN]
