"""The reference pages say what the program does."""

import re

import msgspec

from fyke.cli.record import Record
from fyke.cli.rows import Row
from fyke.model import Contribution, Cut, Defect, Fault, Observable
from fyke.model.record import Fact, Inner
from tests.cli import manual


def test_the_page_of_the_command_line_is_current():
    """`python -m tests.cli.manual` writes it."""
    assert manual.PAGE.read_text() == manual.page()


def test_every_field_of_the_json_is_told_and_no_other():
    """A table a kind of object."""
    text = (manual.PAGE.parent / "json.md").read_text()
    tables = {name: set(re.findall(r"^\| `(\w+)`", body, re.MULTILINE)) for name, body in sections(text)}
    kinds = {
        "A message": Record,
        "A contribution": Contribution,
        "An observable": Observable,
        "A defect": Defect,
        "A fault": Fault,
        "A file": Inner,
        "A fact": Fact,
        "A cut": Cut,
        "A label": Row,
    }
    for title, kind in kinds.items():
        assert tables[title] == {field.encode_name for field in msgspec.structs.fields(kind)}


def sections(text):
    """Title and body of each section."""
    return [section.split("\n", 1) for section in text.split("\n## ")[1:]]
