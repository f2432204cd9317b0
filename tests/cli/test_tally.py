"""What many records come to."""

import msgspec
import pytest

from fyke.cli import record as records
from fyke.cli.tally import Tally, sentences
from fyke.cli.work import Unread
from fyke.house import build
from fyke.model import Label

POLICY = build().policy
RECORD = msgspec.structs.replace(records.broken("x", "why", POLICY), id="1", faults=(), skipped=())


@pytest.mark.parametrize(
    ("labels", "code"),
    [([], 0), (["ham", "bulk", "unsure"], 0), (["ham", "spam"], 1), (["scam"], 1), (["phishing"], 1), (["malware"], 1)],
)
def test_exit_code_says_whether_something_is_unwanted(labels, code):
    """Unsure alone is no alarm."""
    tally = Tally()
    for label in labels:
        tally.add(msgspec.structs.replace(RECORD, label=Label(label)))
    assert tally.exit_code(problems=0) == code
    assert tally.exit_code(problems=1) == 2


def test_what_could_not_be_told_is_an_error():
    """A message that nobody read, and one whose scan broke."""
    unread, broken = Tally(), Tally()
    unread.unread.append(Unread("x", "gone"))
    broken.add(records.broken("x", "killed", POLICY))
    assert unread.exit_code(0) == broken.exit_code(0) == 2
    assert broken.faults == {"scan: killed": 1}


def test_every_symbol_and_composite_has_its_sentence():
    """The summary and the page speak in sentences."""
    said = sentences(POLICY)
    assert POLICY.symbols.keys() <= said.keys()
    assert all(rule.composite.name in said for rule in POLICY.composites)
