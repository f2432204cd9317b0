"""Held-out mail: what is held out, that it stays so, and what it says."""

import msgspec

from fyke.learn.trial import FOLDS, folds, held_out
from tests.learn.test_fit import world


def test_a_source_is_held_out_whole():
    """Where several have both sides."""
    examples, _ = world(1, 60, {"A": (1.0, "a")}, {}, sources=3)
    fold, by_source = folds(examples)
    assert by_source
    assert len({(each.source, number) for each, number in zip(examples, fold.tolist(), strict=True)}) == 3


def test_one_source_is_held_out_by_fifths_and_templates_stay_together():
    """Copies of a template never stand on both sides, and each fold has wanted and unwanted mail."""
    examples, _ = world(2, 100, {"A": (1.0, "a")}, {})
    copies = [msgspec.structs.replace(each, template=f"t{at % 20}") for at, each in enumerate(examples)]
    fold, by_source = folds(copies)
    assert not by_source
    assert set(fold.tolist()) == set(range(FOLDS))
    for side in (True, False):
        mine = [
            (each.template, number) for each, number in zip(copies, fold.tolist(), strict=True) if each.spam is side
        ]
        assert len(set(mine)) == len({template for template, _ in mine})
        assert {number for _, number in mine} == set(range(FOLDS))


def test_held_out_mail_gains_where_shipped_bits_are_wrong():
    """Better than as shipped, on mail that no fit saw; and the line turns bits into chances that come true."""
    truth = {"STRONG": (4.0, "a"), "EMPTY": (0.0, "b"), "HAMMY": (-3.0, "b")}
    examples, terms = world(3, 2_000, truth, {"STRONG": 0.5, "EMPTY": 3.0, "HAMMY": -0.2})
    trial = held_out(examples, terms)
    ham, spam = ([at for at, each in enumerate(examples) if each.spam is side] for side in (False, True))

    def won(scores):
        return sum(scores[one] > scores[other] for one in spam[:200] for other in ham[:200])

    assert won(trial.after) > won(trial.before)
    sure = [at for at, told in enumerate(trial.told) if told > 0.7]
    assert sum(examples[at].spam for at in sure) / len(sure) > 0.7


def test_nothing_is_learned_of_the_mail_that_is_held_out():
    """A source whose facts mean the contrary is scored by what the others say."""
    examples, terms = world(4, 1_200, {"A": (3.0, "a"), "B": (-1.0, "b")}, {"A": 1.0}, sources=2)
    odd = [msgspec.structs.replace(each, spam=not each.spam) if each.source == "s1" else each for each in examples]
    first, second = held_out(examples, terms), held_out(odd, terms)
    for at, each in enumerate(examples):
        if each.source == "s1":
            assert first.after[at] == second.after[at]
