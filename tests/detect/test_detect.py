"""The one list of detectors, and strangers' that come by an entry point."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from fyke import house
from fyke.config import Problem
from fyke.detect import Gtube, packaged
from fyke.detect.check import DetectorError
from fyke.detect.strangers import strangers
from fyke.model import Symbol

# Without the `site` module, which on some machines loads the library itself.
PATHS = f"import sys; sys.path[:] = {sys.path!r}; "


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Install another package, whose module `acme` has a detector."""

    def bring(detector):
        declared = tmp_path / "acme-1.0.dist-info" / "entry_points.txt"
        declared.parent.mkdir()
        declared.write_text("[fyke.detectors]\nacme = acme:Detector\n")
        (declared.parent / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setitem(sys.modules, "acme", SimpleNamespace(Detector=detector))
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


def test_where_there_is_no_stranger_nobody_pays_for_looking():
    """A scan begins without `importlib.metadata`, which takes as long to load as thirty detectors."""
    code = "import sys; from fyke.detect import packaged; packaged(); sys.exit('importlib.metadata' in sys.modules)"
    assert subprocess.run([sys.executable, "-S", "-c", PATHS + code], check=False).returncode == 0


def test_a_package_in_an_archive_is_asked_too(monkeypatch, tmp_path):
    """What cannot be listed as a folder may hold a stranger, so the library that can read it is asked."""
    archive = tmp_path / "acme.zip"
    archive.write_bytes(b"PK")
    monkeypatch.syspath_prepend(archive)
    strangers.cache_clear()
    assert strangers() == ()
    strangers.cache_clear()
