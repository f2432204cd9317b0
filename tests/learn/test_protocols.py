"""The protocols ask before they tell."""

from collections import Counter

from fyke.learn.protocols import Turn, cross, in_order, online

WORDS = ["pills", "lunch", "pills", "lunch", "pills"]


class Words:
    """A learner that counts words, and writes down what it is asked and told."""

    def __init__(self):
        self.counts, self.log = Counter(), []

    def score(self, item):
        self.log.append(("score", item))
        return float(self.counts[item])

    def learn(self, item, spam):
        self.log.append(("learn", item))
        self.counts[item] += 1 if spam else -1


def turns(sources="aaabb", whens=(1, 2, 3, 4, 5)):
    return [
        Turn(at, WORDS[at] == "pills", source, when)
        for at, (source, when) in enumerate(zip(sources, whens, strict=True))
    ]


def test_order_is_that_of_delivery():
    """What nobody dated comes last, as it was given."""
    assert [each.at for each in in_order(turns(whens=(5, None, 1.5, None, 1.25)))] == [4, 2, 0, 1, 3]


def test_online_asks_before_it_tells():
    """The first of its kind is unknown, the second is known from the first."""
    learner = Words()
    found = [(each.at, bits) for each, bits in online(turns(), WORDS.__getitem__, learner)]
    assert found == [(0, 0.0), (1, 0.0), (2, 1.0), (3, -1.0), (4, 2.0)]
    assert learner.log[:4] == [("score", "pills"), ("learn", "pills"), ("score", "lunch"), ("learn", "lunch")]


def test_cross_never_tells_of_the_source_that_it_asks_about():
    """Each source meets a fresh learner that was told of all others."""
    learners = []

    def fresh():
        learners.append(Words())
        return learners[-1]

    found = {each.at: bits for each, bits in cross(turns(), WORDS.__getitem__, fresh)}
    assert found == {0: 1.0, 1: -1.0, 2: 1.0, 3: -1.0, 4: 2.0}
    assert [[what for what, _ in learner.log] for learner in learners] == [
        ["learn"] * 2 + ["score"] * 3,
        ["learn"] * 3 + ["score"] * 2,
    ]


def test_one_source_alone_is_met_by_a_learner_that_knows_nothing():
    """Nothing to learn from gives no evidence, and no error."""
    assert {bits for _, bits in cross(turns("aaaaa"), WORDS.__getitem__, Words)} == {0.0}
