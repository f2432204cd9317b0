"""What the model says, as findings."""

from fyke.learn import base
from fyke.learn.model import Learned, Learner
from fyke.learn.opinion import Opinion, told
from tests.learn.mails import mail


def test_bits_become_weights_of_findings():
    """A share of each part of the model; next to nothing is not told."""
    found = {finding.symbol.name: finding.weight for finding in told(Learned(1.5, -2.25, 0.01))}
    assert found == {"LEARNED_BASE": 1.5, "LEARNED_SITE": -2.25}


def test_an_opinion_is_the_model_s(tmp_path):
    """Read and weighed in one."""
    learner = Learner(tmp_path / "t", base.empty())
    opinion, message = Opinion(learner), mail("buy cheap pills online now")
    learner.learn(1, opinion.read(message, ()), spam=True)
    (finding,) = opinion.of(opinion.read(message, ()), "")
    assert (finding.symbol.name, finding.weight) == ("LEARNED_SITE", learner.weigh(opinion.read(message, ())).shared)
