"""What a part is declared to be, however broken the declaration is."""

import pytest

from fyke.mail.content import read_kind
from fyke.mail.defects import Notes
from fyke.mail.headers import index_headers, read_headers


def kind_of(raw):
    notes = Notes()
    headers, _ = read_headers(raw, 0, len(raw), notes)
    return read_kind(index_headers(headers), "text/plain", notes, "1"), [defect.kind for defect in notes.defects]


@pytest.mark.parametrize(
    ("value", "content_type", "kinds"),
    [
        (b"text/html", "text/html", []),
        (b"TEXT/HTML; charset=utf-8", "text/html", []),
        (b"text/html; text/plain", "text/html", ["content-type-list"]),
        (b"text/html, text/plain", "text/html", ["content-type-list"]),
        (b"text/html charset=utf-8", "text/html", ["content-type-broken"]),
        (b"html", "text/html", ["content-type-broken"]),
        (b"text", "text/plain", ["content-type-broken"]),
        (b"", "text/plain", ["content-type-broken"]),
        (b'text/html; x="', "text/html", ["parameter-open"]),
    ],
)
def test_the_type_is_read(value, content_type, kinds):
    """RFC 2045 5.2: what cannot be read is plain text."""
    kind, found = kind_of(b"Content-Type: " + value + b"\n\n")
    assert (kind.content_type, found) == (content_type, kinds)


def test_the_first_of_two_types_counts():
    """And the second is noted."""
    kind, kinds = kind_of(b"Content-Type: text/html\nContent-Type: text/plain\n\n")
    assert (kind.content_type, kinds) == ("text/html", ["content-type-repeated"])


def test_the_first_of_two_encodings_counts():
    """And the second is noted."""
    kind, kinds = kind_of(b"Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 8bit\n\n")
    assert (kind.encoding, kinds) == ("base64", ["encoding-repeated"])


def test_all_fields_are_read():
    """Type, charset, encoding, disposition, name and id; the disposition's name goes before the type's."""
    kind, kinds = kind_of(
        b'Content-Type: image/png; name=a.png; charset="UTF-8"\nContent-Transfer-Encoding: Base64 (x)\n'
        b"Content-Disposition: INLINE; filename=b.png\nContent-ID: <c@example.org>\n\n"
    )
    assert (kind.content_type, kind.charset, kind.encoding) == ("image/png", "utf-8", "base64")
    assert (kind.disposition, kind.filename, kind.content_id) == ("inline", "b.png", "c@example.org")
    assert kinds == ["names-differ"]


@pytest.mark.parametrize("value", [b"base64", b"BASE64", b'"base64"', b"base64;", b"base64, 8bit", b"base64 "])
def test_an_encoding_is_its_first_word(value):
    """Without what broken senders put around it."""
    assert kind_of(b"Content-Transfer-Encoding: " + value + b"\n\n")[0].encoding == "base64"
