"""Joining the parts: what the config names is there, or the operator is told."""

import pytest

from fyke import house
from fyke.config import Config, Judge, Problem
from fyke.model import Envelope


def test_a_disabled_detector_does_not_run_and_is_told():
    """Every scan says which detectors did not run, and why."""
    engine = house.build(Config(judge=Judge(disabled=("shouting",))))
    assert "shouting" not in {detector.name for detector in engine.detectors}
    assert engine.scan(Envelope(), b"\n").skipped == ("shouting: disabled in the config",)


def test_an_unknown_detector_is_told_with_the_nearest_name():
    """A slip in the name of a detector disables nothing in silence."""
    with pytest.raises(Problem, match="did you mean shouting"):
        house.build(Config(judge=Judge(disabled=("shuoting",))))


def test_a_wrong_lexicon_is_a_problem_of_the_operator(tmp_path):
    """A lexicon that cannot be used is told with file and line, not as a bug."""
    (tmp_path / "own.toml").write_text('symbol = "OWN"\ntext = "Offers what only we know"\ncategory = "drgus"\n')
    with pytest.raises(Problem, match=r"own\.toml"):
        house.build(Config(judge=Judge(lexicons=(str(tmp_path),))))
