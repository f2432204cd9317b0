"""The reference pages list what the code declares."""

import importlib.util
import re
from pathlib import Path
from typing import get_type_hints

import pytest

from fyke.cli.policy import value
from fyke.config import load, read_toml
from fyke.judge import policy
from fyke.model import Action, Label

PATH = Path(__file__).parent.parent / "docs" / "reference" / "generate.py"


def pages():
    spec = importlib.util.spec_from_file_location("generate", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PAGES


@pytest.mark.parametrize("name", ["symbols.md", "defects.md", "limits.md"])
def test_the_page_is_what_the_code_says(name):
    """A page that has grown old fails here; `python docs/reference/generate.py` writes it anew."""
    assert (PATH.parent / name).read_text() == pages()[name]()


def test_the_config_page_names_every_knob():
    """Each knob has a row in its section, with its own sentence and its default."""
    page = (PATH.parent / "config.md").read_text()
    sections = dict(re.findall(r"^## `\[(\w+)\]`(.*?)(?=^## )", page, re.MULTILINE | re.DOTALL))
    for knob in load(environ={}).knobs:
        section, _, name = knob.name.partition(".")
        row = re.search(rf"^\| `{name}` \| .*$", sections[section], re.MULTILINE)
        assert row, knob.name
        assert knob.text in row[0]
        assert f"`{value(knob.default)}`" in row[0]


def test_the_policy_page_names_every_key():
    """Each key that a policy file may have is on the page; so are the groups, the labels and the actions."""
    page = (PATH.parent / "policy.md").read_text()
    words = set(re.findall(r"`\[?\"?([\w]+)[^`]*`", page))
    tables = [policy.Thresholds, policy.Calibration, policy.Group, policy.Composite, policy.Recipients, policy.Rules]
    keys = {key for table in tables for key in get_type_hints(table)} - {"name"}  # a composite's is its table's
    shipped, _ = read_toml(policy.SHIPPED)
    assert keys | set(shipped["groups"]) | {*Label, *Action} <= words
