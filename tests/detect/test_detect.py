"""The one list of detectors, and strangers' that come by an entry point."""

import pytest

import fyke.detect
from fyke.detect import Gtube, packaged, strangers


class Point:
    """An entry point of another package."""

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

    install(Other)
    assert packaged()[-1].name == "other"


def test_a_stranger_that_breaks_the_contract_is_refused(install):
    """A stranger's detector without a question is refused with the reason."""

    class Other(Gtube):
        name = "Other"

    install(Other)
    with pytest.raises(TypeError, match="no detector with a lower-case name"):
        packaged()
