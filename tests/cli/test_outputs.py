"""Where the records of a scan go."""

import json
import os

import pytest

from fyke.cli.errors import Wrong
from fyke.cli.outputs import Page


def test_json_and_page_together(fyke, box, tmp_path):
    """One scan for programs and managers."""
    page = tmp_path / "page.html"
    ran = fyke("scan", box, "--json", "--html", page)
    assert [json.loads(line)["label"] for line in ran.out.splitlines()] == ["ham", "spam"]
    assert ran.err == f"fyke: the report is in {page}\n"
    assert "<b>1</b> of 2 messages is unwanted" in page.read_text()


@pytest.mark.parametrize(("name", "why"), [("", "is a folder"), ("gone/x.html", "no such file or folder")])
def test_a_page_that_cannot_be_written_is_told_beforehand(tmp_path, name, why):
    """Nobody waits for it."""
    with pytest.raises(Wrong, match=why):
        Page(os.path.join(tmp_path, name))  # noqa: PTH118
