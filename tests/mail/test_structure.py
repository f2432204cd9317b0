"""A message from its first byte on: what stands before the header, and what the headers name."""

import pytest

from fyke.mail.structure import bare, read_structure


@pytest.mark.parametrize(
    ("before", "kinds"),
    [
        (b"", []),
        (b"From a@example.org Mon Jan  1 00:00:00 2024\n", ["mbox-line"]),
        (b">From a@example.org Mon Jan  1 00:00:00 2024\r\n", ["mbox-line"]),
        (b"\xef\xbb\xbf", ["bom"]),
        (b"\r\n\n", ["blank-first"]),
    ],
)
def test_what_stands_before_the_header_hides_nothing(before, kinds):
    """A mailbox line, a byte order mark or empty lines are passed over and noted."""
    made = read_structure(before + b"Subject: x\n\nhi")
    assert (made.subject, made.plain, [defect.kind for defect in made.defects]) == ("x", ["hi"], kinds)


def test_a_message_in_utf_16_is_read():
    """Windows programs write such files."""
    made = read_structure("Subject: x\n\nhi".encode("utf-16"))
    assert (made.subject, made.plain) == ("x", ["hi"])


def test_a_message_of_carriage_returns_is_read():
    """Old Macintosh files end their lines so."""
    made = read_structure(b"Subject: x\rTo: y\r\rhi")
    assert (made.subject, made.plain, made.defects[0].kind) == ("x", ["hi"], "cr-alone")


def test_headers_are_read():
    """Addresses of all fields of a name, identifiers without brackets, date and hops."""
    made = read_structure(
        b"From: A <a@example.org>\nFrom: b@example.org\nTo: c@example.org\nCc: d@example.org\nReply-To: e@example.org\n"
        b"Return-Path: <f@example.org>\nMessage-ID: <g@example.org>\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n"
        b"Received: by mx.example\n\n"
    )
    assert [address.address for address in (*made.senders, *made.to, *made.reply_to)] == [
        f"{letter}@example.org" for letter in "abcde"
    ]
    assert (made.return_path, made.message_id, made.received[0].by) == ("f@example.org", "g@example.org", "mx.example")
    assert made.date is not None
    assert made.date.year == 2024


@pytest.mark.parametrize("raw", [b"", b"\n", b"\0", b"\xff\xfe", b":", b"::\n\n", b"\r", b"From ", b"no header"])
def test_nothing_is_too_little(raw):
    """Even these are messages, without a header."""
    made = read_structure(raw)
    assert "headers-none" in [defect.kind for defect in made.defects]
    assert not made.headers


def test_a_broken_date_is_noted():
    """And is None."""
    made = read_structure(b"Date: soon\n\n")
    assert (made.date, made.defects[0].kind) == (None, "date-broken")


def test_a_bare_structure_has_the_text():
    """Should the parser fail on a message, its bytes are still there to be judged."""
    made = bare(b"Subject: x\n\nhi")
    assert made.plain == ["Subject: x\n\nhi"]
    assert made.root.content == b"Subject: x\n\nhi"
