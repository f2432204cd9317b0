"""Transfer encodings undone: well-made ones exactly, broken ones as decoders do, and noted."""

import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.mail.defects import Notes
from fyke.mail.transfer import decode_transfer, is_nested


def undo(body, encoding):
    notes = Notes()
    return decode_transfer(body, encoding, notes, "1"), [defect.kind for defect in notes.defects]


@given(st.binary(max_size=300))
def test_base64_returns_what_was_put_in(content):
    """Whatever the bytes are, without a defect."""
    assert undo(base64.encodebytes(content), "base64") == (content, [])


@given(st.binary(max_size=300))
def test_quoted_printable_returns_what_was_put_in(content):
    """Line ends inside are encoded here, so that they are content."""
    assert undo(quopri.encodestring(content.replace(b"\r", b"").replace(b"\n", b"")), "quoted-printable")[1] == []
    assert undo(binascii.b2a_qp(content, istext=False), "quoted-printable") == (content, [])


@pytest.mark.parametrize(
    ("body", "content", "kinds"),
    [
        (b"", b"", []),
        (b"aGVs\r\nbG8=\r\n", b"hello", []),
        (b"aGVsbG8", b"hello", ["base64-padding"]),
        (b"aGVsbG8hI", b"hello!", ["base64-padding"]),
        (b"aGVsbG8===", b"hello", ["base64-padding"]),
        (b"aGVs*bG8=", b"hello", ["base64-junk"]),
        (b"aGVsbG8=aGVsbG8=", b"hellohello", ["base64-segments"]),
        (b"aGVsbG8=\naGVsbG8=\n*", b"hellohello", ["base64-junk", "base64-segments"]),
        (b"aGVsbG8=\n-- \nA footer, of a list.\n", b"hello", ["base64-junk", "base64-segments"]),
        (b"Hello, this is plain text.", b"Hello, this is plain text.", ["base64-broken"]),
        (b"this is plain text of letters", b"this is plain text of letters", ["base64-broken"]),
    ],
)
def test_broken_base64_hides_nothing(body, content, kinds):
    """An evasion reads as what it shows to the reader."""
    assert undo(body, "base64") == (content, kinds)


@pytest.mark.parametrize(
    ("body", "content", "kinds"),
    [
        (b"caf=E9 =3D", b"caf\xe9 =", []),
        (b"soft=\nbreak=\r\nhere=", b"softbreakhere", []),
        (b"soft= \nbreak", b"softbreak", []),
        (b"a=zz b=4", b"a=zz b=4", ["qp-broken"]),
        (b"a==b===41", b"a==b==A", ["qp-broken"]),
        (b"a=\rhidden\nb", b"a=\rhidden\nb", ["qp-broken"]),
        ("café=3D".encode(), "café=".encode(), []),
    ],
)
def test_broken_quoted_printable_hides_nothing(body, content, kinds):
    """No byte vanishes that a mail program shows."""
    assert undo(body, "quoted-printable") == (content, kinds)


def test_uuencode_is_undone():
    """Its lines are decoded, others left out."""
    body = b"begin 644 x.txt\n" + binascii.b2a_uu(b"hello") + b"`\nend\n"
    assert undo(body, "x-uuencode") == (b"hello", [])
    assert undo(b"\xff\xff\xff\n", "x-uuencode")[1] == ["uuencode-broken"]


def test_an_unknown_encoding_leaves_the_body():
    """It is kept as it stands, and noted."""
    assert undo(b"text", "rot13") == (b"text", ["encoding-unknown"])
    assert undo(b"text", "8bit") == (b"text", [])


@pytest.mark.parametrize(
    ("content", "nested"),
    [
        (base64.encodebytes(b"Hello, reader! " * 20), True),
        (base64.b64encode(b"Hello, reader! " * 8), True),
        (b"Hello, reader! " * 20, False),
        (b"a" * 300, False),
        (b"", False),
        (b"SGVsbG8=", False),
    ],
)
def test_base64_of_base64_is_seen(content, nested):
    """A long run of the alphabet, of mixed case, without a space."""
    assert is_nested(content) is nested
