"""The reference pages list what the code declares."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parent.parent / "docs" / "reference" / "generate.py"


def pages():
    spec = importlib.util.spec_from_file_location("generate", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PAGES


@pytest.mark.parametrize("name", ["symbols.md", "defects.md"])
def test_the_page_is_what_the_code_says(name):
    """A page that has grown old fails here; `python docs/reference/generate.py` writes it anew."""
    assert (PATH.parent / name).read_text() == pages()[name]()
