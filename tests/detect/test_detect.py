"""The one list of detectors, and strangers' that come by an entry point."""

import pytest

import fyke.detect
from fyke import house
from fyke.config import Problem
from fyke.detect import Gtube, packaged, strangers
from fyke.detect.check import DetectorError
from fyke.model import Symbol


class Point:
    """An entry point of another package."""

    name, value = "acme", "acme:Detector"

    def __init__(self, detector):
        self.detector = detector

    def load(self):
        return self.detector


@pytest.fixture
def install(monkeypatch):
    """Pretend that another package brings a detector."""

    def bring(detector):
        monkeypatch.setattr(
            fyke.detect, "entry_points", lambda group: [Point(detector)] if group == "fyke.detectors" else []
        )
        strangers.cache_clear()

    yield bring
    strangers.cache_clear()


def test_there_are_many():
    """At least thirty detectors are in use, each once."""
    names = [detector.name for detector in packaged()]
    assert len(names) >= 30
    assert len(set(names)) == len(names)


def test_a_stranger_joins_at_the_end(install):
    """A detector of another package runs after ours."""

    class Other(Gtube):
        """Is it a test of another kind?"""

        name = "other"
        symbols = (Symbol("OTHER", "It is a test of another kind", "test", 1.0),)

    install(Other)
    assert packaged()[-1].name == "other"


def test_a_stranger_that_breaks_the_contract_is_refused(install):
    """A stranger's detector without a question is refused with the reason."""

    class Other(Gtube):
        name = "Other"

    install(Other)
    with pytest.raises(DetectorError, match="no detector with a lower-case name"):
        packaged()


def test_a_stranger_may_not_take_a_name_or_symbol_of_ours(install):
    """Two detectors of one name would be told apart by nobody; so it is said who was first."""
    install(Gtube)
    with pytest.raises(DetectorError, match="two detectors bear the name gtube; gtube: GTUBE is declared by gtube too"):
        packaged()


@pytest.mark.parametrize(
    ("stranger", "why"),
    [
        (object, "object is no detector"),
        (1, "the detector acme .acme:Detector. cannot be loaded: TypeError"),
        (type("Silent", (Gtube,), {"name": "silent", "symbols": ["GTUBE"]}), "silent declares no tuple of symbols"),
    ],
)
def test_a_wrong_stranger_is_a_problem_of_the_operator(install, stranger, why):
    """Whatever another package brings, fyke starts or says in one sentence why it does not."""
    install(stranger)
    with pytest.raises(Problem, match=why):
        house.build()
