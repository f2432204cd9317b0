"""What of a message is compared with earlier mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.mail import parse
from fyke.mail.traits import name_key, traits


def of(*lines):
    return traits(parse("\r\n".join([*lines, "", "x"]).encode()))


def test_traits():
    """Author, numbers, where answers go, and with what it was written."""
    found = of(
        "From: Ann Example <Ann@Mail.Northwind.co.uk>",
        "Message-ID: <7@host.northwind.co.uk>",
        "In-Reply-To: <3@our.example>",
        "References: <1@our.example> <2@our.example> <3@our.example>",
        "Reply-To: ann@mail.northwind.co.uk, other@free.example",
        "X-Mailer: Post Office 12.3 (x)",
    )
    assert (found.author, found.domain, found.look) == ("ann@mail.northwind.co.uk", "northwind.co.uk", "northwlnd")
    assert found.refers_to == ("3@our.example", "2@our.example", "1@our.example")
    assert (found.message_id, found.host) == ("7@host.northwind.co.uk", "northwind.co.uk")
    assert (found.reply_to, found.program) == ("other@free.example", "post office")


@pytest.mark.parametrize(
    ("lines", "is_automatic"),
    [
        (["Auto-Submitted: auto-replied (vacation)"], True),
        (["Auto-Submitted: no"], False),
        (["Precedence: bulk"], True),
        (["X-Autoreply: yes"], True),
        ([], False),
    ],
)
def test_machines(lines, is_automatic):
    """RFC 3834: who answers by machine says so."""
    assert of("From: a@b.example", *lines).is_automatic is is_automatic


@pytest.mark.parametrize(
    "lines", [["From: a@b.example, c@d.example"], ["From: a@b.example", "From: c@d.example"], ["To: x"]]
)
def test_of_several_authors_none_is_known(lines):
    """A known one beside another proves nothing."""
    assert of(*lines).author == ""


def test_equal_names():
    """In any order, case, accents and letters; and what is no person's name has none."""
    same = ["Jon Northwind", "NORTHWIND, Jon", "J\u00f6n  Northwind", "J\u043en Northwind", "Jon B. Northwind"]
    assert len({name_key(name) for name in same}) == 1
    for name in ("Jon", "Jon via Documents", "jon@a.example", "", "A B", "one two three four five six"):
        assert name_key(name) == ""
    assert name_key("\u5c71\u7530\u592a\u90ce")


@given(st.binary(max_size=400))
def test_any_mail_has_traits(raw):
    """Whatever the bytes are."""
    head = b"From: " + raw + b"\r\nReferences: " + raw + b"\r\nX-Mailer: " + raw
    found = traits(parse(head))
    assert len(found.refers_to) <= 20
    assert len(found.author) <= 320
