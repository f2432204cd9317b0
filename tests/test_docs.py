"""The docs do what they say: commands run and print what is shown, files work, links lead somewhere."""

import importlib.util
import re
from pathlib import Path

import pytest

from fyke.detect.runner import run
from fyke.mail import parse
from fyke.model import Mail
from tests import shown
from tests.cases import read
from tests.shown import PAGES, ROOT


def name(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if any(shown.commands(page))], ids=name)
def test_every_command_runs_and_prints_what_the_page_shows(page, tmp_path):
    """A reader who types what the page says sees what the page shows; numbers may differ."""
    shown.prepare(page, tmp_path)
    for command, lines in shown.commands(page):
        code, printed = shown.run(command, tmp_path)
        wants_error = any(line.startswith("fyke: ") and ".toml:" in line for line in lines)
        assert code in ({2} if wants_error else {0, 1}), f"{command}: {printed[-3:]}"
        rest = iter([shown.plain(line) for line in printed])
        for line in lines:
            assert any(shown.plain(line) in candidate for candidate in rest), f"{command} does not print: {line}"


def test_the_detector_of_the_docs_keeps_its_cases(tmp_path):
    """Who follows the page on detectors gets one whose cases hold."""
    for path, text in shown.files(ROOT / "docs/how-to/add-a-detector.md"):
        (tmp_path / Path(path).name).write_text(text)
    spec = importlib.util.spec_from_file_location("acme_fyke", tmp_path / "acme_fyke.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for case in read(tmp_path / "payslip.txt"):
        looked = run([module.Payslip()], Mail(case.envelope, parse(case.raw)))
        found = {finding.symbol.name for finding in looked.findings}
        assert case.expect <= found
        assert not case.refuse & found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page):
    """A relative link in a page names a file that is there."""
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_index_names_every_page():
    """A page that the index does not name is found by nobody."""
    index = ROOT / "docs/README.md"
    named = {(index.parent / target).resolve() for target in re.findall(r"\]\(([^)#]+)\)", index.read_text())}
    assert {page for page in PAGES if page.parent not in {index.parent, ROOT}} <= named


def test_what_is_found_names_detectors_that_are_there():
    """The page on tricks names every detector but those of test files, and none that is gone."""
    page = (ROOT / "docs/explanation/what-it-finds.md").read_text()
    packaged = set(re.findall(r"^## (\w+)$", (ROOT / "docs/reference/symbols.md").read_text(), re.MULTILINE))
    said = set(re.findall(r"`([a-z][a-z0-9_]*)`", page))
    assert packaged - said <= {"gtube", "eicar", "Composites"}
    assert said <= packaged
