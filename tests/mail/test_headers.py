"""Header blocks: fields in order, unfolded; where the header ends; what is no field."""

import pytest

from fyke.mail.defects import Notes
from fyke.mail.headers import find_body, index_headers, read_headers


def read(raw):
    notes = Notes()
    headers, body = read_headers(raw, 0, len(raw), notes)
    return headers, raw[body:], [defect.kind for defect in notes.defects]


def test_fields_keep_their_order_and_their_writing():
    """Names are kept as written, keys are lower case, white space around values goes."""
    headers, body, kinds = read(b"Subject:  Hello \nX-A: 1\nsubject: again\n\ntext")
    assert [(header.name, header.key, header.value) for header in headers] == [
        ("Subject", "subject", "Hello"),
        ("X-A", "x-a", "1"),
        ("subject", "subject", "again"),
    ]
    assert (body, kinds) == (b"text", [])


def test_fields_of_one_name_stand_together_in_the_index():
    """The index gives all fields of a key, in order."""
    headers, _, _ = read(b"A: 1\nB: 2\na: 3\n\n")
    assert [header.value for header in index_headers(headers)["a"]] == ["1", "3"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_folded_fields_are_one(end):
    """A line that begins with white space goes on with the field before it."""
    headers, body, _ = read(end.join([b"Subject: one", b" two", b"\tthree", b"To: x", b"", b"body"]))
    assert [header.value for header in headers] == ["one two three", "x"]
    assert body == b"body"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"A: 1\n\nbody", (4, 6)),
        (b"A: 1\r\n\r\nbody", (5, 8)),
        (b"A: 1\n\r\nbody", (4, 7)),
        (b"\nbody", (0, 1)),
        (b"\r\nbody", (0, 2)),
        (b"A: 1", (4, 4)),
        (b"A: " + b"x" * 300_000 + b"\n\nbody", (300_003, 300_005)),
        (b"A: " + b"x" * 300_000 + b"\r\n\r\nbody", (300_004, 300_007)),
        (b"A: " + b"x" * 300_000, (300_003, 300_003)),
    ],
)
def test_the_body_begins_after_the_first_empty_line(raw, place):
    """Whatever the line ends are, and however long the header is."""
    assert find_body(raw, 0, len(raw)) == place


def test_a_body_without_an_empty_line_before_it_is_no_header():
    """As Postfix has it: the header ends at the first line that is no field."""
    headers, body, kinds = read(b"Subject: x\nDear friend, I write: listen\nmore\n\nend")
    assert [header.key for header in headers] == ["subject"]
    assert body.startswith(b"Dear friend")
    assert kinds == ["separator-missing"]


def test_junk_among_fields_hides_none_of_them():
    """Where a field that mail programs act upon follows, the header did not end at the junk."""
    headers, body, kinds = read(b"Subject: x\njunk line\nContent-Type: text/html\n\nbody")
    assert [header.key for header in headers] == ["subject", "content-type"]
    assert (body, kinds) == (b"body", ["header-junk"])


def test_white_space_before_the_colon_is_read_and_noted():
    """RFC 5322 4.5 allows it to old senders; some filters miss such a field."""
    headers, _, kinds = read(b"Subject : x\n\n")
    assert (headers[0].key, headers[0].value) == ("subject", "x")
    assert kinds == ["header-name"]


def test_raw_keeps_bytes_and_value_reads_them():
    """UTF-8 without encoded words (RFC 6532) is read; `raw` holds the bytes as latin-1 characters."""
    headers, _, kinds = read("Subject: Grüße\n\n".encode())
    assert headers[0].value == "Grüße"
    assert headers[0].raw.encode("latin-1") == "Grüße".encode()
    assert kinds == []


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"Subject: a\rb\nTo: x\n\n", "cr-alone"),
        (b"Subject: a\0b\n\n", "nul"),
        (b"A: 1\r\nB: 2\nC: 3\nD: 4\n\n", "line-ends-mixed"),
        (b"Subject: caf\xe9\n\n", "header-8bit"),
        (b"X: " + b"y" * 110_000 + b"\n\n", "header-cut"),
        (b"X: y\n" * 1_001 + b"\n", "headers-cut"),
    ],
)
def test_oddities_are_noted(raw, kind):
    """What a well-made header does not have is a defect."""
    assert kind in read(raw)[2]
