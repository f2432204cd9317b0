"""PO boxes in six languages, and streets of the United States."""

import pytest

from fyke.mail.tokens import find


def _found(text, kind):
    return [token.value for token in find(text).found if token.kind == kind]


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("P.O. Box 123, Springfield, IL 62701", "123 62701"),
        ("PO BOX 77", "77"),
        ("Postfach 10 11 12", "101112"),
        ("B.P. 77, 75001 Paris", "77 75001"),
        ("bo\u00eete postale n\u00b0 12", "12"),
        ("Apartado de Correos 34", "34"),
        ("Caixa Postal 567", "567"),
        ("\u0430/\u044f 89", "89"),
    ],
)
def test_boxes(text, box):
    """The box's number is found, and the post code behind it."""
    assert _found(text, "po_box") == [box]


@pytest.mark.parametrize("text", ["a box 12", "po boxes are cheap", "the postfach is empty", "bp is a company"])
def test_no_boxes(text):
    """Words alone are no box."""
    assert _found(text, "po_box") == []


def test_streets_in_one_spelling():
    """An address written in two ways is one."""
    one = "Acme Inc, 123 North Main Street, Suite 400, Springfield, IL 62701 USA"
    other = "Acme Inc\n123 N. Main St., Ste 400\nSpringfield IL  62701"
    assert _found(one, "postal") == _found(other, "postal") == ["123 n main st ste 400 springfield il 62701"]


@pytest.mark.parametrize(
    "text", ["in CA 90210", "12 of them go to XX 12345", "error AB 12345", "Springfield, IL 62701"]
)
def test_no_streets(text):
    """A state and a number without a street are no address."""
    assert _found(text, "postal") == []
