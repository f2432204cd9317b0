"""Telephone numbers, and what only looks like one."""

import pytest

from fyke.mail.phones import normal
from fyke.mail.tokens import find


def _phones(text):
    return [token.value for token in find(text).found if token.kind == "phone"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+1 (555) 234-5678", "5552345678"),
        ("call 1-800-234-5678 now", "8002345678"),
        ("555.234.5678", "5552345678"),
        ("Tel.: 030 / 1234567", "0301234567"),
        ("+49 (0)30 123456", "4930123456"),
        ("01 23 45 67 89", "0123456789"),
        ("+33 1 23 45 67 89", "33123456789"),
        ("(11) 98765-4321", "11987654321"),
        ("8 (495) 123-45-67", "84951234567"),
        ("T\u00e9l\u00e9phone : 12345678", "12345678"),
        ("\u0442\u0435\u043b. 1234567", "1234567"),
        ("WhatsApp: 0049 171 2345678", "491712345678"),
    ],
)
def test_numbers(text, digits):
    """A number with a plus, a national shape or a word before it is found, as digits."""
    assert _phones(text) == [digits]


@pytest.mark.parametrize(
    "text",
    [
        "order 123-456-78901", "on 2024-01-02", "12.05.2021", "audit(03/15/2019 14:16)", "192.168.100.200",
        "#5551234567", "1234 5678 1234 5678", "16.0.0 (++20230228093516+60)", "0.12.34", "call 2024", "1" * 50,
        "000-000-0000", "phone 1111111",
    ],
)  # fmt: skip
def test_what_is_no_number(text):
    """Dates, versions, addresses, orders and cards are no telephone numbers."""
    assert _phones(text) == []


def test_normal():
    """One number written in several ways is one."""
    assert {normal(b"+1-555-234-5678"), normal(b"1 555 234 5678"), normal(b"(555) 234-5678")} == {"5552345678"}
    assert normal(b"0049 30 1") == normal(b"+49 30 1") == normal(b"+49 (0)30 1")
