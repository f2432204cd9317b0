"""Words that pretend not to be there, and words that only look so."""

import pytest

from fyke.mail.disguise import undisguise
from fyke.mail.fold import fold
from tests import cheap

WORDS = frozenset(b"viagra cialis casino replica rolex investment lottery password pills singles mortgage".split())


@pytest.mark.parametrize(
    ("text", "plain", "how"),
    [
        ("buy V1agra now", "viagra", "leet"),
        ("rep1ica", "replica", "leet"),
        ("c@sino", "casino", "leet"),
        ("C!al!s", "cialis", "leet"),
        ("p@$$word", "password", "leet"),
        ("$ingle$", "singles", "leet"),
        ("V 1 1 A G R A here", "viagra", "split"),
        ("v.i.a.g.r.a", "viagra", "split"),
        ("r_o_l_e_x", "rolex", "split"),
        ("the via gra pill", "viagra", "halves"),
        ("cas-ino", "casino", "halves"),
        ("viiagra", "viagra", "doubled"),
        ("caaasino", "casino", "doubled"),
    ],
)
def test_seen_through(text, plain, how):
    """Each disguise is seen through, named, and put in plain letters."""
    shown, found = undisguise(fold(text), WORDS)
    assert [(one.plain, one.how) for one in found] == [(plain, how)]
    assert f" {plain} ".encode() in shown


@pytest.mark.parametrize(
    "text",
    ["viagra", "pass word", "in vestment", "4th mp3 h264 10am", "1 2 3 4 5 6 7", "a b c d e f g", "www aardvark", ""],
)
def test_left_alone(text):
    """Plain words, two common words side by side, numbers and codes are no disguises."""
    folded = fold(text)
    assert undisguise(folded, WORDS) == (folded, ())


def test_the_rest_stays():
    """All around a disguised word stays as it was, and several are found in one text."""
    shown, found = undisguise(fold("a V1agra b r.o.l.e.x c cas ino d"), WORDS)
    assert shown == b" a viagra b rolex c casino d "
    assert len(found) == 3


def test_no_vocabulary():
    """Without words there is nothing to see through."""
    assert undisguise(b" v1agra ", frozenset()) == (b" v1agra ", ())


@pytest.mark.parametrize("piece", ["v1agra ", "v i a g r a ", "a1", "ii", "via gra ", "1a a1 ", "x "])
def test_linear(piece):
    """A folded megabyte of candidates costs less than half a second."""
    folded = fold(piece * (1_000_000 // len(piece)))
    undisguise(b" x ", WORDS)
    assert cheap.seconds(lambda: undisguise(folded, WORDS), enough=0.5) < 0.5
