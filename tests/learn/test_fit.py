"""Bits from labelled mail: truth found again, signs and caps kept, little mail moves little, the same to the byte."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.learn.fit import ENOUGH, STEP, Cap, Example, Fact, Terms, balance, fit, parted, score, share

# Facts that are shipped as they are, so that the scale of the others is known.
KNOWN = {"UP": (2.0, "a"), "DOWN": (-2.0, "b"), "UPPER": (1.0, "b")}
FREE = {"a": Cap(50.0, -50.0), "b": Cap(50.0, -50.0)}


def world(seed, count, truth, shipped, *, sources=1, often=0.3):
    """Mail in which facts are as frequent as `truth` says: (bits, group) by name; each in that share of ham."""
    rng = np.random.default_rng(seed)
    examples = []
    for at in range(count):
        spam = at % 2 == 1
        found = [
            name
            for name, (bits, _) in truth.items()
            if rng.random() < (often * 2**bits if spam else often) / (1 + often * (2**bits - 1) if spam else 1)
        ]
        examples.append(Example(f"s{at // 2 % sources}", spam, tuple((name, 1.0) for name in found), -3.0, str(at)))
    facts = tuple(Fact(name, group, shipped.get(name, bits)) for name, (bits, group) in truth.items())
    return examples, Terms(facts, FREE)


def bits(weights):
    return {weight.fact.name: weight.bits for weight in weights}


def test_the_truth_is_found_again():
    """Facts shipped with wrong bits come out near what made the mail, and within what is said to be sure."""
    truth = {"UP": (2.5, "a"), "DOWN": (-2.0, "b"), "FAINT": (0.6, "b"), "RIGHT": (1.5, "a")}
    examples, terms = world(1, 8_000, truth, {"UP": 1.5, "DOWN": -1.0, "FAINT": 1.4})
    found = fit(examples, terms, spread=2.0)
    slope = found[0].bits / 2.5  # the scale is the calibration's
    for weight in found:
        assert weight.bits / slope == pytest.approx(truth[weight.fact.name][0], abs=0.5)
        assert 0 < weight.give < 1.0


def test_signs_stay():
    """What speaks for spam as shipped stops at nothing, whatever the mail says; 0 is free to move."""
    truth = {"TURNED": (-2.0, "a"), "OPEN": (-2.0, "b"), "HAMMY": (2.0, "b")}
    examples, terms = world(2, 3_000, truth, {"TURNED": 1.0, "OPEN": 0.0, "HAMMY": -1.0})
    found = bits(fit(examples, terms))
    assert found["TURNED"] == 0.0
    assert found["HAMMY"] == 0.0
    assert found["OPEN"] < -1.0


def test_what_hardly_occurs_keeps_its_shipped_bits():
    """One message fewer than enough changes nothing and says so; enough may."""
    common, terms = world(3, 400, {"COMMON": (2.0, "a"), "RARE": (0.0, "b")}, {"RARE": 3.0}, often=0.2)
    common = [
        msgspec.structs.replace(each, found=tuple(pair for pair in each.found if pair[0] != "RARE")) for each in common
    ]
    hams = [at for at, each in enumerate(common) if not each.spam]
    for times, moves in ((ENOUGH - 1, False), (ENOUGH, True)):
        examples = list(common)
        for at in hams[:times]:
            examples[at] = msgspec.structs.replace(examples[at], found=(*examples[at].found, ("RARE", 1.0)))
        rare = fit(examples, terms)[1]
        assert rare.is_fitted is moves
        assert (rare.bits != 3.0) is moves


def test_what_is_trusted_moves_less():
    """The prior pulls towards the shipped bits, and the less they are trusted the less it does."""
    examples, terms = world(4, 500, KNOWN | {"A": (3.0, "a")}, {"A": 1.0})
    firm, loose, free = (bits(fit(examples, terms, spread))["A"] for spread in (0.1, 0.5, 2.0))
    assert 1.0 <= firm < loose < free


def test_facts_that_come_together_do_not_count_twice():
    """Of two names for one fact neither gets the bits of both."""
    examples, terms = world(5, 4_000, KNOWN | {"ONE": (3.0, "a")}, {})
    twice = [
        msgspec.structs.replace(each, found=(*each.found, ("TWIN", 1.0))) if ("ONE", 1.0) in each.found else each
        for each in examples
    ]
    found = bits(fit(twice, Terms((*terms.facts, Fact("TWIN", "a", 3.0)), FREE)))
    alone = bits(fit(examples, terms))
    assert found["ONE"] == found["TWIN"] < alone["ONE"] - 0.5


def test_a_fact_beyond_the_cap_tells_nothing():
    """Where a group is always at its cap its facts keep their bits: the judge would not count a change."""
    examples, terms = world(6, 2_000, {"LOUD": (1.0, "a"), "OTHER": (2.0, "b")}, {"LOUD": 9.0})
    capped = Terms(terms.facts, {"a": Cap(4.0, -4.0), "b": Cap(50.0, -50.0)})
    assert bits(fit(examples, capped))["LOUD"] == 9.0
    assert bits(fit(examples, terms))["LOUD"] < 8.0


def test_scores_are_those_of_the_judge():
    """Sums of bits times weights, each group within its caps, and what is not fitted on top."""
    terms = Terms((Fact("A", "a", 3.0), Fact("B", "a", 3.0), Fact("C", "b", -2.0)), {"a": Cap(4.0, -1.0)})
    example = Example("s", True, (("A", 0.5), ("B", 1.0), ("C", 1.0)), -3.0)
    assert score([example], terms, {"A": 3.0, "B": 3.0, "C": -2.0}).tolist() == [-1.0]
    assert score([example], terms, {"A": 1.0, "B": 1.0, "C": -2.0}).tolist() == [-3.5]


def test_no_source_rules():
    """A source of ten times the mail has the same say, and all together say no more than there is mail."""
    examples = [Example("big", at % 2 == 0, (), 0.0) for at in range(1_000)]
    examples += [Example("small", at % 2 == 0, (), 0.0) for at in range(100)]
    weight = balance(examples)
    assert weight[:1_000].sum() == pytest.approx(weight[1_000:].sum())
    assert 100 < weight.sum() < 1_100


def test_what_one_source_alone_says_is_not_believed():
    """With three sources bits move as far as all agree, so not at all for a habit of one of them."""
    examples, terms = world(7, 3_000, KNOWN | {"COMMON": (3.0, "a")}, {"COMMON": 0.0}, sources=3)
    terms = Terms((*terms.facts, Fact("HABIT", "b", 0.0)), FREE)
    mine = [
        msgspec.structs.replace(each, found=(*each.found, ("HABIT", 1.0)))
        if each.spam and each.source == "s0"
        else each
        for each in examples
    ]
    found = bits(fit(mine, terms))
    assert found["COMMON"] > 0.5
    assert found["HABIT"] == 0.0
    one = bits(fit([msgspec.structs.replace(each, source="s") for each in mine], terms))
    assert one["HABIT"] > 1.0


def test_sources_are_left_out_only_where_both_sides_remain():
    """The only source of wanted mail cannot be left out, and two are too few to agree."""
    both = [Example(name, spam, (), 0.0) for name in "abc" for spam in (True, False)]
    assert parted(both) == [frozenset("a"), frozenset("b"), frozenset("c")]
    assert parted(both[:4]) == []
    assert parted([each for each in both if each.spam or each.source == "a"]) == []


def test_the_same_mail_gives_the_same_bytes():
    """Twice, and in whatever order facts were found; and bits are whole steps."""
    examples, terms = world(8, 1_500, {"A": (2.0, "a"), "B": (-1.0, "b")}, {"A": 1.0}, sources=3)
    once, twice = (msgspec.json.encode(fit(list(examples), terms)) for _ in range(2))
    assert once == twice
    for weight in fit(examples, terms):
        assert weight.bits == weight.fact.bits or math.isclose(weight.bits / STEP, round(weight.bits / STEP))


@given(st.integers(0, 3_000), st.integers(0, 3_000))
def test_an_interval_holds_what_was_counted(first, second):
    """Wilson's: within 0 and 1, never without width, and around the share."""
    hits, of = min(first, second), max(first, second)
    found = share(hits, of)
    assert 0.0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1.0
    assert found.low < found.high
