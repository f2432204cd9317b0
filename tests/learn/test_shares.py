"""Shares by name: they add up to the model's bits, and the plain arithmetic agrees with the arrays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.learn import base
from fyke.learn.features import Family, Reader
from fyke.learn.model import Learner, Model
from fyke.learn.shares import named, shares
from fyke.mail import parse
from tests.learn.mails import mail


@given(st.text("abcdef é\n0123$", max_size=300))
def test_every_feature_has_a_name(text):
    """Code by code, plain arithmetic finds what the passes over arrays find."""
    message = mail(text)
    known = {(code, family) for code, family, _ in named(message, ())}
    features, start = Reader().read(message, ()), 0
    for family, end in zip(Family, features.ends, strict=True):
        assert all((code, family) in known for code in features.codes[start:end].tolist())
        start = end


@given(st.binary(max_size=1_500))
def test_any_bytes_are_named(raw):
    """No mail is without names, whatever its bytes."""
    message = parse(raw)
    known = {code for code, _, _ in named(message, ())}
    assert known >= set(Reader().read(message, ()).codes.tolist())


def test_shares_add_up_to_what_the_model_weighs(tmp_path):
    """Base, shared and own, each to the last digits."""
    learner, letter = Learner(tmp_path / "t"), mail("buy cheap pills online now http://shop.example/pills")
    features = Reader().read(letter, ())
    learner.learn(1, features, spam=True)
    learner.learn(2, features, spam=False, account="ann@example.org", rules_bits=5.0)
    found = shares(learner, features, letter, (), "ann@example.org")
    weighed = learner.weigh(features, "ann@example.org")
    assert sum(share.base for share in found) == pytest.approx(weighed.base)
    assert sum(share.shared for share in found) == pytest.approx(weighed.shared)
    assert sum(share.own for share in found) == pytest.approx(weighed.own)


def test_the_telling_word_comes_first(tmp_path):
    """What only one kind of mail says has the largest share."""
    learner, reader = Learner(tmp_path / "t", base.empty()), Reader()
    for number in range(10):
        learner.learn(2 * number + 1, reader.read(mail(f"please order pills today number{number}"), ()), spam=True)
        learner.learn(2 * number + 2, reader.read(mail(f"please come over today number{number}"), ()), spam=False)
    letter = mail("please pills today")
    words = [share for share in shares(learner, reader.read(letter, ()), letter, ()) if share.kind == "word"]
    assert (words[0].text, words[0].bits > 0) == ("pills", True)


def test_a_model_that_knows_nothing_gives_nothing():
    """All shares are zero."""
    letter = mail("hello")
    assert all(share.bits == 0 for share in shares(Model(base=base.empty()), Reader().read(letter, ()), letter, ()))
