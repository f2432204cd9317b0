"""Any bytes are a message; and all packs are read without a part of the parser failing."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import packs
from fyke.mail import links, parse
from fyke.mail.defects import KINDS
from fyke.model import Message

PIECES = [
    b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed", b"; boundary=", b"text/html", b"message/rfc822",
    b"Content-Transfer-Encoding: ", b"base64", b"quoted-printable", b"=?utf-8?q?", b"?=", b"=", b"--b", b"--", b"b",
    b"\n", b"\r\n", b"\n\n", b"\r", b" ", b"\t", b'"', b"<", b">", b"@", b",", b";", b"(", b")", b"[", b"\0", b"\xff",
    b"a@example.org", b"Received: from ", b"Date: ", b"Mon, 1 Jan 2024 00:00:00 +0000", b"charset=", b"utf-7",
    b"name*0*=", b"http://example.org/", b"<a href=", b"<p>", b"\xc3\xa9", b"=E9", b"aGVsbG8=", b"begin 644 x\n", b":",
]  # fmt: skip


def check(raw):
    message = parse(raw)
    assert isinstance(message, Message)
    assert message.size_bytes == len(raw)
    assert "parser-failed" not in {defect.kind for defect in message.defects}
    return message


@given(st.binary(max_size=500))
def test_any_bytes_are_a_message(raw):
    """Chance finds no bytes on which a part of the parser fails."""
    check(raw)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join))
def test_any_pieces_are_a_message(raw):
    """Nor do the pieces of which messages are made, in any order."""
    check(raw)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_a_parse_depends_on_the_bytes_alone(raw):
    """The same bytes give the same message."""
    assert parse(raw) == parse(raw)


def test_a_message_is_whole():
    """What the structure, the text, the links and the observables say is in it."""
    raw = b"From: A <a@example.org>\nSubject: x\n\nSee http://www.example.com/a now.\n"
    message = check(raw)
    assert message.digest == hashlib.sha256(raw).hexdigest()
    assert (message.subject, message.sender.address) == ("x", "a@example.org")
    assert "See" in message.text.visible
    assert [link.host for link in message.links] == ["www.example.com"]
    assert message.observables


def test_a_bug_costs_only_its_part(monkeypatch):
    """Should a stranger find one, the mail is judged by all the rest, and the defect says so."""

    def fail(*_args):
        raise RecursionError("too deep")

    monkeypatch.setattr(links, "read", fail)
    message = parse(b"Subject: x\n\nhttp://www.example.com/")
    assert (message.subject, message.links) == ("x", ())
    assert [defect.detail for defect in message.defects if defect.kind == "parser-failed"] == [
        "links: RecursionError: too deep"
    ]


@pytest.mark.corpus
@pytest.mark.parametrize("pack", ["torture", "modern_mixed"])
def test_real_mail_is_read(pack):
    """Messages that broke other parsers break none of ours, and every defect is one we know."""
    folder = Path(os.environ.get("FYKE_CORPORA", packs.default()))
    samples = list(packs.samples(folder, pack))
    if not samples:
        pytest.skip("the mail packs are not here")
    for sample in samples:
        message = check(sample.read())
        assert {defect.kind for defect in message.defects} <= KINDS.keys(), sample.path
