"""Golden parses: torture messages of our own, and what must be read from each.

`FYKE_GOLDEN=write python -m pytest tests/golden` writes the JSON anew; read the difference before you commit it.
"""

import json
import os
from pathlib import Path

import pytest

from tests.golden.structure import golden

FOLDER = Path(__file__).parent / "parse"
MESSAGES = sorted(FOLDER.glob("*.eml"))


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_a_message_is_read_as_before(path):
    """Structure, addresses, date, trace, parts, texts and defects are those of the JSON beside the message."""
    found = golden(path.read_bytes())
    wanted = path.with_suffix(".json")
    if os.environ.get("FYKE_GOLDEN") == "write":
        wanted.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(wanted.read_text())


def test_there_is_enough_torture():
    """At least fifteen messages, and none without its parse."""
    assert len(MESSAGES) >= 15
    assert {path.stem for path in MESSAGES} == {path.stem for path in FOLDER.glob("*.json")}
