"""What an invitation says."""

from __future__ import annotations

from fyke.detect.attachments.calendar import LINES, read


def test_folded_lines_are_joined():
    """A content line goes on where the next begins with a blank (RFC 5545 3.1)."""
    event = read("METHOD:REQUEST\r\nDESCRIPTION:see https://www.exa\r\n mple.org/x\r\n")
    assert event.method == "request"
    assert event.hosts == ("www.example.org",)


def test_organizer_and_attendees_are_read():
    """Addresses are taken from the value, parameters and capitals do not matter."""
    event = read('organizer;CN="A; B":MAILTO:Ann@Example.org\nATTENDEE;ROLE=X:mailto:bob@example.net\n')
    assert event.organizer == "ann@example.org"
    assert event.attendees == {"bob@example.net"}


def test_lines_have_an_end():
    """Beyond the limit nothing is read."""
    assert read("X:1\n" * LINES + "METHOD:PUBLISH\n").method == ""
