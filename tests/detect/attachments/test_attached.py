"""Attached files and their names."""

from __future__ import annotations

from fyke.detect.attachments.attached import extensions, files
from fyke.mail import parse


def test_extensions_come_last_first_without_blanks():
    """The real extension is the last one, however far it is pushed away."""
    assert extensions("Bill.PDF      .exe ") == ["exe", "pdf"]
    assert extensions("notes") == []


def test_a_single_text_has_no_files():
    """Most mail is one text: that is answered at once."""
    assert files(parse(b"Subject: x\r\n\r\nHello")) == []


def test_a_single_file_is_one():
    """A message that is nothing but a file has one."""
    raw = b'Content-Type: application/pdf; name="a.pdf"\r\n\r\n%PDF'
    assert [part.filename for part in files(parse(raw))] == ["a.pdf"]
