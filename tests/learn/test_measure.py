"""The figures against cases computed by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.learn import measure
from fyke.learn.measure import Corner, Scored

PAIRS = st.lists(st.tuples(st.integers(-5, 5).map(float), st.booleans()), max_size=40)


def pairs(ham, spam):
    return [*((float(bits), False) for bits in ham), *((float(bits), True) for bits in spam)]


def test_curve_has_a_corner_a_distinct_score():
    """Equal scores cannot be told apart, so they are passed in one step."""
    corners = measure.curve(pairs([1, 2, 2], [2, 3]))
    assert corners == [Corner(0, 0, math.inf), Corner(0, 1, 3.0), Corner(2, 2, 2.0), Corner(3, 2, 1.0)]


def test_auc_counts_ties_half():
    """A pair with equal scores is half right, whichever way it is sorted."""
    # Pairs (ham, spam): 1<2 1<3 right; 2=2 half, 2<3 right; 4>2 and 4>3 wrong: 2.5 of 6.
    assert measure.one_minus_auc_pct(measure.curve(pairs([1, 2, 4], [2, 3]))) == pytest.approx(100 * 2.5 / 6)
    assert measure.one_minus_auc_pct(measure.curve(pairs([1, 2], [3, 4]))) == 0.0
    assert measure.one_minus_auc_pct(measure.curve(pairs([5], [5]))) == 50.0


@given(PAIRS)
def test_auc_is_that_of_all_pairs(given_pairs):
    """The definition itself: every wanted message beside every unwanted one."""
    ham = [bits for bits, is_spam in given_pairs if not is_spam]
    spam = [bits for bits, is_spam in given_pairs if is_spam]
    found = measure.one_minus_auc_pct(measure.curve(given_pairs))
    if not ham or not spam:
        assert found is None
    else:
        wrong = sum((h > s) + (h == s) / 2 for h in ham for s in spam)
        assert found == pytest.approx(100 * wrong / (len(ham) * len(spam)))


def test_recall_at_a_rate_puts_the_line_between_scores():
    """Of 1,000 wanted messages one may be flagged at 0.1 %; the tie at 7 would flag a second, so it stays below."""
    ham = [9, 7, *[0] * 998]
    at = measure.at_rate(measure.curve(pairs(ham, [10, 8, 7, 7, -1])), 0.001)
    assert (at.may, at.recall, at.bits) == (1, 2 / 5, 8.0)
    at = measure.at_rate(measure.curve(pairs(ham, [10, 8, 7, 7, -1])), 0.002)
    assert (at.may, at.recall, at.bits) == (2, 4 / 5, 7.0)


def test_recall_where_none_may_be_flagged():
    """Few wanted messages: the rate rounds down to none, and the line lies above the highest of them."""
    at = measure.at_rate(measure.curve(pairs([5, 1], [6, 5, 0])), 0.001)
    assert (at.may, at.recall, at.bits) == (0, 1 / 3, 6.0)
    at = measure.at_rate(measure.curve(pairs([9], [6])), 0.001)
    assert (at.recall, at.bits) == (0.0, None)


@given(PAIRS, st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]))
def test_recall_is_the_best_of_all_lines(given_pairs, rate):
    """No line does better within the rate, and the one that is told does as well."""
    ham = [bits for bits, is_spam in given_pairs if not is_spam]
    spam = [bits for bits, is_spam in given_pairs if is_spam]
    at = measure.at_rate(measure.curve(given_pairs), rate)
    if not ham or not spam:
        assert at.recall is None
        return
    fair = [line for line in {*ham, *spam, 99.0} if sum(bits >= line for bits in ham) <= rate * len(ham) + 1e-9]
    assert at.recall == max(sum(bits >= line for bits in spam) for line in fair) / len(spam)
    assert at.bits is None or at.bits in fair


def test_confusion_at_the_line():
    """A message that stands on the line is flagged."""
    found = measure.quality(pairs([0, 4, 5, 1], [4, 3.9, 9]), 4.0).at_line
    assert (found.false_positives, found.false_negatives) == (2, 1)
    assert (found.false_positive_share, found.recall) == (0.5, 2 / 3)
    # logit(1/2) = 0, logit(1/3) = -ln 2: lam is the logistic of -ln(2)/2
    assert found.lam_pct == pytest.approx(100 / (1 + math.sqrt(2)))


def test_half_a_message_stands_for_none():
    """Without an error lam is that of half a message on either side."""
    found = measure.quality(pairs([0] * 100, [9] * 100), 4.0).at_line
    assert found.lam_pct == pytest.approx(0.5)


def test_what_cannot_be_told_is_none():
    """One kind of mail alone has no curve and no lam; its own share is told."""
    found = measure.quality(pairs([], [9, 1]), 4.0)
    assert (found.one_minus_auc_pct, found.at_rates[0].recall, found.at_line.lam_pct) == (None, None, None)
    assert (found.at_line.recall, found.at_line.false_positive_share) == (0.5, None)
    nothing = measure.measure([], 4.0)
    assert (nothing.reliability, nothing.quality.ham, nothing.sources) == (None, 0, ())


def test_reliability_of_hand():
    """Two bins: told 0.1 and half true, told 0.9 and all true."""
    found = measure.reliability([(0.1, False), (0.1, True), (0.95, True), (0.85, True)])
    assert [(each.count, each.observed) for each in found.bins] == [(2, 0.5), (1, 1.0), (1, 1.0)]
    assert found.calibration_error == pytest.approx((2 * 0.4 + 0.15 + 0.05) / 4)
    assert found.brier == pytest.approx((0.01 + 0.81 + 0.0025 + 0.0225) / 4)
    assert found.bins[0].least == pytest.approx(0.0945, abs=1e-4)  # Wilson's for 1 of 2
    assert measure.reliability([(1.0, True), (0.0, False)]).brier == 0.0


def test_categories_are_judged_where_they_are_known():
    """Unwanted mail that nobody sorted says nothing; wanted mail has none."""
    scored = [
        Scored(9, True, truth=("drugs",), said=("drugs", "adult")),
        Scored(9, True, truth=("drugs",), said=()),
        Scored(9, True, truth=(), said=("drugs",)),
        Scored(9, False, truth=(), said=("drugs",)),
        Scored(9, True, truth=("adult", "dating"), said=("adult",)),
    ]
    found = {each.name: each for each in measure.categories(scored)}
    assert (found["drugs"].messages, found["drugs"].said, found["drugs"].right) == (2, 2, 1)
    assert (found["drugs"].precision, found["drugs"].recall) == (0.5, 0.5)
    assert (found["dating"].precision, found["dating"].recall) == (None, 0.0)


def test_a_source_without_wanted_mail_has_the_common_line():
    """What is found of spam alone is told at the line that all wanted mail draws."""
    scored = [Scored(3.0, False, source="post"), Scored(5.0, True, source="post"), Scored(2.0, True, source="trap")]
    post, trap = measure.measure(scored, 4.0).sources
    assert (post.name, post.quality.one_minus_auc_pct, post.recall_at_common) == ("post", 0.0, (1.0, 1.0))
    assert (trap.quality.one_minus_auc_pct, trap.recall_at_common) == (None, (0.0, 0.0))


def test_histogram_keeps_all_and_bounds_the_outer():
    """What is beyond the columns counts in the last of them."""
    found = measure.histogram([Scored(-99, False), Scored(99, True), Scored(-0.5, False), Scored(0.0, False)])
    assert (sum(found.ham), sum(found.spam), len(found.ham)) == (3, 1, measure.HIGHEST - measure.LOWEST)
    assert (found.ham[0], found.ham[-found.lowest - 1], found.ham[-found.lowest], found.spam[-1]) == (1, 1, 1, 1)


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    """A page has few pixels; the part where few wanted messages are flagged is kept whole."""
    scored = [Scored(float(at), at % 3 == 0) for at in range(6_000)]
    roc = measure.measure(scored, 4.0).roc
    assert len(roc) <= measure.CORNERS + 2
    assert (roc[0].false_positives, roc[-1].false_positives, roc[-1].true_positives) == (0, 4_000, 2_000)
    assert [corner.false_positives for corner in roc] == sorted(corner.false_positives for corner in roc)
