"""One message as a line of JSON."""

import json

import msgspec

from fyke.cli import record as records
from fyke.house import build
from fyke.model import Envelope, Label
from tests.cli.conftest import SPAM, mail

ENGINE = build()


def record(raw):
    return records.of("x.eml", ENGINE.scan(Envelope(), raw), ENGINE.policy)


def test_a_scan_as_json_has_what_the_contract_names():
    """Others build on these names."""
    line = json.loads(records.encode(record(SPAM)))
    wanted = (
        "path id label probability bits action categories contributions observables defects faults skipped elapsed_us"
    )
    assert set(wanted.split()) <= set(line)
    assert set(line["contributions"][0]) == {"name", "bits", "why"}
    assert line["label"] == "spam"
    assert round(sum(share["bits"] for share in line["contributions"]), 2) == line["bits"]


def test_json_holds_no_character_that_a_terminal_obeys():
    """C1 controls and bidirectional overrides are written as escapes, and mean the same."""
    subject = "a\x9b31m\x1b[31m\u202egnp.exe\u2028\x7fü"
    line = records.encode(msgspec.structs.replace(record(mail()), subject=subject))
    assert not {"\x9b", "\x1b", "\u202e", "\u2028", "\x7f"} & set(line.decode())
    assert "ü" in line.decode()
    assert json.loads(line)["subject"] == subject


def test_half_a_surrogate_pair_is_escaped():
    """What cannot be encoded is told all the same."""
    broken = msgspec.structs.replace(record(mail()), subject="a\ud800b")
    assert json.loads(records.encode(broken))["subject"] == "a\\ud800b"
    assert records.tidy(broken).subject == "a\\ud800b"


def test_broken_is_unsure_and_says_why():
    """A message that could not be scanned is not taken for clean."""
    broken = records.broken("x.eml", "killed", ENGINE.policy)
    assert broken.label is Label.UNSURE
    assert broken.is_broken
    assert broken.faults[0].what == "killed"


def test_a_cut_message_says_so():
    """A limit that drops bytes leaves a defect."""
    scan = ENGINE.scan(Envelope(), mail())
    assert [defect.kind for defect in records.of("x", scan, ENGINE.policy, cut=True).defects] == ["message-cut"]
