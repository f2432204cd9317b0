"""Defects: every kind is explained, noted once a part, and bounded."""

import re
from pathlib import Path

from fyke.mail.defects import KINDS, Notes
from fyke.mail.limits import DEFECTS, DETAIL_CHARS

ROOM = Path(__file__).parent.parent.parent / "src" / "fyke" / "mail"


def test_every_kind_is_a_sentence():
    """Its word is stable, and what it means is said in one sentence."""
    for kind, sentence in KINDS.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind)
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_every_kind_that_the_room_notes_is_known():
    """And every kind that is known is noted somewhere."""
    source = "\n".join(path.read_text() for path in ROOM.glob("*.py") if path.name != "defects.py")
    noted = set(re.findall(r'(?:notes\.add\(|Defect\()\s*"([a-z0-9-]+)"', source))
    assert noted <= KINDS.keys()
    assert [kind for kind in KINDS if f'"{kind}"' not in source] == ["defects-cut"]


def test_a_kind_is_noted_once_a_part():
    """The first occurrence is the evidence."""
    notes = Notes()
    notes.add("nul", "a")
    notes.add("nul", "b")
    notes.add("nul", "c", "1")
    assert [(defect.detail, defect.part) for defect in notes.defects] == [("a", ""), ("c", "1")]


def test_defects_are_bounded():
    """A sender cannot make the record long."""
    notes = Notes()
    for number in range(1_000):
        notes.add("nul", "x" * 1_000, str(number))
    assert len(notes.defects) == DEFECTS + 1
    assert notes.defects[-1].kind == "defects-cut"
    assert max(len(defect.detail) for defect in notes.defects) == DETAIL_CHARS
