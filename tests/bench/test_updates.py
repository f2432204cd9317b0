"""The update rules that are compared with the product's learn what they are told."""

import numpy as np
import pytest

from bench.updates import RULES, Arow, PassiveAggressive, Relaxed

PILLS = np.array([3, 5, 9]), np.array([0.6, -0.6, 0.5])
LUNCH = np.array([3, 7, 8]), np.array([0.6, 0.6, -0.5])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_learns_two_kinds_apart(rule):
    """After some labels each kind is on its side, though they share a feature."""
    learner = rule()
    for _ in range(20):
        learner.learn(*PILLS, 1, 0.0)
        learner.learn(*LUNCH, -1, 0.0)
    assert learner.score(*PILLS) > 0.5
    assert learner.score(*LUNCH) < -0.5


@pytest.mark.parametrize("rule", [PassiveAggressive, Relaxed, Arow], ids=lambda rule: rule.name)
def test_a_rule_with_a_margin_leaves_alone_what_is_far_on_its_side(rule):
    """Where the rules say enough there is nothing to learn."""
    learner = rule()
    learner.learn(*PILLS, 1, 5.0)
    learner.learn(*LUNCH, -1, -5.0)
    assert not learner.weights.any()


def test_passive_aggressive_goes_just_as_far_as_asked():
    """A label that costs less than the bound ends at the margin."""
    learner = PassiveAggressive()
    learner.learn(*PILLS, 1, 1.9)
    assert learner.score(*PILLS) + 1.9 == pytest.approx(PassiveAggressive.MARGIN)


def test_arow_doubts_less_what_it_saw():
    """Only the slots of the message become surer."""
    learner = Arow()
    learner.learn(*PILLS, 1, 0.0)
    assert (learner.doubts[PILLS[0]] < 1).all()
    assert (np.delete(learner.doubts, PILLS[0]) == 1).all()
