"""The demo mailbox: what it promises about itself, and what fyke makes of it."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

import fyke
from fyke import house
from fyke.mail import parse
from fyke.model import UNWANTED, Envelope

DEMO = Path(fyke.__file__).parent / "demo"
MAIL = sorted((DEMO / "mail").glob("*.eml"))
RIGHT = 0.95  # of the messages; the rules are not tuned to them

_HOST = re.compile(r"(?<=[@/])((?:[a-z0-9_-]+\.)+[a-z]{2,})(?![a-z0-9.-])")
_IP = re.compile(r"(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}(?![\d.])")


def expected():
    """File name to label and kind."""
    with (DEMO / "expected.tsv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}


@pytest.fixture(scope="module")
def scans():
    engine = house.build()
    return {path.name: engine.scan(Envelope(), path.read_bytes()) for path in MAIL}


def test_every_message_is_expected():
    """The list and the folder name the same messages, and there are enough of both sorts."""
    rows = expected()
    assert sorted(rows) == [path.name for path in MAIL]
    labels = Counter(row["label"] for row in rows.values())
    assert set(labels) == {"wanted", "unwanted"}
    assert min(labels.values()) >= 40


@pytest.mark.parametrize("path", MAIL, ids=lambda path: path.stem)
def test_message_parses(path):
    """Each message has what real mail has: a sender, a subject, a date, a trace, something to read or to see."""
    message = parse(path.read_bytes())
    assert message.sender.domain
    assert message.subject
    assert message.date is not None
    assert message.received
    assert message.text.visible.strip() or message.html.images


@pytest.mark.parametrize("path", MAIL, ids=lambda path: path.stem)
def test_message_names_nobody_real(path):
    """Hosts are reserved names, IPs are documentation addresses or private ones."""
    message = parse(path.read_bytes())
    text = "\n".join([*(header.value for header in message.headers), message.text.visible, message.text.plain])
    hosts = {*_HOST.findall(text.lower()), *(link.host for link in message.links if link.host)}
    strange = {host for host in hosts if not re.search(r"(^|\.)(example|example\.(org|com|net))$|^[\d.]+$", host)}
    assert strange <= {"www.paypal.com"}  # shown as the text of a link that leads elsewhere
    reserved = {("192", "0", "2"), ("198", "51", "100"), ("203", "0", "113"), ("192", "168", "1")}
    assert set(_IP.findall(text)) <= reserved


def test_fyke_tells_wanted_from_unwanted(scans):
    """At least 95 % of the messages are judged right, and nobody's detector fails on them."""
    wrong = [
        name
        for name, row in expected().items()
        if (scans[name].verdict.label in UNWANTED) != (row["label"] == "unwanted")
    ]
    assert not [fault for scan in scans.values() for fault in scan.faults]
    assert len(wrong) <= len(MAIL) * (1 - RIGHT), wrong


def test_fyke_names_the_trade(scans):
    """Of the unwanted messages at least 90 % are given their trade among the first two categories."""
    unwanted = {name: row["categories"] for name, row in expected().items() if row["label"] == "unwanted"}
    wrong = [name for name, trade in unwanted.items() if trade not in scans[name].verdict.categories[:2]]
    assert len(wrong) <= len(unwanted) * 0.1, wrong
