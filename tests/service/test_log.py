"""The log: lines that a stranger cannot bend."""

import json
import os
from datetime import UTC, datetime

import pytest

from fyke.model import Envelope
from fyke.service.log import Log
from tests.doors.gates import handled


@pytest.fixture
def line():
    """A log's end, and what was written there."""
    ours, theirs = os.pipe()
    yield theirs, lambda: os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)


def test_a_mail_is_one_line_of_words(line):
    """With the verdict, who sent it, and what weighed most."""
    out, read = line
    Log("text", out).mail(handled(case="c0ffee"))
    text = read()
    assert text.count("\n") == 1
    assert " mail case=c0ffee label=ham action=accept bits=-3.0 " in text
    assert "symbols=LEX_BANK(+4.5),LINK_IP(+2.0)" in text


def test_a_mail_is_one_object_for_machines(line):
    """Every name is always there."""
    out, read = line
    Log("json", out, lambda: datetime(2026, 11, 23, tzinfo=UTC)).mail(handled(case="c0ffee"))
    told = json.loads(read())
    assert told["at"] == "2026-11-23T00:00:00.000+00:00"
    assert (told["event"], told["label"], told["to"], told["recipients"]) == ("mail", "ham", [], 0)
    assert told["queue_id"] == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_hostile_words_stay_on_their_line(line, form):
    """Line ends, escapes, and more than a line holds."""
    from msgspec.structs import replace

    out, read = line
    evil = "x\r\nfyke[1]: mail label=ham \x1b[2J\u202e" + "y" * 10_000
    seen = handled()
    scan = replace(seen.scan, subject=evil, sender=evil, envelope=Envelope(helo=evil, rcpt_to=(evil,) * 500))
    Log(form, out).mail(replace(seen, scan=scan))
    text = read()
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text.encode()) <= 4_096


def test_a_log_that_is_gone_stops_nobody():
    """It is not worth a mail."""
    ours, theirs = os.pipe()
    os.close(ours)
    os.close(theirs)
    Log("text", theirs).tell("hello")
