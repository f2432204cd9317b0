"""The words of which worlds are made."""

from fyke.drill.words import GOODS, SENTENCES, STEMS, SUBJECTS


def test_the_four_goods_are_told_in_several_languages():
    """Each in English at least, with subjects and names of shops."""
    assert len(GOODS) == 4
    for goods in GOODS:
        assert {"en", "de", "fr", "es"} <= set(SENTENCES[goods])
        assert SUBJECTS[goods]
        assert STEMS[goods]


def test_macros_are_whole():
    """Every brace is closed, and none is in another."""
    for told in SENTENCES.values():
        for line in (line for lines in told.values() for line in lines):
            assert line.count("{") == line.count("}")
            depth = 0
            for letter in line:
                depth += (letter == "{") - (letter == "}")
                assert depth in (0, 1), line
