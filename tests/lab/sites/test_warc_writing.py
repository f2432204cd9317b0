"""WARC files that are written: read back as they were, by our reader and by others' rules."""

import io

from fyke.lab.sites import warc
from fyke.lab.sites.warc_writing import warc as written
from fyke.model.exchange import Exchange
from tests.lab.sites.hostile import AT, HTML, answer

SAID = Exchange("https://pills.com/a", AT, b"GET /a HTTP/1.1\r\n\r\n", answer(HTML), 200, address="192.0.2.1:443")


def test_what_is_written_is_read():
    """The page, its address and time."""
    raw = written([SAID])
    (told,) = warc.records(io.BytesIO(raw), "w", len(raw))
    assert (told.host, told.path, told.body, told.at) == ("pills.com", "/a", HTML, AT)


def test_records_hold_what_the_standard_asks_for():
    """Both records, named, dated, with whom was asked and how the answer was cut; the same twice."""
    cut = Exchange("https://pills.com/a", AT, b"GET", b"HTTP/1.1 200 OK\r\n\r\nx", 200, cut="length", address="[::1]:1")
    raw = written([cut])
    assert raw == written([cut])
    assert raw.count(b"WARC/1.1\r\n") == 2
    for field in (
        b"WARC-Truncated: length",
        b"WARC-IP-Address: [::1]",
        b"WARC-Concurrent-To: <urn:uuid:",
        b"msgtype=request",
    ):
        assert raw.count(field) >= 1


def test_what_had_no_answer_is_not_in_it():
    """Nor is there a file of nothing."""
    assert written([Exchange("https://pills.com/", AT, trouble="nobody")]) == b""
