"""What is asked about in a run was not told before; the product in a run is the product."""

from bench.runs import Fyke, pairs
from fyke.learn.model import Learner, Lesson
from tests.bench.test_corrections import LETTERS, NOTES


class Diary:
    """Writes down what it is asked and told."""

    def __init__(self):
        self.log = []

    def score(self, mail):
        self.log.append(("asked", mail.digest))
        return 0.0

    def learn(self, mail):
        self.log.append(("told", mail.digest))


def test_online_asks_about_each_before_it_tells():
    """In the order of delivery."""
    diary = Diary()
    assert len(list(pairs("online", diary, [*NOTES[:2], *LETTERS[:2]]))) == 4
    digests = ["0000", "0001", "0100", "0101"]
    assert diary.log == [(what, digest) for digest in digests for what in ("asked", "told")]


def test_the_product_looks_again_at_an_earlier_label(tmp_path):
    """The second label brings the first, the only one that there is."""
    product = Fyke(tmp_path)
    for each in (LETTERS[0], NOTES[0]):
        product.tell(each, spam=False)
    learner = Learner(tmp_path / "beside", product.learner.base)
    first, second = LETTERS[0], NOTES[0]
    learner.learn(1, first.features, spam=False, rules_bits=-3.0)
    again = Lesson(first.features, False, -3.0)
    learner.learn(2, second.features, spam=False, rules_bits=-3.0, again=again)
    assert (tmp_path / "table").read_bytes() == (tmp_path / "beside").read_bytes()
